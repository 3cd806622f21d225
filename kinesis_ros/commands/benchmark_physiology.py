# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""`kinesis benchmark physiology`: do the muscles, joints and feet work as people's do?"""

import dataclasses
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import track
from rich.table import Table

from kinesis_ros.commands.benchmark_options import JsonFile, Subject, takes_subject
from kinesis_ros.commands.motions import read_motions
from kinesis_ros.console import FAILED, CommandError, write_json
from kinesis_ros.core.body import load_body
from kinesis_ros.core.plans import GoalError
from kinesis_ros.core.policy import PolicyContractError, PolicySession, default_policy


@takes_subject
def physiology(
    subject: Subject,
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[CLIPS]...",
            help="Walks to imitate instead of the generator's: clips, motion files, or folders.",
        ),
    ] = None,
    speeds: Annotated[
        list[float] | None,
        typer.Option("--speed", help="Of a walk [m/s]; may be repeated; default: 0.8 1.1 1.4 2.5."),
    ] = None,
    duration: Annotated[
        float, typer.Option(min=6.0, max=600.0, help="Of every walk from standing [s].")
    ] = 24.0,
    people: Annotated[
        Path | None,
        typer.Option(help="Folder of CSV files: more people's curves, see docs/physiology.md."),
    ] = None,
    json_file: JsonFile = None,
) -> None:
    """Let the body walk and hold muscles, joints, ground reaction and energy against people's.

    Example: kinesis benchmark physiology --speed 1.1 --json physiology.json
    """
    from kinesis_ros.benchmarks import physiology as protocol
    from kinesis_ros.core.simulation import Simulation
    from kinesis_ros.physiology.people import People, PeopleError
    from kinesis_ros.physiology.people_figures import ROWS

    if paths and speeds:
        raise CommandError("give either clips or --speed")
    console = Console()
    model = load_body(subject.body)
    try:
        curves = People.load(people)
        policy = subject.policy or default_policy(subject.body, subject.control)
        session = PolicySession.load(policy, model, subject.control)
    except (PeopleError, PolicyContractError) as error:
        raise CommandError(str(error)) from error
    simulation = Simulation.embodied(subject.body, session.metadata.embodiment)
    laboratory = protocol.Laboratory(simulation, session, curves)
    trials: list[Callable[[], Any]] = [
        lambda speed=speed: laboratory.walk_at(speed, duration)
        for speed in ([] if paths else speeds or protocol.SPEEDS)
    ]
    if paths:
        trials = [
            lambda clip=clip: laboratory.follow(clip) for clip in read_motions(paths, console)
        ]
    try:
        walks = [trial() for trial in track(trials, "walking", console=console, transient=True)]
    except GoalError as error:
        raise CommandError(str(error)) from error
    measured = [walk for walk in walks if not isinstance(walk, protocol.Unmeasured)]
    for walk in walks:
        if isinstance(walk, protocol.Unmeasured):
            fall = "" if walk.fell_at is None else f", fell after {walk.fell_at:.1f} s"
            console.print(f"{walk.name}: no whole gait cycle{fall}", style="yellow", markup=False)
    summary = protocol.summarise(walks)
    if measured:
        _print_walks(console, measured, curves.groups)
    _print_summary(console, summary)
    if json_file:
        rows = [
            walk.as_json() if walk in measured else dataclasses.asdict(walk) | {"cycles": 0}
            for walk in walks
        ]
        content = {"protocol": protocol.PROTOCOL, "people": curves.describe(), "walks": rows}
        content["people_figures"] = {row.name: row.people(curves.groups) for row in ROWS}
        write_json(json_file, {**content, "summary": dataclasses.asdict(summary)})
    if not measured:
        raise CommandError("no walk has a whole gait cycle", FAILED)


def _print_walks(console: Console, walks: Sequence[Any], groups: Sequence[Any]) -> None:
    console.print(_emg_table(walks))
    for title, kind, unit in (
        ("Joint angles", "angles", "deg"),
        ("Joint moments", "moments", "N m/kg"),
        ("Ground reaction", "grf", "body weights"),
    ):
        console.print(_curve_table(title, kind, unit, walks))
    console.print(_figure_table(walks, groups))


def _emg_table(walks: Sequence[Any]) -> Table:
    table = Table(
        "muscle", *(walk.name for walk in walks), title="EMG: r at zero lag (best r at lag)"
    )
    mean = [_number(walk.comparison.emg.mean_r) for walk in walks]
    table.add_row("mean of nine", *mean, style="bold", end_section=True)
    names = {name: None for walk in walks for name in walk.comparison.emg.muscles}
    for name in names:
        cells = []
        for walk in walks:
            found = walk.comparison.emg.muscles.get(name)
            cells.append(
                f"{_number(found.r)} ({_number(found.best_r)} at {found.lag:+d}%)" if found else "-"
            )
        table.add_row(name, *cells)
    return table


def _curve_table(title: str, kind: str, unit: str, walks: Sequence[Any]) -> Table:
    table = Table(
        kind, *(walk.name for walk in walks), title=escape(f"{title}: r, rms error [{unit}]")
    )
    for name in getattr(walks[0].comparison, kind):
        found = [getattr(walk.comparison, kind)[name] for walk in walks]
        table.add_row(name, *(f"{_number(c.r)}, {_number(c.rmse)}" for c in found))
    return table


def _figure_table(walks: Sequence[Any], groups: Sequence[Any]) -> Table:
    from kinesis_ros.physiology.people_figures import ROWS

    table = Table("figure", *(walk.name for walk in walks), "people", title="Figures")
    for row in ROWS:
        theirs = row.published or ", ".join(_figure(value) for value in row.people(groups))
        table.add_row(escape(row.title), *(_figure(row.value(walk)) for walk in walks), theirs)
    return table


def _print_summary(console: Console, summary: Any) -> None:  # noqa: ANN401 a Summary
    moments = ", ".join(_number(r) for r in summary.moments_r.values())
    console.print(
        f"{summary.walks} walks: EMG r {_number(summary.emg_r)}, moments r {moments}, "
        f"{_number(summary.cost_of_transport)} J/kg/m, {summary.falls} falls",
        markup=False,
    )


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.3g}"
