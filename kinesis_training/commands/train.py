# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""`kinesis train`: the stages of training, each resumable."""

import dataclasses
from pathlib import Path
from typing import Annotated

import torch
import typer
from rich.console import Console
from torch.utils.tensorboard import SummaryWriter

from kinesis_ros.commands.errors import CommandError
from kinesis_ros.core.clip import ClipError
from kinesis_training.run import (
    RunConfig,
    RunError,
    Stage,
    build_trainer,
    default_config,
)
from kinesis_training.trainer import Progress, append_metrics

app = typer.Typer(
    no_args_is_help=True,
    help="Train a policy in stages; every stage resumes from its run folder.",
)

Clips = Annotated[
    list[Path],
    typer.Option("--clips", help="Folder of clips made by `kinesis import`; may be repeated."),
]
Run = Annotated[Path, typer.Option("--run", help="Run folder; an existing run is continued.")]
Steps = Annotated[float, typer.Option("--steps", help="Millions of control steps in all.")]
Labels = Annotated[
    list[str] | None,
    typer.Option("--label", help="Use only clips of this kind; may be repeated."),
]
Seed = Annotated[int, typer.Option("--seed", help="Seed of everything random.")]
Envs = Annotated[int, typer.Option("--envs", min=1, help="Bodies simulated side by side.")]
Workers = Annotated[int, typer.Option("--workers", min=1, help="Threads that step them.")]
Horizon = Annotated[
    int | None,
    typer.Option("--horizon", min=8, help="Control steps per body and iteration."),
]
Distance = Annotated[
    float,
    typer.Option("--distance", help="An episode fails beyond this mean body distance [m]."),
]


@app.command()
def skeleton(
    clips: Clips,
    run: Run = Path("runs/skeleton"),
    steps: Steps = 8.0,
    label: Labels = None,
    seed: Seed = 0,
    envs: Envs = 48,
    workers: Workers = 2,
    horizon: Horizon = None,
    distance: Distance = 0.14,
) -> None:
    """Learn to imitate with joint servos instead of muscles: fast, from scratch.

    Example: kinesis train skeleton --clips clips --run runs/skeleton --steps 8
    """
    config = _config("skeleton", clips, label, seed, envs, workers, horizon, distance)
    _train(config, run, steps)


@app.command()
def finetune(
    clips: Clips,
    initial: Annotated[
        Path, typer.Option("--from", help="Run folder or weights (.pt) to start from.")
    ] = Path("runs/skeleton"),
    run: Run = Path("runs/finetune"),
    steps: Steps = 3.0,
    label: Labels = None,
    seed: Seed = 0,
    envs: Envs = 48,
    workers: Workers = 2,
    horizon: Horizon = None,
    distance: Distance = 0.14,
) -> None:
    """Continue on the muscle body, driven through muscle coordination.

    Example: kinesis train finetune --clips clips --from runs/skeleton --run runs/finetune
    """
    config = _config("finetune", clips, label, seed, envs, workers, horizon, distance)
    _train(dataclasses.replace(config, initial=str(initial)), run, steps)


def _config(
    stage: Stage,
    clips: list[Path],
    labels: list[str] | None,
    seed: int,
    envs: int,
    workers: int,
    horizon: int | None,
    distance: float,
) -> RunConfig:
    config = default_config(stage)
    return dataclasses.replace(
        config,
        clips=tuple(str(folder) for folder in clips),
        labels=tuple(labels or ()),
        num_envs=envs,
        workers=workers,
        ppo=dataclasses.replace(config.ppo, horizon=horizon or config.ppo.horizon),
        imitation=dataclasses.replace(config.imitation, termination_distance=distance),
        trainer=dataclasses.replace(config.trainer, seed=seed),
    )


def _train(config: RunConfig, run: Path, million_steps: float) -> None:
    """Start the run, or continue it with the configuration it was started with."""
    console = Console()
    torch.set_num_threads(config.workers)
    try:
        if (run / "config.json").exists():
            config = RunConfig.load(run)
            console.print(f"continuing {run} with the configuration it was started with")
        else:
            config.save(run)
        trainer = build_trainer(config, run)
        if trainer.resume():
            console.print(f"resumed at {trainer.steps / 1e6:.2f} M steps")
    except (RunError, ClipError, ValueError) as error:
        raise CommandError(str(error)) from error
    target = round(million_steps * 1e6)
    with SummaryWriter(str(run)) as writer:

        def log(progress: Progress) -> None:
            append_metrics(run / "metrics.jsonl", progress)
            for name, value in dataclasses.asdict(progress).items():
                writer.add_scalar(f"train/{name}", value, progress.steps)
            if progress.iteration % 5 == 0:
                console.print(_line(progress, target))

        try:
            trainer.train(target, log)
        except KeyboardInterrupt:
            console.print(f"stopped; continue with the same command. Checkpoint in {run}")
            raise typer.Exit(1) from None
        finally:
            trainer.env.close()
    console.print(f"done: {trainer.steps / 1e6:.2f} M steps, checkpoint in {run}")


def _line(progress: Progress, target: int) -> str:
    return (
        f"{progress.steps / 1e6:6.2f}/{target / 1e6:.1f}M  {progress.steps_per_second:5.0f} steps/s  "
        f"reward {progress.reward:.3f}  episode {progress.episode_length:5.1f}  "
        f"failed {progress.failures:4.0%}  {progress.distance_mm:4.0f} mm  "
        f"effort {progress.effort:.3f}  KL {progress.kl:.3f}  rate {progress.learning_rate:.1e}  "
        f"noise {progress.noise:.3f}"
    )
