# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""`kinesis train all`: the whole training with one command."""

import time
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from kinesis_ros.core.body import load_body
from kinesis_ros.core.motion import Clip
from kinesis_training.clips import load_clips
from kinesis_training.commands.export import export
from kinesis_training.commands.options import Envs, Seed, Workers
from kinesis_training.commands.running import clear_errors, held, train
from kinesis_training.runs import Pipeline, PipelineConfig


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
    refine_steps: Annotated[
        float, typer.Option(min=0.0, help="Millions of steps of each expert in the end; 0: none.")
    ] = 0.15,
    distil_steps: Annotated[float, typer.Option(min=0.0, help="Millions of labels.")] = 0.8,
    seed: Seed = 0,
    envs: Envs = 64,
    workers: Workers = 2,
) -> None:
    """The whole training: experts by negative mining, together, refined; direct policy; export.

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
        refine_steps=refine_steps,
        distil_steps=distil_steps,
        num_envs=envs,
        workers=workers,
        seed=seed,
    )
    console = Console(soft_wrap=True)

    def watch(clips: Iterable[Clip], number: int) -> Iterable[Clip]:
        return track(clips, "generating", number, console=console, transient=True)

    with clear_errors():
        load_body(body)
        for folder in config.clips:
            load_clips(Path(folder))
    with held(run), clear_errors():
        pipeline = Pipeline(config, run, train, watch)
        for number, step in enumerate(pipeline.steps(), 1):
            done = pipeline.is_done(step)
            note = "done before" if done else time.strftime("%H:%M:%S")
            console.print(f"[bold]step {number}: {step.title}[/bold]  [dim]{note}[/dim]")
            pipeline.do(step)
        console.print(_timetable(pipeline.seconds()))
        policies = run / "policies"
        refined = [f"{each.expert}={each.source}" for each in pipeline.refined]
        export(pipeline.coordinated, policies / f"{body}_coordinated.onnx", refined)
        export(pipeline.direct, policies / f"{body}_direct.onnx")


def _timetable(seconds: dict[str, float]) -> Table:
    """How long each step took."""
    table = Table("step", "hours")
    for name, time_taken in {**seconds, "all": sum(seconds.values())}.items():
        table.add_row(name, f"{time_taken / 3600.0:.2f}")
    return table
