# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""A training run: its configuration on disk, and the wiring of one stage."""

import dataclasses
import json
import os
import pickle
import subprocess
from pathlib import Path
from typing import Any, Literal, TypeVar

import torch

from kinesis_ros.core.body import load_body, load_skeleton
from kinesis_ros.core.coordination import CoordinationConfig
from kinesis_training import checkpoint
from kinesis_training.corpus import (
    GENERATED,
    Corpus,
    is_validation,
    load_clips,
    with_mirrored,
)
from kinesis_training.distillation import (
    DirectStudent,
    DistillationConfig,
    DistillationEnv,
    Distiller,
)
from kinesis_training.environment import ImitationConfig, ImitationEnv
from kinesis_training.network import ActorCritic, NetworkConfig
from kinesis_training.ppo import PPOConfig
from kinesis_training.trainer import Trainer, TrainerConfig

Stage = Literal["skeleton", "finetune"]
Config = TypeVar("Config", "RunConfig", "DistillationRunConfig")


class RunError(ValueError):
    """A run cannot be started or continued; the message says why."""


@dataclasses.dataclass(frozen=True)
class RunConfig:
    """Everything that decides what a run does.

    Attributes:
        stage: 'skeleton' (joint servos, fast) or 'finetune' (muscles).
        body: body name.
        clips: folders of clips.
        labels: kinds of clips to use; empty: all.
        initial: checkpoint or weights to start from; empty: from scratch.
        num_envs: bodies simulated side by side.
        workers: threads that step them.
        imitation: the task.
        network: shape of the networks.
        ppo: the learner.
        trainer: the loop.
        coordination: load sharing of the muscle body.
    """

    stage: Stage
    body: str = "legs80"
    clips: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    initial: str = ""
    num_envs: int = 48
    workers: int = 2
    imitation: ImitationConfig = dataclasses.field(default_factory=ImitationConfig)
    network: NetworkConfig = dataclasses.field(default_factory=NetworkConfig)
    ppo: PPOConfig = dataclasses.field(default_factory=PPOConfig)
    trainer: TrainerConfig = dataclasses.field(default_factory=TrainerConfig)
    coordination: CoordinationConfig = dataclasses.field(default_factory=CoordinationConfig)


@dataclasses.dataclass(frozen=True)
class DistillationRunConfig:
    """Everything that decides what a distillation run does.

    Attributes:
        teacher: run folder or weights of the coordinated teacher.
        stage: always 'distil'.
        body: body name.
        clips: folders of clips.
        labels: kinds of clips to use; empty: all.
        num_envs: bodies simulated side by side.
        workers: threads that step them.
        imitation: the task.
        network: shape of the teacher.
        distillation: the student and its learner.
    """

    teacher: str
    stage: Literal["distil"] = "distil"
    body: str = "legs80"
    clips: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    num_envs: int = 24
    workers: int = 2
    imitation: ImitationConfig = dataclasses.field(
        default_factory=lambda: ImitationConfig(termination_distance=0.25)
    )
    network: NetworkConfig = dataclasses.field(default_factory=NetworkConfig)
    distillation: DistillationConfig = dataclasses.field(default_factory=DistillationConfig)


def save_config(config: RunConfig | DistillationRunConfig, folder: Path) -> None:
    """Write the configuration, the git commit and the uncommitted changes into `folder`.

    A run that is continued keeps what it was started with.
    """
    if (folder / "config.json").exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    write_text(folder / "commit.txt", git("rev-parse", "HEAD") + "\n")
    write_text(folder / "changes.diff", git("diff", "HEAD") + "\n")
    write_text(folder / "config.json", json.dumps(dataclasses.asdict(config), indent=2) + "\n")


def load_run_config(folder: Path) -> RunConfig | DistillationRunConfig:
    """Read the configuration of a run folder.

    Raises:
        RunError: it is missing or was written by another version.
    """
    try:
        fields = json.loads((folder / "config.json").read_text())
        kind = DistillationRunConfig if fields.get("stage") == "distil" else RunConfig
        return kind(**{name: _typed(name, value) for name, value in fields.items()})
    except FileNotFoundError:
        raise RunError(f"run folder '{folder}' has no config.json") from None
    except (TypeError, ValueError) as error:
        raise RunError(f"'{folder / 'config.json'}' cannot be used: {error}") from error


def configuration_of(config: Config, folder: Path) -> Config:
    """The configuration that counts: a run keeps the one it was started with.

    Raises:
        RunError: the folder holds a run of another stage.
    """
    if not (folder / "config.json").exists():
        return config
    stored = load_run_config(folder)
    if stored.stage != config.stage or not isinstance(stored, type(config)):
        raise RunError(f"'{folder}' holds a {stored.stage} run: choose another --run folder")
    return stored


_PARTS = {
    "imitation": ImitationConfig,
    "network": NetworkConfig,
    "ppo": PPOConfig,
    "trainer": TrainerConfig,
    "coordination": CoordinationConfig,
    "distillation": DistillationConfig,
}


def _typed(name: str, value: Any) -> Any:  # noqa: ANN401 JSON
    if name in _PARTS:
        return _PARTS[name](**{k: _tuples(v) for k, v in value.items()})
    return _tuples(value)


def _tuples(value: Any) -> Any:  # noqa: ANN401 JSON
    return tuple(value) if isinstance(value, list) else value


def default_config(stage: Stage) -> RunConfig:
    """Measured settings of a stage; see docs on training in the README."""
    if stage == "skeleton":
        return RunConfig(stage=stage)
    return RunConfig(
        stage=stage,
        ppo=PPOConfig(
            horizon=192, minibatch=1536, learning_rate=1e-4, highest_rate=3e-4, target_kl=0.015
        ),
        trainer=TrainerConfig(normaliser_iterations=0),
    )


def training_corpus(config: RunConfig | DistillationRunConfig) -> Corpus:
    """The training side of the split of all clip folders, mirrored.

    Generated clips know no split: they were not captured from anybody.
    """
    clips = [clip for folder in config.clips for clip in load_clips(Path(folder), config.labels)]
    train = [clip for clip in clips if clip.label == GENERATED or not is_validation(clip.name)]
    if not train:
        raise RunError(f"all clips in {', '.join(config.clips)} belong to the validation split")
    return Corpus.of(with_mirrored(train))


def build_network(config: RunConfig) -> ActorCritic:
    """Networks of a run, started from its initial weights if it names some."""
    torch.manual_seed(config.trainer.seed)
    network = ActorCritic.for_task(config.network)
    if config.initial:
        network.load_state_dict(load_weights(Path(config.initial)))
    return network


def build_trainer(config: RunConfig, folder: Path) -> Trainer:
    """Construct environment, network and loop of a run."""
    body = (load_skeleton if config.stage == "skeleton" else load_body)(config.body)
    env = ImitationEnv(
        body,
        training_corpus(config),
        config.imitation,
        num_envs=config.num_envs,
        workers=config.workers,
        seed=config.trainer.seed,
        coordination=config.coordination,
    )
    return Trainer(env, build_network(config), config.ppo, config.trainer, folder)


def build_student(config: DistillationRunConfig) -> DirectStudent:
    """The untrained student of a distillation run."""
    torch.manual_seed(config.distillation.seed)
    muscles = len(load_body(config.body).muscles)
    return DirectStudent(muscles, config.distillation.hidden)


def build_distiller(config: DistillationRunConfig, folder: Path) -> Distiller:
    """Construct environment, teacher, student and loop of a distillation run."""
    env = DistillationEnv(
        load_body(config.body),
        training_corpus(config),
        config.imitation,
        num_envs=config.num_envs,
        workers=config.workers,
        seed=config.distillation.seed,
    )
    teacher = ActorCritic.for_task(config.network)
    teacher.load_state_dict(load_weights(Path(config.teacher)))
    return Distiller(env, teacher.actor, build_student(config), config.distillation, folder)


def load_weights(path: Path) -> dict[str, torch.Tensor]:
    """Network weights from a run's checkpoint or a shipped weight file.

    Raises:
        RunError: the file is missing or holds no weights.
    """
    if path.is_dir():
        path = path / checkpoint.FILE_NAME
    try:
        saved = torch.load(path, weights_only=True)
    except FileNotFoundError:
        raise RunError(f"weights '{path}' do not exist") from None
    except (RuntimeError, EOFError, OSError, pickle.UnpicklingError) as error:
        raise RunError(f"'{path}' is not a file of weights, or a broken one") from error
    if not isinstance(saved, dict) or "network" not in saved:
        raise RunError(f"'{path}' holds no network weights")
    return saved["network"]


def git(*arguments: str) -> str:
    """Output of a git command in the package's repository; empty outside one."""
    try:
        done = subprocess.run(
            ["git", *arguments],
            cwd=Path(__file__).parent,
            capture_output=True,
            text=True,
            check=False,
            timeout=10,
        )
    except OSError:
        return ""
    return done.stdout.strip()


def write_text(path: Path, text: str) -> None:
    """Write a file beside its place, then move it there."""
    beside = path.with_name(f".{path.name}.partial")
    beside.write_text(text)
    os.replace(beside, path)
