# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""`kinesis benchmark all`: every benchmark in one go, held against recorded figures."""

import dataclasses
import importlib.util
import json
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from kinesis_ros.commands import (
    benchmark_balance,
    benchmark_generator,
    benchmark_goals,
    benchmark_kick,
    benchmark_physiology,
)
from kinesis_ros.commands.benchmark_options import JsonFile, Subject, takes_subject
from kinesis_ros.console import FAILED, CommandError, write_json

_PROMPTS = Path(__file__).parents[1] / "data" / "benchmarks" / "prompts.jsonl"
_EACH_PROMPT = 9  # of the shipped ones, in the short version

Runs = dict[str, tuple[Callable[..., None], dict[str, Any]]]


@takes_subject
def everything(
    subject: Subject,
    clips: Annotated[
        list[Path] | None,
        typer.Argument(help="Clips or motion files; their validation split is imitated."),
    ] = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="Few trials of each, minutes instead of an hour.")
    ] = False,
    only: Annotated[
        list[str] | None, typer.Option(help="Only this benchmark; may be repeated.")
    ] = None,
    record: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Put the figures into this table.")
    ] = None,
    recorded: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Compare with this table; default: shipped.")
    ] = None,
    json_file: JsonFile = None,
) -> None:
    """Run every benchmark with fixed seeds and say which figures got worse than recorded ones.

    Ends with an error if one did, so that scripts notice.

    Example: kinesis benchmark all clips --quick --json all.json
    """
    from kinesis_ros.benchmarks import suite

    console, mode = Console(), "quick" if quick else "full"
    body, control = subject.body, subject.control
    driven = dataclasses.asdict(subject)
    with tempfile.TemporaryDirectory() as folder:
        runs = _runs(driven, clips or [], Path(folder), quick=quick)
        for name in only or []:
            if name not in runs:
                raise CommandError(f"benchmark '{name}' does not exist; choose {', '.join(runs)}")
        chosen = {name: run for name, run in runs.items() if not only or name in only}
        try:
            before = suite.read_recorded(recorded or suite.RECORDED, body, control, mode)
            results = _run_all(console, chosen, Path(folder))
            figures = suite.figures_of({name: found["summary"] for name, found in results.items()})
            if record is not None:
                suite.record(record, body, control, mode, figures)
        except suite.RecordError as error:
            raise CommandError(str(error)) from error
    verdicts = suite.judge(figures, before, mode)
    _print(console, verdicts)
    if json_file:
        write_json(
            json_file, {"mode": mode, **_plain(driven), "figures": figures, "benchmarks": results}
        )
    bad = [verdict.name for verdict in verdicts if verdict.bad]
    bad += [f"{name} failed" for name, found in results.items() if "error" in found]
    if bad:
        raise CommandError(f"worse than recorded: {', '.join(bad)}", FAILED)


def _runs(driven: dict[str, Any], clips: Sequence[Path], folder: Path, *, quick: bool) -> Runs:
    """Commands by name, with their options."""
    from kinesis_ros.commands import benchmark  # which offers this command among its own

    runs: Runs = {}
    if clips:
        options = {"paths": list(clips), "only_validation": True, **driven}
        runs["imitation"] = benchmark.imitation, options
    prompts = _some_prompts(folder) if quick else None
    runs["text"] = benchmark_goals.text, {"file": prompts, **driven}
    runs["target"] = benchmark_goals.target, {"n": 10 if quick else 100, **driven}
    if not quick:  # eight minutes of walking whatever the options
        runs["velocity"] = benchmark_goals.velocity, driven
    runs["kick"] = benchmark_kick.kick, {"n": 10 if quick else 100, **driven}
    runs["push"] = benchmark_balance.push, {"n": 1 if quick else 3, **driven}
    standing = {"seeds": 1, "seconds": 20.0} if quick else {"seeds": 5, "seconds": 300.0}
    runs["stand"] = benchmark_balance.stand, {**standing, **driven}
    runs["generator"] = benchmark_generator.generator, {"transitions": 4 if quick else 40}
    walks: dict[str, Any] = {"speeds": [1.1], "duration": 10.0} if quick else {}
    runs["physiology"] = benchmark_physiology.physiology, {**walks, **driven}
    if importlib.util.find_spec("torch"):  # without it training cannot be timed
        measured = {"body": [driven["body"]], "repeats": 1 if quick else 5}
        runs["speed"] = benchmark.speed, measured
    return runs


def _some_prompts(folder: Path) -> Path:
    """A file with some of the shipped prompts."""
    lines = _PROMPTS.read_text(encoding="utf-8").splitlines()
    path = folder / "prompts.jsonl"
    path.write_text("\n".join(lines[::_EACH_PROMPT]) + "\n", encoding="utf-8")
    return path


def _run_all(console: Console, runs: Runs, folder: Path) -> dict[str, dict[str, Any]]:
    """What every benchmark wrote, by name; one that fails does not keep the others from running."""
    results = {}
    for name, (command, options) in runs.items():
        console.rule(name)
        written, started = folder / f"{name}.json", time.perf_counter()
        complaint = None
        try:
            command(**options, json_file=written)
        except CommandError as error:
            complaint = str(error)
            console.print(complaint, style="red", markup=False)
        found = json.loads(written.read_text(encoding="utf-8")) if written.is_file() else {}
        found.setdefault("summary", {})
        if "passed" in found["summary"]:
            found["summary"]["passed_share"] = _share(found["summary"])
        found["seconds"] = time.perf_counter() - started
        results[name] = found | ({"error": complaint} if complaint else {})
    return results


def _share(summary: dict[str, Any]) -> float:
    """Of the trials that passed, whether the summary counts them or has the share."""
    passed = summary["passed"]
    return passed / summary["n"] if isinstance(passed, int) else passed


def _plain(options: dict[str, Any]) -> dict[str, str | None]:
    return {name: None if value is None else str(value) for name, value in options.items()}


def _print(console: Console, verdicts: Sequence[Any]) -> None:
    table = Table("figure", "now", "recorded", "tolerance", "", title="All benchmarks")
    colours = {"worse": "red", "missing": "red", "better": "green"}
    for verdict in verdicts:
        numbers = (verdict.value, verdict.recorded, verdict.tolerance)
        cells = ("-" if number is None else f"{number:.3g}" for number in numbers)
        table.add_row(verdict.name, *cells, verdict.verdict, style=colours.get(verdict.verdict, ""))
    console.print(table)
