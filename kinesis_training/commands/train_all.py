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

from kinesis_ros.console import Flag, takes
from kinesis_ros.core.body import load_body
from kinesis_ros.core.motion import Clip
from kinesis_training.clips import load_clips
from kinesis_training.commands.export import export
from kinesis_training.commands.options import ENVS
from kinesis_training.commands.running import clear_errors, held, train
from kinesis_training.runs import Pipeline, PipelineConfig


@takes(
    PipelineConfig,
    Flag("clips", kind=Path),
    "body",
    "experts",
    "references",
    "skeleton_steps",
    "muscle_steps",
    "later_share",
    "gate_steps",
    "joint_steps",
    "refine_steps",
    "distil_steps",
    "seed",
    ENVS,
    "workers",
)
def everything(
    options: PipelineConfig,
    run: Annotated[Path, typer.Option(help="Folder of all runs; continued if it exists.")] = Path(
        "runs/all"
    ),
) -> None:
    """Train everything: experts by negative mining, a gate, refinement, direct policy, export.

    It can be stopped at any time; the same command continues where it stopped.

    Example: kinesis train all --clips clips --run runs/all
    """
    console = Console(soft_wrap=True)

    def watch(clips: Iterable[Clip], number: int) -> Iterable[Clip]:
        return track(clips, "generating", number, console=console, transient=True)

    with clear_errors():
        load_body(options.body)
        for folder in options.clips:
            load_clips(Path(folder))
    with held(run), clear_errors():
        pipeline = Pipeline(options, run, train, watch)
        for number, step in enumerate(pipeline.steps(), 1):
            done = pipeline.is_done(step)
            note = "done before" if done else time.strftime("%H:%M:%S")
            console.print(f"[bold]step {number}: {step.title}[/bold]  [dim]{note}[/dim]")
            pipeline.do(step)
        console.print(_timetable(pipeline.seconds()))
        policies = run / "policies"
        refined = [f"{each.expert}={each.source}" for each in pipeline.refined]
        export(pipeline.coordinated, policies / f"{options.body}_coordinated.onnx", refined)
        export(pipeline.direct, policies / f"{options.body}_direct.onnx")


def _timetable(seconds: dict[str, float]) -> Table:
    """How long each step took."""
    table = Table("step", "hours")
    for name, time_taken in {**seconds, "all": sum(seconds.values())}.items():
        table.add_row(name, f"{time_taken / 3600.0:.2f}")
    return table
