# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The configuration of a training run, and where it stands on disk."""

import dataclasses
import json
import os
import subprocess
from pathlib import Path
from typing import Any, Literal

from kinesis_ros.core.coordination import CoordinationConfig
from kinesis_ros.core.embodiment import Embodiment
from kinesis_ros.core.policy import read_metadata
from kinesis_training.distillation import DistillationConfig
from kinesis_training.environment import ImitationConfig
from kinesis_training.gating import GatingConfig
from kinesis_training.kinetics import KineticConfig
from kinesis_training.mining import MiningConfig
from kinesis_training.network import NetworkConfig
from kinesis_training.ppo import PPOConfig
from kinesis_training.randomisation import NO_RANDOMISATION, RandomisationConfig
from kinesis_training.refinement import RefinementConfig
from kinesis_training.trainer import TrainerConfig
from urdf_mjcf.compose import PADDED_CONTACT_TIME

Stage = Literal["skeleton", "finetune"]

# What new policies are trained with; what brought what stands in the docs on training.
TRAINED = Embodiment(CoordinationConfig(effort=1.5, weighting="volume"), PADDED_CONTACT_TIME)


class RunError(ValueError):
    """A run cannot be started or continued; the message says why."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class StageConfig:
    """What the runs of all stages have in common.

    Attributes:
        stage: what is learned.
        body: body name.
        clips: folders of clips.
        labels: kinds of clips to use; empty: all.
        num_envs: bodies simulated side by side.
        workers: threads that step them.
        imitation: the task.
        embodiment: how the body is simulated; it becomes part of the policy's contract.
    """

    stage: str
    body: str = "legs80"
    clips: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    num_envs: int = 64
    workers: int = 2
    imitation: ImitationConfig = dataclasses.field(default_factory=ImitationConfig)
    embodiment: Embodiment = TRAINED


def _lenient() -> ImitationConfig:
    """The task of learners that are told what is right: they may see how bodies get lost."""
    return ImitationConfig(termination_distance=0.25)


@dataclasses.dataclass(frozen=True, kw_only=True)
class RunConfig(StageConfig):
    """Everything that decides what a run of reinforcement learning does.

    Attributes:
        stage: 'skeleton' (joint servos, fast) or 'finetune' (muscles).
        only: names of the clips to use, with their mirror images; empty: all.
        initial: checkpoint or weights to start from; empty: from scratch.
        initial_expert: which expert of the initial weights; None: all, with their gate.
        network: shape of the networks.
        ppo: the learner.
        trainer: the loop.
    """

    stage: Stage
    only: tuple[str, ...] = ()
    initial: str = ""
    initial_expert: int | None = None
    network: NetworkConfig = dataclasses.field(default_factory=NetworkConfig)
    ppo: PPOConfig = dataclasses.field(default_factory=PPOConfig)
    trainer: TrainerConfig = dataclasses.field(default_factory=TrainerConfig)


@dataclasses.dataclass(frozen=True, kw_only=True)
class GatingRunConfig(StageConfig):
    """Everything that decides what a run that learns a gate does.

    Attributes:
        stage: always 'gate'.
        experts: run folders or weights of the experts.
        gating: the gate and its learner.
    """

    stage: Literal["gate"] = "gate"
    experts: tuple[str, ...]
    imitation: ImitationConfig = dataclasses.field(default_factory=_lenient)
    gating: GatingConfig = dataclasses.field(default_factory=GatingConfig)


@dataclasses.dataclass(frozen=True, kw_only=True)
class DistillationRunConfig(StageConfig):
    """Everything that decides what a distillation run does.

    Attributes:
        stage: always 'distil'.
        teacher: run folder or weights of the coordinated policy, one expert or a mixture.
        initial: run folder or weights of a direct policy to start from; empty: from scratch.
        distillation: the student and its learner.
    """

    stage: Literal["distil"] = "distil"
    teacher: str
    initial: str = ""
    num_envs: int = 48
    imitation: ImitationConfig = dataclasses.field(default_factory=_lenient)
    distillation: DistillationConfig = dataclasses.field(default_factory=DistillationConfig)


def _nominal() -> ImitationConfig:
    """The task of a learner that has one model of the body: bodies do not differ."""
    return ImitationConfig(termination_distance=0.35, push_rate=0.1, randomisation=NO_RANDOMISATION)


@dataclasses.dataclass(frozen=True, kw_only=True)
class RefinementRunConfig(StageConfig):
    """Everything that decides what a run that refines a policy does.

    Attributes:
        stage: always 'refine'.
        only: names of the clips to use, with their mirror images; empty: all.
        initial: run folder or weights to start from.
        initial_expert: which expert of the initial weights; None: all, with their gate.
        world_model: run folder of another refinement whose model of the body is gone on with;
            empty: a new one.
        refinement: the learner.
    """

    stage: Literal["refine"] = "refine"
    only: tuple[str, ...] = ()
    initial: str
    initial_expert: int | None = None
    world_model: str = ""
    imitation: ImitationConfig = dataclasses.field(default_factory=_nominal)
    refinement: RefinementConfig = dataclasses.field(default_factory=RefinementConfig)


AnyRunConfig = RunConfig | GatingRunConfig | RefinementRunConfig | DistillationRunConfig


def save_config(config: AnyRunConfig, folder: Path) -> None:
    """Write the configuration, the git commit and the uncommitted changes into `folder`.

    A run that is continued keeps what it was started with.
    """
    if (folder / "config.json").exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    write_text(folder / "commit.txt", git("rev-parse", "HEAD") + "\n")
    write_text(folder / "changes.diff", git("diff", "HEAD") + "\n")
    write_text(folder / "config.json", json.dumps(dataclasses.asdict(config), indent=2) + "\n")


def load_run_config(folder: Path) -> AnyRunConfig:
    """Read the configuration of a run folder.

    Raises:
        RunError: it is missing or was written by another version.
    """
    try:
        fields = json.loads((folder / "config.json").read_text())
        kind = _KINDS.get(fields.get("stage"), RunConfig)
        return kind(**{name: _typed(name, value) for name, value in fields.items()})
    except FileNotFoundError:
        raise RunError(f"run folder '{folder}' has no config.json") from None
    except (TypeError, ValueError) as error:
        raise RunError(f"'{folder / 'config.json'}' cannot be used: {error}") from error


def configuration_of(config: AnyRunConfig, folder: Path) -> AnyRunConfig:
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


_KINDS: dict[str, Any] = {
    "gate": GatingRunConfig,
    "refine": RefinementRunConfig,
    "distil": DistillationRunConfig,
}
_PARTS: dict[str, Any] = {
    "randomisation": RandomisationConfig,
    "imitation": ImitationConfig,
    "network": NetworkConfig,
    "ppo": PPOConfig,
    "trainer": TrainerConfig,
    "mining": MiningConfig,
    "coordination": CoordinationConfig,
    "embodiment": Embodiment,
    "kinetics": KineticConfig,
    "gating": GatingConfig,
    "refinement": RefinementConfig,
    "distillation": DistillationConfig,
}


def _typed(name: str, value: Any) -> Any:  # noqa: ANN401 JSON
    if name in _PARTS:
        return _PARTS[name](**{k: _typed(k, v) for k, v in value.items()})
    return _tuples(value)


def _tuples(value: Any) -> Any:  # noqa: ANN401 JSON
    return tuple(value) if isinstance(value, list) else value


def embodiment_of(path: Path) -> Embodiment:
    """How the body was simulated for a policy; as for new ones where that is noted nowhere.

    Args:
        path: run folder, or file of weights with its ONNX file beside it.

    Raises:
        PolicyContractError: the ONNX file cannot be read.
        RunError: the run cannot be read.
    """
    if path.is_dir():
        return load_run_config(path).embodiment
    beside = path.with_suffix(".onnx")
    return read_metadata(beside).embodiment if beside.is_file() else TRAINED


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
