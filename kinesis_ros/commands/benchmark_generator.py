# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""`kinesis benchmark generator`: does the motion generator do what it is told?"""

import dataclasses
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from kinesis_ros.commands.benchmark_options import JsonFile, until_stopped
from kinesis_ros.console import CommandError, write_json
from kinesis_ros.core.gait import GaitError


def generator(
    transitions: Annotated[
        int, typer.Option(min=0, help="Number of changes between commands; 306 are all pairs.")
    ] = 40,
    gait: Annotated[
        Path | None, typer.Option("--gait", help="Coefficients file; default: the shipped one.")
    ] = None,
    json_file: JsonFile = None,
) -> None:
    """Measure the motion generator: velocities, feet on the floor, transitions, time.

    Example: kinesis benchmark generator --transitions 306 --json generator.json
    """
    from kinesis_ros.benchmarks import generator as protocol
    from kinesis_ros.core.gait import MotionGenerator

    console = Console()
    try:
        motion = MotionGenerator.load(gait)
    except GaitError as error:
        raise CommandError(str(error)) from error
    feet = protocol.FootMeasure()
    steady = [
        protocol.measure_steady(motion, feet, name, command)
        for name, command in until_stopped(protocol.COMMANDS.items(), "commands", console)
    ]
    pairs = protocol.some_transitions(transitions)
    changes = [
        protocol.measure_transition(motion, feet, *pair)
        for pair in until_stopped(pairs, "transitions", console)
    ]
    time = protocol.time_per_frame(motion, list(protocol.COMMANDS.values()))
    summary = protocol.summarise(steady, changes, time)
    table = Table("command", "m/s", "rad/s", "left m/s", "slide mm", "under mm", "flight")
    for row in steady:
        table.add_row(
            row.name,
            f"{row.speed:.2f} of {row.speed_wanted:.2f}",
            f"{row.turn_rate:.2f} of {row.turn_rate_wanted:.2f}",
            f"{row.lateral:.2f} of {row.lateral_wanted:.2f}",
            f"{1000 * row.slide_m:.1f}",
            f"{1000 * row.penetration_m:.1f}",
            f"{row.flight:.0%}",
        )
    console.print(table)
    console.print(
        f"speed within {summary.speed_error:.1%}, turn rate within {summary.turn_error:.1%}, "
        f"slide {1000 * summary.slide_m:.1f} mm, under the floor "
        f"{1000 * summary.penetration_m:.1f} mm, jump {summary.jump_deg:.1f} degrees "
        f"in {summary.n_transitions} transitions, {summary.ms_per_frame:.2f} ms a frame",
        markup=False,
    )
    if json_file:
        write_json(
            json_file,
            {
                "protocol": protocol.PROTOCOL,
                "steady": [dataclasses.asdict(row) for row in steady],
                "transitions": [dataclasses.asdict(row) for row in changes],
                "summary": dataclasses.asdict(summary),
            },
        )
