# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The configuration of a training run, and where it stands on disk."""

import dataclasses
import json
import subprocess
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_type_hints

import msgspec

from kinesis_ros.core.muscles import CoordinationConfig
from kinesis_ros.core.policy import Embodiment, read_metadata
from kinesis_ros.files import write_text
from kinesis_ros.options import Range, check
from kinesis_training.environment import NO_RANDOMISATION, ImitationConfig
from kinesis_training.learning import (
    DistillationConfig,
    GatingConfig,
    PPOConfig,
    TrainerConfig,
)
from kinesis_training.networks import NetworkConfig
from kinesis_training.refinement import RefinementConfig
from urdf_mjcf.registry import DEFAULT_BODY, PADDED_CONTACT_TIME, BodyName

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
        body: body that learns.
        clips: folder of clips made by `kinesis import`.
        labels: use only clips of this kind.
        only: names of the clips to use, with their mirror images; empty: all.
        num_envs: bodies simulated side by side.
        workers: threads that step them.
        imitation: the task.
        embodiment: how the body is simulated; it becomes part of the policy's contract.
    """

    stage: str
    body: BodyName = DEFAULT_BODY
    clips: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    num_envs: Annotated[int, Range(1)] = 64
    workers: Annotated[int, Range(1)] = 2
    imitation: ImitationConfig = dataclasses.field(default_factory=ImitationConfig)
    embodiment: Embodiment = TRAINED

    def __post_init__(self) -> None:
        check(self)


def _lenient() -> ImitationConfig:
    """The task of learners that are told what is right: they may see how bodies get lost."""
    return ImitationConfig(termination_distance=0.25)


@dataclasses.dataclass(frozen=True, kw_only=True)
class RunConfig(StageConfig):
    """Everything that decides what a run of reinforcement learning does.

    Attributes:
        stage: 'skeleton' (joint servos, fast) or 'finetune' (muscles).
        initial: run folder or weights (.pt) to start from; default: from scratch.
        initial_expert: expert of the weights that --from names; default: all of them and their
            gate.
        network: shape of the networks.
        ppo: the learner.
        trainer: the loop.
    """

    stage: Stage
    initial: str = ""
    initial_expert: Annotated[int | None, Range(0)] = None
    network: NetworkConfig = dataclasses.field(default_factory=NetworkConfig)
    ppo: PPOConfig = dataclasses.field(default_factory=PPOConfig)
    trainer: TrainerConfig = dataclasses.field(default_factory=TrainerConfig)


@dataclasses.dataclass(frozen=True, kw_only=True)
class GatingRunConfig(StageConfig):
    """Everything that decides what a run that learns a gate does.

    Attributes:
        stage: always 'gate'.
        experts: run folder or weights of an expert; give two or more.
        gating: the gate and its learner.
    """

    stage: Literal["gate"] = "gate"
    experts: tuple[str, ...]
    imitation: ImitationConfig = dataclasses.field(default_factory=_lenient)
    gating: GatingConfig = dataclasses.field(default_factory=GatingConfig)

    def __post_init__(self) -> None:
        super().__post_init__()
        if len(self.experts) < 2:
            raise ValueError(f"a gate needs two experts or more, it has {len(self.experts)}")


@dataclasses.dataclass(frozen=True, kw_only=True)
class DistillationRunConfig(StageConfig):
    """Everything that decides what a distillation run does.

    Attributes:
        stage: always 'distil'.
        teacher: run folder or weights of the coordinated policy, one expert or a mixture.
        initial: run folder or weights (.pt) of a direct policy to start from; default: from
            scratch.
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
        initial: run folder or weights (.pt) to start from.
        initial_expert: expert of the weights that --from names; default: all of them and their
            gate.
        world_model: run of another refinement, whose model of the body is continued; default: a
            new one.
        refinement: the learner.
    """

    stage: Literal["refine"] = "refine"
    initial: str
    initial_expert: Annotated[int | None, Range(0)] = None
    world_model: str = ""
    imitation: ImitationConfig = dataclasses.field(default_factory=_nominal)
    refinement: RefinementConfig = dataclasses.field(default_factory=RefinementConfig)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.refinement.experts and self.initial_expert is not None:
            raise ValueError(
                "--expert takes one expert alone, --learn some of a mixture: give only one of them"
            )


def save_config(config: StageConfig, folder: Path) -> None:
    """Write the configuration, the git commit and the uncommitted changes into `folder`.

    A run that is continued keeps what it was started with.
    """
    if (folder / "config.json").exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    write_text(folder / "commit.txt", git("rev-parse", "HEAD") + "\n")
    write_text(folder / "changes.diff", git("diff", "HEAD") + "\n")
    write_text(folder / "config.json", json.dumps(dataclasses.asdict(config), indent=2) + "\n")


def load_run_config(folder: Path) -> StageConfig:
    """Read the configuration of a run folder, also one that an older version has written.

    Fields that there are no longer are left out, new ones have their defaults.

    Raises:
        RunError: it is missing, or a value is not what its field takes.
    """
    try:
        fields = json.loads((folder / "config.json").read_text())
        kind = _config_of(fields)
        return msgspec.convert(_under_new_names(fields), kind)
    except FileNotFoundError:
        raise RunError(f"run folder '{folder}' has no config.json") from None
    except ValueError as error:  # those of json and msgspec among them
        raise RunError(f"'{folder / 'config.json'}' cannot be used: {error}") from error


def configuration_of(config: StageConfig, folder: Path) -> StageConfig:
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


_RENAMED = {("ppo", "trace"): "gae_lambda"}  # fields of parts that had other names once


def _config_of(fields: Any) -> type[StageConfig]:  # noqa: ANN401 JSON
    """The class of configuration that names the stage."""
    kinds = {
        name: kind
        for kind in StageConfig.__subclasses__()
        for name in get_args(get_type_hints(kind)["stage"])
    }
    stage = fields.get("stage") if isinstance(fields, dict) else None
    if not isinstance(stage, str) or stage not in kinds:
        raise ValueError(f"stage '{stage}' does not exist; there are {', '.join(kinds)}")
    return kinds[stage]


def _under_new_names(fields: dict[str, Any]) -> dict[str, Any]:
    # Runs that name no embodiment were trained as policies that name none.
    renamed = {"embodiment": dataclasses.asdict(Embodiment()), **fields}
    for (part, old), new in _RENAMED.items():
        if isinstance(renamed.get(part), dict) and old in renamed[part]:
            rest = dict(renamed[part])
            renamed[part] = {new: rest.pop(old), **rest}
    return renamed


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
    """Measured settings of a stage, whichever command starts it; see docs/training.md.

    The horizons are those of the pipeline that the shipped policies come from.
    """
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
