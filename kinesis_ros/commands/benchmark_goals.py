# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""`kinesis benchmark text`, `target` and `velocity`: how well goals are carried out."""

import dataclasses
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress

from kinesis_ros.commands.benchmark_options import (
    Bodiless,
    JsonFile,
    Subject,
    print_rows,
    takes_subject,
    until_stopped,
)
from kinesis_ros.console import CommandError, write_json

_SHOWN = 20  # failures
_VELOCITY_COLUMNS = (
    *("speed", "measured_speed", "lateral", "measured_lateral"),
    *("turn_rate", "measured_turn_rate", "fell"),
)


@takes_subject
def text(
    subject: Subject,
    file: Annotated[
        Path | None,
        typer.Argument(help="File of prompts, one JSON object a line; default: the shipped one."),
    ] = None,
    bodiless: Bodiless = False,
    json_file: JsonFile = None,
) -> None:
    """Say sentences to the body and compare what it does with what is expected.

    A line: {"text": "walk two metres", "expect": {"forward_m": [1.6, 2.4], "stopped": true}};
    expect also has left_m, heading_deg, mean_speed_m_s and refused.

    Example: kinesis benchmark text prompts.jsonl --json text.json
    """
    from kinesis_ros.benchmarks import text as protocol

    path = file or Path(__file__).parents[1] / "data" / "benchmarks" / "prompts.jsonl"
    try:
        prompts = protocol.read_prompts(path)
    except protocol.PromptError as error:
        raise CommandError(str(error)) from error
    walker = _walker(subject, bodiless)
    console = Console()
    trials = [
        protocol.try_text(walker, prompt) for prompt in until_stopped(prompts, "saying", console)
    ]
    passed = sum(trial.passed for trial in trials) / len(trials)
    failed = [trial for trial in trials if not trial.passed]
    print_rows(console, "Failed", failed, ("text", "plan", "why"), _SHOWN)
    falls = sum(trial.fell for trial in trials)
    console.print(f"{len(trials)} texts: {passed:.1%} passed, {falls} falls")
    summary = {"n": len(trials), "passed": passed}
    _write(json_file, protocol.PROTOCOL, {"trials": trials}, summary)


@takes_subject
def target(
    subject: Subject,
    n: Annotated[int, typer.Option(min=1, help="Number of places.")] = 100,
    radius: Annotated[
        float, typer.Option(min=0.1, max=100.0, help="Largest |x| and |y| of a place [m].")
    ] = 2.0,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the places.")] = 0,
    bodiless: Bodiless = False,
    json_file: JsonFile = None,
) -> None:
    """Send the body to places and measure how close it gets.

    Example: kinesis benchmark target --n 100 --radius 2 --json target.json
    """
    from kinesis_ros.benchmarks import target as protocol

    walker = _walker(subject, bodiless)
    console = Console()
    trials = [
        protocol.try_place(walker, x, y, radius)
        for x, y in until_stopped(list(protocol.places(n, radius, seed)), "going", console)
    ]
    failed = [trial for trial in trials if not trial.success]
    print_rows(console, "Failed", failed, ("x", "y", "time_s", "error_m", "fell"), _SHOWN)
    s = protocol.summarise(trials)
    console.print(
        f"{s.n} places: {s.success:.1%} reached, {s.fell:.1%} fell, "
        f"median error {s.median_error_m:.3f} m"
    )
    _write(json_file, protocol.PROTOCOL, {"trials": trials}, dataclasses.asdict(s))


@takes_subject
def velocity(
    subject: Subject,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the random changes.")] = 0,
    bodiless: Bodiless = False,
    json_file: JsonFile = None,
) -> None:
    """Drive the body at velocities over its whole envelope and measure how well it follows.

    Example: kinesis benchmark velocity --json velocity.json
    """
    from kinesis_ros.benchmarks import velocity as protocol
    from kinesis_ros.core.plans import CAPABILITIES

    walker = _walker(subject, bodiless)
    console, envelope = Console(), CAPABILITIES.driving
    trials = [
        protocol.try_velocity(walker, wanted)
        for wanted in until_stopped(protocol.grid(envelope), "driving", console)
    ]
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("changing at random", total=protocol.periods())
        run = protocol.follow_random(walker, envelope, seed, lambda: progress.advance(task))
    print_rows(console, "Velocities", trials, _VELOCITY_COLUMNS)
    s = protocol.summarise(trials, run)
    console.print(
        f"{s.n} velocities: mean error {s.speed_error:.3f} m/s and {s.turn_error:.3f} rad/s; "
        f"random changes for {run.seconds:g} s: {run.falls} falls, {run.speed_error:.3f} m/s, "
        f"{run.turn_error:.3f} rad/s; {s.falls} falls in all"
    )
    content = {"grid": trials, "random": dataclasses.asdict(run)}
    _write(json_file, protocol.PROTOCOL, content, dataclasses.asdict(s))


def _walker(subject: Subject, bodiless: bool) -> Any:  # noqa: ANN401
    from kinesis_ros.benchmarks.goal_trials import BodyWalker
    from kinesis_ros.core.rollout import GoalReference, ReferenceWalker

    if bodiless:
        return ReferenceWalker(GoalReference())
    return BodyWalker(subject.rollout())


def _write(
    json_file: Path | None, protocol: str, content: dict[str, Any], summary: dict[str, Any]
) -> None:
    if json_file is None:
        return
    plain = {
        name: [dataclasses.asdict(row) for row in rows] if isinstance(rows, list) else rows
        for name, rows in content.items()
    }
    write_json(json_file, {"protocol": protocol, **plain, "summary": summary})
