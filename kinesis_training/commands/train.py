# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""`kinesis train`: the stages of training, each resumable."""

import dataclasses
import math
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from kinesis_ros.commands.errors import CommandError
from kinesis_ros.core.coordination import CoordinationConfig
from kinesis_ros.core.embodiment import Embodiment
from kinesis_training.commands import generator
from kinesis_training.commands.options import (
    Clips,
    ContactTime,
    Distance,
    Effort,
    EffortPrice,
    Envs,
    Forces,
    Horizon,
    Impact,
    Initial,
    InitialExpert,
    Jerks,
    Labels,
    Leash,
    Moments,
    MuscleWeighting,
    Noise,
    Run,
    Seed,
    Steps,
    Variation,
    Workers,
)
from kinesis_training.commands.running import clear_errors, train
from kinesis_training.commands.split import split
from kinesis_training.commands.train_all import everything
from kinesis_training.environment import ImitationConfig
from kinesis_training.kinetics import KineticConfig
from kinesis_training.run_config import (
    TRAINED,
    DistillationRunConfig,
    GatingRunConfig,
    RefinementRunConfig,
    RunConfig,
    Stage,
    StageConfig,
    default_config,
    embodiment_of,
)

app = typer.Typer(
    no_args_is_help=True,
    help="Train a policy in stages; every stage resumes from its run folder.",
)
app.command()(generator.generator)
app.command()(generator.kick)
app.command()(generator.references)
app.command()(split)
app.command("all")(everything)

Config = TypeVar("Config", bound=StageConfig)
_TASK = ImitationConfig()


@app.command()
def skeleton(
    clips: Clips,
    run: Run = Path("runs/skeleton"),
    steps: Steps = 12.0,
    label: Labels = None,
    seed: Seed = 0,
    envs: Envs = 64,
    workers: Workers = 2,
    horizon: Horizon = 192,
    distance: Distance = 0.14,
    noise: Noise = 0.03,
    variation: Variation = 1.0,
    initial: Initial = None,
    expert: InitialExpert = None,
) -> None:
    """Learn to imitate with joint servos instead of muscles: fast, from scratch.

    Example: kinesis train skeleton --clips clips --run runs/skeleton --steps 12
    """
    config = _learner("skeleton", seed, workers, horizon, noise, variation, initial, expert)
    train(_set_up(config, clips, label, envs, workers, distance), run, steps)


@app.command()
def finetune(
    clips: Clips,
    initial: Initial = Path("runs/skeleton"),
    run: Run = Path("runs/finetune"),
    steps: Steps = 4.0,
    label: Labels = None,
    seed: Seed = 0,
    envs: Envs = 64,
    workers: Workers = 2,
    horizon: Horizon = 144,
    distance: Distance = 0.14,
    leash: Leash = 0.0,
    noise: Noise = 0.03,
    variation: Variation = 1.0,
    expert: InitialExpert = None,
    effort: Effort = None,
    weighting: MuscleWeighting = None,
    contact_time: ContactTime = None,
    effort_price: EffortPrice = _TASK.effort_weight,
    moments: Moments = _TASK.kinetics.moments,
    forces: Forces = _TASK.kinetics.forces,
    impact: Impact = _TASK.kinetics.impact,
    jerks: Jerks = _TASK.kinetics.jerks,
) -> None:
    """Continue on the muscle body, driven through muscle coordination.

    Example: kinesis train finetune --clips clips --from runs/skeleton --run runs/finetune
    """
    config = _learner("finetune", seed, workers, horizon, noise, variation, initial, expert)
    imitation = dataclasses.replace(
        config.imitation,
        leash_share=leash,
        effort_weight=effort_price,
        kinetics=KineticConfig(moments, forces, impact, jerks),
    )
    inherited = _inherited(initial)
    sharing = inherited.coordination
    embodiment = Embodiment(
        CoordinationConfig(effort or sharing.effort, weighting or sharing.weighting),
        contact_time or inherited.foot_contact_time,
    )
    config = dataclasses.replace(config, imitation=imitation, embodiment=embodiment)
    train(_set_up(config, clips, label, envs, workers, distance), run, steps)


@app.command()
def refine(
    clips: Clips,
    initial: Initial = Path("runs/finetune"),
    run: Run = Path("runs/refine"),
    steps: Steps = 0.15,
    label: Labels = None,
    seed: Seed = 0,
    envs: Envs = 64,
    workers: Workers = 2,
    horizon: Horizon = 100,
    distance: Distance = 0.35,
    leash: Leash = 0.0,
    expert: InitialExpert = None,
    learn: Annotated[
        list[int] | None,
        typer.Option(
            min=0,
            help="Expert of the mixture that learns, while the others and their gate act, too, and "
            "stay as they are; may be repeated. Without it, all learn, and the gate.",
        ),
    ] = None,
    model: Annotated[
        Path | None,
        typer.Option(help="Run of another refinement: go on with its model of the body."),
    ] = None,
) -> None:
    """Make a policy more precise, through a model of the body that is learned on the way.

    Example: kinesis train refine --clips clips --from runs/finetune --run runs/refine
    """
    if learn and expert is not None:
        raise CommandError("--expert takes one expert alone, --learn some of a mixture: give one")
    config = RefinementRunConfig(
        initial=str(initial),
        initial_expert=expert,
        world_model=str(model or ""),
        embodiment=_inherited(initial),
    )
    refinement = dataclasses.replace(
        config.refinement,
        seed=seed,
        threads=workers,
        horizon=horizon,
        experts=tuple(learn or ()),
    )
    imitation = dataclasses.replace(config.imitation, leash_share=leash)
    config = dataclasses.replace(config, refinement=refinement, imitation=imitation)
    train(_set_up(config, clips, label, envs, workers, distance), run, steps)


@app.command()
def gate(
    clips: Clips,
    expert: Annotated[
        list[Path],
        typer.Option("--expert", help="Run folder or weights of an expert; twice or more."),
    ],
    run: Run = Path("runs/gate"),
    steps: Annotated[
        float, typer.Option("--steps", min=0.0, help="Millions of visited states in all.")
    ] = 0.3,
    label: Labels = None,
    seed: Seed = 0,
    envs: Envs = 64,
    workers: Workers = 2,
    distance: Distance = 0.25,
) -> None:
    """Learn which of several experts acts when, and make one policy of them.

    Example: kinesis train gate --clips clips --expert runs/walk --expert runs/run --run runs/gate
    """
    if len(expert) < 2:
        raise CommandError(f"a gate weighs two experts or more, {len(expert)} was given")
    config = GatingRunConfig(
        experts=tuple(str(path) for path in expert), embodiment=_inherited(expert[0])
    )
    gating = dataclasses.replace(config.gating, seed=seed, threads=workers)
    config = dataclasses.replace(config, gating=gating)
    train(_set_up(config, clips, label, envs, workers, distance), run, steps)


@app.command()
def distil(
    clips: Clips,
    teacher: Annotated[
        Path, typer.Option("--teacher", help="Run folder or weights of the coordinated policy.")
    ] = Path("runs/finetune"),
    run: Run = Path("runs/distil"),
    steps: Annotated[
        float, typer.Option("--steps", min=0.0, help="Millions of labelled states in all.")
    ] = 0.5,
    label: Labels = None,
    seed: Seed = 0,
    envs: Envs = 48,
    workers: Workers = 2,
    horizon: Horizon = 100,
    distance: Distance = 0.25,
    initial: Initial = None,
) -> None:
    """Distil the coordinated policy into one that excites the muscles directly.

    Example: kinesis train distil --clips clips --teacher runs/finetune --run runs/distil
    """
    config = DistillationRunConfig(
        teacher=str(teacher), initial=str(initial or ""), embodiment=_inherited(teacher)
    )
    distillation = dataclasses.replace(
        config.distillation, seed=seed, horizon=horizon, threads=workers
    )
    config = dataclasses.replace(config, distillation=distillation)
    train(_set_up(config, clips, label, envs, workers, distance), run, steps)


def _inherited(source: Path | None) -> Embodiment:
    """How the body was simulated for the policy that a run starts from."""
    if source is None:
        return TRAINED
    with clear_errors():
        return embodiment_of(source)


def _learner(
    stage: Stage,
    seed: int,
    workers: int,
    horizon: int,
    noise: float,
    variation: float,
    initial: Path | None,
    expert: int | None,
) -> RunConfig:
    """Measured settings of a stage of reinforcement learning."""
    config = default_config(stage)
    imitation = config.imitation
    bodies = imitation.randomisation.scaled(variation)
    return dataclasses.replace(
        config,
        ppo=dataclasses.replace(config.ppo, horizon=horizon, lowest_log_std=math.log(noise)),
        trainer=dataclasses.replace(config.trainer, seed=seed, threads=workers),
        imitation=dataclasses.replace(imitation, randomisation=bodies),
        initial=str(initial or ""),
        initial_expert=expert,
    )


def _set_up(
    config: Config,
    clips: list[Path],
    labels: list[str] | None,
    envs: int,
    workers: int,
    distance: float,
) -> Config:
    """Add what all stages are asked for."""
    return dataclasses.replace(
        config,
        clips=tuple(str(folder) for folder in clips),
        labels=tuple(labels or ()),
        num_envs=envs,
        workers=workers,
        imitation=dataclasses.replace(config.imitation, termination_distance=distance),
    )
