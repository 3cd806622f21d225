# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""`kinesis report`: a run of the body, or a training run, as one web page."""

import dataclasses
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.console import Console

from kinesis_ros.commands.sources import RECORDING, Runner, load_recording, read_clip
from kinesis_ros.console import CommandError, Flag, json_option, takes, write_json
from kinesis_ros.core.body import CONTROL_RATE
from kinesis_ros.core.rollout import Trajectory
from kinesis_ros.files import write_text
from kinesis_ros.recording import Recording
from kinesis_ros.reports.run import RunReport, Timing
from kinesis_ros.reports.training import METRICS, TrainingReport, TrainingRunError

_GOAL_DURATION = 20.0  # [s]: a dozen gait cycles


@takes(
    Runner,
    Flag("duration", help=f"Seconds to run; default: {_GOAL_DURATION:g} for goals, else all."),
    "policy",
    "body",
    "control",
    into="runner",
)
def report(
    runner: Runner,
    source: Annotated[
        Path | None,
        typer.Argument(help="Folder of a training run, recording (.mcap), clip or motion file."),
    ] = None,
    out: Annotated[Path, typer.Option(help="Page to write.")] = Path("report.html"),
    goal: Annotated[str, typer.Option(help="Pursue this goal instead of reading a file.")] = "",
    json_file: Annotated[Path | None, json_option("Also write the figures to this file.")] = None,
) -> None:
    """Write one web page about a run: angles, activations, forces, tracking, experts, timing.

    The page needs no network. Goals, clips and motions are run here, without ROS.

    Example: kinesis report --goal "walk forward" --out walk.html
    """
    if bool(goal) == (source is not None):
        raise CommandError("give either a run, a recording or a motion, or --goal 'walk forward'")
    if not out.parent.is_dir():
        raise CommandError(f"cannot write '{out}': there is no folder '{out.parent}'")
    console = Console(stderr=True)
    with console.status("moving the body" if goal else "reading"):
        runner = dataclasses.replace(runner, sampled=True)
        made = _report(source, goal, runner)
    with console.status("drawing"):
        html = made.html()
    write_text(out, html)
    if json_file is not None:
        write_json(json_file, made.figures())
    typer.echo(f"{out}: {len(html) / 1e6:.2f} MB")


def _report(source: Path | None, goal: str, runner: Runner) -> RunReport | TrainingReport:
    if source is None:
        runner = dataclasses.replace(runner, duration=runner.duration or _GOAL_DURATION)
        return _of_lockstep(f"Goal: {goal}", runner.pursue(goal))
    if source.is_dir():
        if not (source / METRICS).is_file():
            raise CommandError(
                f"'{source}' has no {METRICS}: it is not the folder of a training run"
            )
        try:
            return TrainingReport(source)
        except TrainingRunError as error:
            raise CommandError(str(error)) from error
    if source.suffix.lower() == RECORDING:
        recording, trajectory = load_recording(source)
        if runner.duration is not None:
            trajectory = trajectory.until(trajectory.time[0] + runner.duration)
        return RunReport(f"Recording: {source.name}", trajectory, _recorded_timing(recording))
    clip = read_clip(source)
    return _of_lockstep(f"Imitation of {clip.name}", runner.imitate(clip))


def _of_lockstep(title: str, trajectory: Trajectory) -> RunReport:
    assert trajectory.inference_time is not None
    assert trajectory.wall_time is not None
    inference = 1e3 * trajectory.inference_time
    figures = {
        "times_real_time": float(1.0 / (CONTROL_RATE * np.median(trajectory.wall_time))),
        "inference_p50_ms": float(np.percentile(inference, 50)),
        "inference_p99_ms": float(np.percentile(inference, 99)),
    }
    return RunReport(title, trajectory, Timing(figures, inference_ms=inference))


def _recorded_timing(recording: Recording) -> Timing:
    # The first report comes before the first step and has nothing to tell.
    reports = [r for r in recording.health if r.node == "sim_node" and r.time > 0.0]

    def curve(name: str) -> tuple[np.ndarray, np.ndarray] | None:
        rows = [(r.time, r.values[name]) for r in reports if name in r.values]
        return (np.array(rows)[:, 0], np.array(rows)[:, 1]) if rows else None

    names = ("real_time_factor", "latency_p50_ms", "latency_p99_ms", "missed_deadlines")
    curves = {name: found for name in names if (found := curve(name))}
    return Timing(
        figures={name: float(values[-1]) for name, (_, values) in curves.items()},
        real_time_factor=curves.get("real_time_factor"),
        latency_ms={
            label: curves[name]
            for label, name in (("median", "latency_p50_ms"), ("99%", "latency_p99_ms"))
            if name in curves
        },
        missed_deadlines=curves.get("missed_deadlines"),
    )
