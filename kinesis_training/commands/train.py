# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""`kinesis train`: the stages of training, each resumable."""

import dataclasses
from pathlib import Path
from typing import Annotated

import typer

from kinesis_ros.console import Flag, takes
from kinesis_ros.core.muscles import CoordinationConfig
from kinesis_ros.core.policy import Embodiment
from kinesis_training.commands import generator
from kinesis_training.commands.options import (
    CLIPS,
    DISTANCE,
    EFFORT_PRICE,
    ENVS,
    INITIAL,
    INITIAL_EXPERT,
    KINETICS,
    LABELS,
    LEASH,
    NOISE,
    VARIATION,
    ContactTime,
    Effort,
    MuscleWeighting,
    Run,
    Steps,
    horizon,
    seed,
    workers,
)
from kinesis_training.commands.people import people
from kinesis_training.commands.running import clear_errors, train
from kinesis_training.commands.split import split
from kinesis_training.commands.train_all import everything
from kinesis_training.runs import (
    DistillationRunConfig,
    GatingRunConfig,
    PipelineConfig,
    RefinementRunConfig,
    RunConfig,
    default_config,
    embodiment_of,
)
from kinesis_training.runs.run_config import TRAINED

app = typer.Typer(
    no_args_is_help=True,
    help="Train a policy in stages; every stage resumes from its run folder.",
)
app.command()(generator.generator)
app.command()(generator.kick)
app.command()(generator.references)
app.command()(split)
app.command()(people)
app.command("all")(everything)


@app.command()
@takes(
    default_config("skeleton"),
    CLIPS,
    LABELS,
    seed("trainer"),
    ENVS,
    workers("trainer"),
    horizon("ppo"),
    DISTANCE,
    NOISE,
    VARIATION,
    INITIAL,
    INITIAL_EXPERT,
)
def skeleton(
    options: RunConfig,
    run: Run = Path("runs/skeleton"),
    steps: Steps = PipelineConfig.skeleton_steps,
) -> None:
    """Learn to imitate with joint servos instead of muscles: fast, from scratch.

    Example: kinesis train skeleton --clips clips --run runs/skeleton
    """
    train(options, run, steps)


@app.command()
@takes(
    default_config("finetune"),
    CLIPS,
    dataclasses.replace(INITIAL, default=Path("runs/skeleton")),
    LABELS,
    seed("trainer"),
    ENVS,
    workers("trainer"),
    horizon("ppo"),
    DISTANCE,
    LEASH,
    NOISE,
    VARIATION,
    INITIAL_EXPERT,
    EFFORT_PRICE,
    *KINETICS,
)
def finetune(
    options: RunConfig,
    run: Run = Path("runs/finetune"),
    steps: Steps = PipelineConfig.muscle_steps,
    effort: Effort = None,
    weighting: MuscleWeighting = None,
    contact_time: ContactTime = None,
) -> None:
    """Continue on the muscle body, driven through muscle coordination.

    Example: kinesis train finetune --clips clips --from runs/skeleton --run runs/finetune
    """
    inherited = _inherited(options.initial)
    sharing = inherited.coordination
    embodiment = Embodiment(
        CoordinationConfig(effort or sharing.effort, weighting or sharing.weighting),
        contact_time or inherited.foot_contact_time,
    )
    train(dataclasses.replace(options, embodiment=embodiment), run, steps)


@app.command()
@takes(
    RefinementRunConfig,
    CLIPS,
    dataclasses.replace(INITIAL, default=Path("runs/finetune")),
    LABELS,
    seed("refinement"),
    ENVS,
    workers("refinement"),
    horizon("refinement"),
    DISTANCE,
    LEASH,
    INITIAL_EXPERT,
    Flag("refinement.experts", ("--learn",)),
    Flag("world_model", ("--model",), kind=Path),
)
def refine(
    options: RefinementRunConfig,
    run: Run = Path("runs/refine"),
    steps: Steps = PipelineConfig.refine_steps,
) -> None:
    """Make a policy more precise through a model of the body that is learned along the way.

    Example: kinesis train refine --clips clips --from runs/finetune --run runs/refine
    """
    embodiment = _inherited(options.initial)
    train(dataclasses.replace(options, embodiment=embodiment), run, steps)


@app.command()
@takes(
    GatingRunConfig,
    CLIPS,
    Flag("experts", ("--expert",), kind=Path),
    LABELS,
    seed("gating"),
    ENVS,
    workers("gating"),
    DISTANCE,
)
def gate(
    options: GatingRunConfig,
    run: Run = Path("runs/gate"),
    steps: Annotated[
        float, typer.Option("--steps", min=0.0, help="Millions of visited states in all.")
    ] = PipelineConfig.gate_steps,
) -> None:
    """Learn which of several experts acts when, and make one policy of them.

    Example: kinesis train gate --clips clips --expert runs/walk --expert runs/run --run runs/gate
    """
    embodiment = _inherited(options.experts[0])
    train(dataclasses.replace(options, embodiment=embodiment), run, steps)


@app.command()
@takes(
    DistillationRunConfig,
    CLIPS,
    Flag("teacher", kind=Path, default=Path("runs/finetune")),
    LABELS,
    seed("distillation"),
    ENVS,
    workers("distillation"),
    horizon("distillation"),
    DISTANCE,
    INITIAL,
)
def distil(
    options: DistillationRunConfig,
    run: Run = Path("runs/distil"),
    steps: Annotated[
        float, typer.Option("--steps", min=0.0, help="Millions of labelled states in all.")
    ] = PipelineConfig.distil_steps,
) -> None:
    """Distil the coordinated policy into one that excites the muscles directly.

    Example: kinesis train distil --clips clips --teacher runs/finetune --run runs/distil
    """
    embodiment = _inherited(options.teacher)
    train(dataclasses.replace(options, embodiment=embodiment), run, steps)


def _inherited(source: str) -> Embodiment:
    """How the body was simulated for the policy that a run starts from; empty: there is none."""
    if not source:
        return TRAINED
    with clear_errors():
        return embodiment_of(Path(source))
