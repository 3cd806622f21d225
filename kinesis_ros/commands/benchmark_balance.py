# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""`kinesis benchmark push` and `stand`: how well the body keeps its balance."""

import dataclasses
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from kinesis_ros.commands.benchmark_options import JsonFile, Subject, takes_subject, until_stopped
from kinesis_ros.console import write_json


@takes_subject
def push(
    subject: Subject,
    n: Annotated[int, typer.Option(min=1, help="Pushes per direction and size.")] = 20,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the moments of the pushes.")] = 0,
    json_file: JsonFile = None,
) -> None:
    """Push the walking body from all sides and count how often it stays up.

    Example: kinesis benchmark push --json push.json
    """
    from kinesis_ros.benchmarks import balance as protocol

    rollout = subject.rollout()
    console = Console()
    trials = [
        protocol.push(rollout, trial)
        for trial in until_stopped(list(protocol.push_trials(n, seed)), "pushing", console)
    ]
    survival = protocol.survival(trials)
    directions = sorted({trial.direction_deg for trial in trials})
    table = Table("from", *(f"{impulse} N s" for impulse in survival), title="Survived")
    for direction in directions:
        part = protocol.survival([t for t in trials if t.direction_deg == direction])
        table.add_row(f"{direction:g} deg", *(f"{share:.0%}" for share in part.values()))
    console.print(table)
    console.print(
        f"{len(trials)} pushes survived: "
        + ", ".join(f"{share:.1%} of {impulse} N s" for impulse, share in survival.items())
    )
    if json_file:
        rows = [dataclasses.asdict(trial) for trial in trials]
        content = {"protocol": protocol.PUSH_PROTOCOL, "trials": rows}
        write_json(json_file, {**content, "summary": {"survival": survival}})


@takes_subject
def stand(
    subject: Subject,
    seeds: Annotated[int, typer.Option(min=1, help="Number of trials.")] = 5,
    seconds: Annotated[float, typer.Option(min=5.0, help="Length of a trial [s].")] = 300.0,
    json_file: JsonFile = None,
) -> None:
    """Let the body stand quietly for minutes and see whether it steps or falls.

    Example: kinesis benchmark stand --json stand.json
    """
    from kinesis_ros.benchmarks import balance as protocol

    rollout = subject.rollout()
    console = Console()
    trials = [
        protocol.stand(rollout, seed, seconds)
        for seed in until_stopped(range(seeds), "standing", console)
    ]
    table = Table(
        "seed", "s", "largest step [mm]", "sway [mm]", "effort", "passed", title="Standing"
    )
    for t in trials:
        moved = f"{1000.0 * t.largest_step_m:.0f}"
        figures = f"{t.time_s:.0f}", moved, f"{t.sway_mm:.1f}", f"{t.effort:.4f}"
        table.add_row(str(t.seed), *figures, "yes" if t.passed else "no")
    console.print(table)
    passed = sum(trial.passed for trial in trials)
    console.print(f"{passed} of {len(trials)} stood quietly for {seconds:g} s")
    if json_file:
        rows = [dataclasses.asdict(trial) for trial in trials]
        content = {"protocol": protocol.STAND_PROTOCOL, "trials": rows}
        write_json(json_file, {**content, "summary": {"n": len(trials), "passed": passed}})
