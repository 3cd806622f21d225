# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""`kinesis train`: the stages of training, each resumable."""

import contextlib
import dataclasses
import signal
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import FrameType
from typing import Annotated, Any, NoReturn, TypeVar

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn, track
from rich.table import Table
from torch.utils.tensorboard import SummaryWriter

from kinesis_ros.commands.errors import CommandError
from kinesis_ros.core.body import load_body
from kinesis_ros.core.clip import Clip, ClipError
from kinesis_training.commands import generator
from kinesis_training.commands.export import export
from kinesis_training.commands.split import split
from kinesis_training.corpus import load_clips
from kinesis_training.pipeline import Pipeline, PipelineConfig
from kinesis_training.run import build
from kinesis_training.run_config import (
    AnyRunConfig,
    DistillationRunConfig,
    GatingRunConfig,
    RunConfig,
    RunError,
    Stage,
    StageConfig,
    configuration_of,
    default_config,
    save_config,
)
from kinesis_training.trainer import append_metrics

app = typer.Typer(
    no_args_is_help=True,
    help="Train a policy in stages; every stage resumes from its run folder.",
)
app.command()(generator.generator)
app.command()(generator.kick)
app.command()(generator.references)
app.command()(split)

Config = TypeVar("Config", bound=StageConfig)
Clips = Annotated[
    list[Path],
    typer.Option("--clips", help="Folder of clips made by `kinesis import`; may be repeated."),
]
Run = Annotated[Path, typer.Option("--run", help="Run folder; continued if it exists.")]
Steps = Annotated[float, typer.Option("--steps", min=0.0, help="Millions of control steps in all.")]
Labels = Annotated[
    list[str] | None,
    typer.Option("--label", help="Use only clips of this kind; may be repeated."),
]
Initial = Annotated[
    Path | None, typer.Option("--from", help="Run folder or weights (.pt) to start from.")
]
InitialExpert = Annotated[
    int | None,
    typer.Option(
        "--expert",
        min=0,
        help="Which expert of the weights that --from names; without it, all and their gate.",
    ),
]
Seed = Annotated[int, typer.Option("--seed", help="Seed of everything random.")]
Envs = Annotated[int, typer.Option("--envs", min=1, help="Bodies simulated side by side.")]
Workers = Annotated[int, typer.Option("--workers", min=1, help="Threads that step them.")]
Horizon = Annotated[
    int, typer.Option("--horizon", min=8, help="Control steps per body and iteration.")
]
Distance = Annotated[
    float,
    typer.Option("--distance", min=0.01, help="Episodes fail beyond this mean distance [m]."),
]
Leash = Annotated[
    float,
    typer.Option(
        "--leash",
        min=0.0,
        max=1.0,
        help="Share of episodes whose clip waits for the body, as references of goals do.",
    ),
]


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
    initial: Initial = None,
    expert: InitialExpert = None,
) -> None:
    """Learn to imitate with joint servos instead of muscles: fast, from scratch.

    Example: kinesis train skeleton --clips clips --run runs/skeleton --steps 12
    """
    config = _learner("skeleton", seed, workers, horizon, initial, expert)
    _train(_set_up(config, clips, label, envs, workers, distance), run, steps)


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
    expert: InitialExpert = None,
) -> None:
    """Continue on the muscle body, driven through muscle coordination.

    Example: kinesis train finetune --clips clips --from runs/skeleton --run runs/finetune
    """
    config = _learner("finetune", seed, workers, horizon, initial, expert)
    imitation = dataclasses.replace(config.imitation, leash_share=leash)
    config = dataclasses.replace(config, imitation=imitation)
    _train(_set_up(config, clips, label, envs, workers, distance), run, steps)


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
    config = GatingRunConfig(experts=tuple(str(path) for path in expert))
    gating = dataclasses.replace(config.gating, seed=seed, threads=workers)
    config = dataclasses.replace(config, gating=gating)
    _train(_set_up(config, clips, label, envs, workers, distance), run, steps)


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
    config = DistillationRunConfig(teacher=str(teacher), initial=str(initial or ""))
    distillation = dataclasses.replace(
        config.distillation, seed=seed, horizon=horizon, threads=workers
    )
    config = dataclasses.replace(config, distillation=distillation)
    _train(_set_up(config, clips, label, envs, workers, distance), run, steps)


@app.command("all")
def everything(
    clips: Annotated[
        list[Path] | None,
        typer.Option("--clips", help="Folder of clips; without one, on generated clips alone."),
    ] = None,
    run: Annotated[Path, typer.Option(help="Folder of all runs; continued if it exists.")] = Path(
        "runs/all"
    ),
    body: Annotated[str, typer.Option(help="Name of the body that learns.")] = "legs80",
    experts: Annotated[int, typer.Option(min=1, help="Experts at most.")] = 3,
    references: Annotated[int, typer.Option(min=1, help="Generated clips.")] = 300,
    skeleton_steps: Annotated[
        float, typer.Option(min=0.0, help="Millions of steps of the first expert on the skeleton.")
    ] = 8.0,
    muscle_steps: Annotated[
        float, typer.Option(min=0.0, help="Millions of steps of the first expert with muscles.")
    ] = 6.0,
    later_share: Annotated[
        float,
        typer.Option(min=0.0, help="Steps of each further expert, as a share of the first one's."),
    ] = 0.5,
    gate_steps: Annotated[float, typer.Option(min=0.0, help="Millions of states.")] = 0.4,
    joint_steps: Annotated[
        float, typer.Option(min=0.0, help="Millions of steps of all experts together.")
    ] = 4.0,
    distil_steps: Annotated[float, typer.Option(min=0.0, help="Millions of labels.")] = 0.8,
    seed: Seed = 0,
    envs: Envs = 64,
    workers: Workers = 2,
) -> None:
    """The whole training: experts by negative mining, all together, direct policy, both exported.

    It can be stopped at any time; the same command goes on where it was.

    Example: kinesis train all --clips clips --run runs/all
    """
    config = PipelineConfig(
        clips=tuple(str(folder) for folder in clips or ()),
        body=body,
        experts=experts,
        references=references,
        skeleton_steps=skeleton_steps,
        muscle_steps=muscle_steps,
        later_share=later_share,
        gate_steps=gate_steps,
        joint_steps=joint_steps,
        distil_steps=distil_steps,
        num_envs=envs,
        workers=workers,
        seed=seed,
    )
    console = Console(soft_wrap=True)

    def watch(clips: Iterable[Clip], number: int) -> Iterable[Clip]:
        return track(clips, "generating", number, console=console, transient=True)

    with _clear_errors():
        load_body(body)
        for folder in config.clips:
            load_clips(Path(folder))
        pipeline = Pipeline(config, run, _train, watch)
        for number, step in enumerate(pipeline.steps(), 1):
            done = pipeline.is_done(step)
            note = "done before" if done else time.strftime("%H:%M:%S")
            console.print(f"[bold]step {number}: {step.title}[/bold]  [dim]{note}[/dim]")
            pipeline.do(step)
        console.print(_timetable(pipeline.seconds()))
        for folder, control in ((pipeline.coordinated, "coordinated"), (pipeline.direct, "direct")):
            export(folder, run / "policies" / f"{body}_{control}.onnx")


def _timetable(seconds: dict[str, float]) -> Table:
    """How long each step took."""
    table = Table("step", "hours")
    for name, time_taken in {**seconds, "all": sum(seconds.values())}.items():
        table.add_row(name, f"{time_taken / 3600.0:.2f}")
    return table


def _learner(
    stage: Stage, seed: int, workers: int, horizon: int, initial: Path | None, expert: int | None
) -> RunConfig:
    """Measured settings of a stage of reinforcement learning."""
    config = default_config(stage)
    return dataclasses.replace(
        config,
        ppo=dataclasses.replace(config.ppo, horizon=horizon),
        trainer=dataclasses.replace(config.trainer, seed=seed, threads=workers),
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


def _train(config: AnyRunConfig, run: Path, millions: float) -> None:
    """Start a run, or continue it with the configuration it was started with.

    With a progress line, TensorBoard logs and a metrics file; Ctrl-C keeps the work.
    """
    console = Console(soft_wrap=True)
    with _clear_errors():
        config = configuration_of(config, run)
        loop = build(config, run)
        resumed = loop.resume()
        save_config(config, run)
    unit = loop.unit
    if resumed:
        done = f"{loop.count / 1e6:.2f} M {unit}"
        console.print(f"continuing {run} at {done}, with its configuration")
    bar = Progress(
        TextColumn(f"{{task.fields[millions]}} M {unit}"),
        BarColumn(bar_width=20),
        TimeRemainingColumn(),
        TextColumn("{task.fields[figures]}"),
        console=console,
    )
    target = round(millions * 1e6)
    with SummaryWriter(str(run)) as writer, bar:
        task = bar.add_task("training", total=target, completed=loop.count, millions="", figures="")

        def log(progress: Any) -> None:  # noqa: ANN401 progress of any stage
            values = dataclasses.asdict(progress)
            append_metrics(run / "metrics.jsonl", progress)
            for name, value in values.items():
                writer.add_scalar(f"train/{name}", value, values[unit])
            figures = "  ".join(f"{name} {values[name]:.4g}" for name in loop.columns)
            done = f"{values[unit] / 1e6:.2f}"
            bar.update(task, completed=values[unit], millions=done, figures=figures)
            if not console.is_terminal and progress.iteration % 10 == 0:
                console.print(f"{done} M {unit}  {figures}")
                console.file.flush()

        signal.signal(signal.SIGTERM, _interrupt)  # a terminated run checkpoints, too
        try:
            loop.train(target, log)
        except KeyboardInterrupt:
            console.print(f"stopped; the same command continues. Checkpoint in {run}")
            raise typer.Exit(1) from None
        finally:
            loop.env.close()
    console.print(f"done; checkpoint in {run}")


def _interrupt(signum: int, frame: FrameType | None) -> NoReturn:
    del signum, frame
    raise KeyboardInterrupt


@contextlib.contextmanager
def _clear_errors() -> Iterator[None]:
    try:
        yield
    except (RunError, ClipError, ValueError) as error:
        raise CommandError(str(error)) from error
