# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""A training run: its configuration on disk, and the wiring of one stage."""

import dataclasses
import json
import os
import subprocess
from pathlib import Path
from typing import Any, Literal

import torch

from kinesis_ros.core.body import load_body, load_skeleton
from kinesis_ros.core.clip import Clip
from kinesis_ros.core.coordination import CoordinationConfig
from kinesis_ros.core.observation import OBSERVATION_SIZE
from kinesis_training.corpus import Corpus, load_clips, split, with_mirrored
from kinesis_training.environment import ACTION_SIZE, ImitationConfig, ImitationEnv
from kinesis_training.network import ActorCritic, NetworkConfig
from kinesis_training.ppo import PPOConfig
from kinesis_training.trainer import Trainer, TrainerConfig

Stage = Literal["skeleton", "finetune"]


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
    imitation: ImitationConfig = ImitationConfig()
    network: NetworkConfig = NetworkConfig()
    ppo: PPOConfig = PPOConfig()
    trainer: TrainerConfig = TrainerConfig()
    coordination: CoordinationConfig = CoordinationConfig()

    def save(self, folder: Path) -> None:
        """Write the configuration, the git commit and the uncommitted changes into `folder`."""
        folder.mkdir(parents=True, exist_ok=True)
        write_text(folder / "config.json", json.dumps(dataclasses.asdict(self), indent=2) + "\n")
        write_text(folder / "commit.txt", git("rev-parse", "HEAD") + "\n")
        write_text(folder / "changes.diff", git("diff", "HEAD") + "\n")

    @classmethod
    def load(cls, folder: Path) -> "RunConfig":
        """Read the configuration of a run folder.

        Raises:
            RunError: it is missing or was written by another version.
        """
        try:
            fields = json.loads((folder / "config.json").read_text())
            return cls(**{name: _typed(name, value) for name, value in fields.items()})
        except FileNotFoundError:
            raise RunError(f"run folder '{folder}' has no config.json") from None
        except (TypeError, ValueError) as error:
            raise RunError(f"'{folder / 'config.json'}' cannot be used: {error}") from error


_PARTS = {
    "imitation": ImitationConfig,
    "network": NetworkConfig,
    "ppo": PPOConfig,
    "trainer": TrainerConfig,
    "coordination": CoordinationConfig,
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


def training_clips(config: RunConfig) -> list[Clip]:
    """The training side of the split of all clip folders, mirrored."""
    clips = [clip for folder in config.clips for clip in load_clips(Path(folder), config.labels)]
    train, _ = split(clips)
    if not train:
        raise RunError(f"all clips in {', '.join(config.clips)} belong to the validation split")
    return with_mirrored(train)


def build_trainer(config: RunConfig, folder: Path) -> Trainer:
    """Construct environment, network and loop of a run."""
    torch.manual_seed(config.trainer.seed)
    body = (load_skeleton if config.stage == "skeleton" else load_body)(config.body)
    env = ImitationEnv(
        body,
        Corpus.of(training_clips(config)),
        config.imitation,
        num_envs=config.num_envs,
        workers=config.workers,
        seed=config.trainer.seed,
        coordination=config.coordination,
    )
    network = ActorCritic(OBSERVATION_SIZE, ACTION_SIZE, config.network)
    if config.initial:
        network.load_state_dict(load_weights(Path(config.initial)))
    return Trainer(env, network, config.ppo, config.trainer, folder)


def load_weights(path: Path) -> dict[str, torch.Tensor]:
    """Network weights from a run's checkpoint or a shipped weight file.

    Raises:
        RunError: the file is missing or holds no weights.
    """
    if path.is_dir():
        path = path / "checkpoint.pt"
    try:
        saved = torch.load(path, weights_only=True)
    except FileNotFoundError:
        raise RunError(f"weights '{path}' do not exist") from None
    except (RuntimeError, EOFError, OSError) as error:
        raise RunError(f"weights '{path}' cannot be read: {error}") from error
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
