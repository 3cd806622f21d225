# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The stages of training: one record each; docs/add-a-training-stage.md adds one."""

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from kinesis_training.learning import Loop
from kinesis_training.networks import DirectStudent
from kinesis_training.runs.run import (
    build_distiller,
    build_gate_trainer,
    build_refiner,
    build_trainer,
    load_student,
)
from kinesis_training.runs.run_config import (
    DistillationRunConfig,
    GatingRunConfig,
    RefinementRunConfig,
    RunConfig,
    RunError,
    StageConfig,
)

Config = TypeVar("Config", bound=StageConfig)


@dataclasses.dataclass(frozen=True)
class TrainingStage:
    """One stage.

    Attributes:
        name: of its command, `kinesis train NAME`, and in the config.json of its runs.
        description: what it does, in a line.
        config: class of its configuration, whose `stage` is a `Literal` with the name.
        learner: name of the configuration's field with the settings of the learner, among them
            `seed` and `threads`.
        build: constructs the loop from the configuration and the run folder.
        load_direct: loads the direct policy of a run for `kinesis export`; None: its runs hold a
            coordinated policy, experts and their gate.
    """

    name: str
    description: str
    config: type[StageConfig]
    learner: str
    build: Callable[[Any, Path], Loop]
    load_direct: Callable[[Any, Path], DirectStudent] | None = None


STAGES = {
    stage.name: stage
    for stage in (
        TrainingStage(
            "skeleton",
            "imitation with joint servos instead of muscles, from scratch",
            RunConfig,
            "trainer",
            build_trainer,
        ),
        TrainingStage(
            "finetune",
            "imitation with muscles, driven through muscle coordination",
            RunConfig,
            "trainer",
            build_trainer,
        ),
        TrainingStage(
            "gate",
            "which of several experts acts when",
            GatingRunConfig,
            "gating",
            build_gate_trainer,
        ),
        TrainingStage(
            "refine",
            "a policy made more precise through a learned model of the body",
            RefinementRunConfig,
            "refinement",
            build_refiner,
        ),
        TrainingStage(
            "distil",
            "a coordinated policy distilled into one that excites the muscles directly",
            DistillationRunConfig,
            "distillation",
            build_distiller,
            load_student,
        ),
    )
}


def find_stage(name: str) -> TrainingStage:
    """The record of a stage.

    Raises:
        RunError: with the stages that exist.
    """
    if name not in STAGES:
        raise RunError(f"stage '{name}' does not exist; there are {', '.join(STAGES)}")
    return STAGES[name]


def build(config: StageConfig, folder: Path) -> Loop:
    """Construct all that a run of any stage needs."""
    return find_stage(config.stage).build(config, folder)


def with_seed(config: Config, seed: int, threads: int) -> Config:
    """The configuration with another seed, and so many threads for the gradient steps."""
    learner = find_stage(config.stage).learner
    settings = dataclasses.replace(getattr(config, learner), seed=seed, threads=threads)
    return dataclasses.replace(config, **{learner: settings})
