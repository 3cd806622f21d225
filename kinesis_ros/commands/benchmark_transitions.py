# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""`kinesis benchmark transitions`: goals that preempt one another."""

import contextlib
import dataclasses
from collections.abc import Iterable
from typing import Annotated, Any, TypeVar

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from kinesis_ros.commands.benchmark_options import JsonFile, Subject, print_rows, takes_subject
from kinesis_ros.console import write_json

_SHOWN = 40  # falls
_QUICK_PHASES, _QUICK_MINUTES = 2, 1.0

_Row = TypeVar("_Row")


@takes_subject
def transitions(
    subject: Subject,
    seed: Annotated[int, typer.Option(min=0, help="Of orders, sides and random goals.")] = 0,
    phases: Annotated[
        int, typer.Option(min=1, max=10, help="Phases of the stride, tenths of it.")
    ] = 10,
    minutes: Annotated[float, typer.Option(min=0.0, help="Of goals at random [min].")] = 10.0,
    quick: Annotated[
        bool, typer.Option("--quick", help="Five motions in two phases, one minute at random.")
    ] = False,
    json_file: JsonFile = None,
) -> None:
    """Tell a moving body to do something else, and count the falls.

    A run that is interrupted shows what it has measured.

    Example: kinesis benchmark transitions --quick --json transitions.json
    """
    from kinesis_ros.benchmarks import transitions as protocol
    from kinesis_ros.core.plans import CAPABILITIES

    walker = protocol.BodyWithBall(subject.rollout(scene="penalty"))
    run = protocol.TransitionRun(walker, CAPABILITIES, seed)
    names = protocol.QUICK if quick else tuple(protocol.MOTIONS)
    chosen = [round(k * 10 / phases) % 10 for k in range(phases)]
    if quick:
        chosen, minutes = chosen[:: max(1, phases // _QUICK_PHASES)][:_QUICK_PHASES], _QUICK_MINUTES
    console = Console()
    pairs: list[Any] = []
    goals: list[Any] = []
    with contextlib.suppress(KeyboardInterrupt), _progress(console) as progress:
        total = len(chosen) * len(names) * (len(names) - 1)
        _collect(progress, "pairs", run.pairs(names, chosen), total, pairs)
        total = round(60.0 * minutes / protocol.GOAL_PERIOD)
        _collect(progress, "at random", run.random(minutes), total, goals)
    complete = len(goals) == round(60.0 * minutes / protocol.GOAL_PERIOD)
    fallen = [pair for pair in pairs if pair.fell]
    print_rows(console, "Fell", fallen, ("before", "then", "phase"), _SHOWN)
    fallen = [goal for goal in goals if goal.fell]
    print_rows(console, "Fell at random", fallen, ("before", "then"), _SHOWN)
    s = protocol.summarise(pairs, goals)
    console.print(
        f"{'' if complete else 'interrupted: '}{s.n} transitions: {s.falls} falls ({s.share:.1%}); "
        f"{s.random_minutes:g} min of random goals: {s.falls_random} falls "
        f"({s.falls_per_minute_random:.2g} a minute)"
    )
    if json_file is not None:
        write_json(
            json_file,
            {
                "protocol": protocol.PROTOCOL,
                "complete": complete,
                "pairs": [dataclasses.asdict(pair) for pair in pairs],
                "random": [dataclasses.asdict(goal) for goal in goals],
                "summary": dataclasses.asdict(s),
            },
        )


def _progress(console: Console) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    return Progress(*columns, TimeRemainingColumn(), console=console, transient=True)


def _collect(
    progress: Progress, what: str, trials: Iterable[_Row], total: int, rows: list[_Row]
) -> None:
    """Add the trials to `rows` as they come, so that an interrupted run keeps them."""
    task = progress.add_task(what, total=total)
    for trial in trials:
        rows.append(trial)
        progress.advance(task)
