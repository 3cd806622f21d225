# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""`kinesis benchmark`: imitation of clips, speed, and what other files measure."""

import dataclasses
import importlib.util
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from kinesis_ros.commands import (
    benchmark_all,
    benchmark_balance,
    benchmark_generator,
    benchmark_goals,
    benchmark_kick,
    benchmark_physiology,
)
from kinesis_ros.commands.benchmark_options import (
    JsonFile,
    Subject,
    takes_subject,
)
from kinesis_ros.commands.motions import read_motions
from kinesis_ros.console import FAILED, CommandError, takes, write_json
from kinesis_ros.core.body import load_body
from kinesis_ros.core.motion import Clip, is_validation
from kinesis_ros.core.policy import PolicyContractError, PolicySession, default_policy
from kinesis_ros.options import Choices, Range, check
from urdf_mjcf.registry import BODY_NAMES

app = typer.Typer(
    no_args_is_help=True, help="Measure imitation, goals, balance, physiology and speed."
)
for _command in (
    benchmark_goals.text,
    benchmark_goals.target,
    benchmark_goals.velocity,
    benchmark_kick.kick,
    benchmark_balance.push,
    benchmark_balance.stand,
    benchmark_generator.generator,
    benchmark_physiology.physiology,
):
    app.command()(_command)
app.command("all")(benchmark_all.everything)


@app.command()
@takes_subject
def imitation(
    subject: Subject,
    paths: Annotated[
        list[Path],
        typer.Argument(help="Clips (.npz), motion files that `kinesis import` reads, or folders."),
    ],
    label: Annotated[
        list[str] | None, typer.Option(help="Only clips of this kind; may be repeated.")
    ] = None,
    only_validation: Annotated[
        bool, typer.Option("--validation", help="Only clips of the validation split.")
    ] = False,
    json_file: JsonFile = None,
) -> None:
    """Let the body imitate every clip once, from its first frame, and measure how well.

    Example: kinesis benchmark imitation clips --validation --json imitation.json
    """
    from kinesis_ros.benchmarks import imitation as protocol
    from kinesis_ros.core.simulation import Simulation

    console = Console()
    clips = _chosen(read_motions(paths, console), label or [], only_validation)
    model = load_body(subject.body)
    try:
        policy = subject.policy or default_policy(subject.body, subject.control)
        session = PolicySession.load(policy, model, subject.control)
    except PolicyContractError as error:
        raise CommandError(str(error)) from error
    simulation = Simulation.embodied(subject.body, session.metadata.embodiment)
    results = [
        protocol.imitate(simulation, session, clip)
        for clip in track(clips, "imitating", console=console, transient=True)
    ]
    summary = protocol.summarise(results)
    _print_results(console, results, summary, protocol.by_label(results))
    if json_file:
        write_json(
            json_file,
            {
                "protocol": protocol.PROTOCOL,
                "clips": [dataclasses.asdict(result) for result in results],
                "summary": dataclasses.asdict(summary),
                "labels": {
                    label: dataclasses.asdict(part)
                    for label, part in protocol.by_label(results).items()
                },
            },
        )


@dataclasses.dataclass(frozen=True)
class SpeedOptions:
    """What is measured, and how often.

    Attributes:
        body: measure only this body.
        repeats: number of repetitions; medians are reported.
    """

    body: Annotated[tuple[str, ...], Choices(BODY_NAMES)] = BODY_NAMES
    repeats: Annotated[int, Range(1)] = 5

    def __post_init__(self) -> None:
        check(self)


@app.command()
@takes(SpeedOptions, "body", "repeats")
def speed(options: SpeedOptions, json_file: JsonFile = None) -> None:
    """Measure every part on this machine: physics, coordination, policy, training.

    Example: kinesis benchmark speed --json speed.json
    """
    from kinesis_ros.benchmarks import speed as measure

    repeats = options.repeats
    console = Console()
    bodies = [
        measure.measure_body(name, repeats)
        for name in track(options.body, "bodies", console=console, transient=True)
    ]
    environments = _environments(repeats, console)
    console.print(_table("Bodies", [dataclasses.asdict(row) for row in bodies]))
    if environments:
        console.print(_table("Training", environments))
    if json_file:
        write_json(
            json_file,
            {
                "repeats": repeats,
                "bodies": [dataclasses.asdict(row) for row in bodies],
                "environments": environments,
            },
        )


def _environments(repeats: int, console: Console) -> list[dict]:
    """Speeds of training; none where it is not installed."""
    if importlib.util.find_spec("torch") is None:
        console.print("without training: pip install 'kinesis_ros[training]'", markup=False)
        return []
    from kinesis_training.runs.speed import measure_environment

    cases = [(kind, workers) for kind in ("skeleton", "muscle") for workers in (1, 2)]
    return [
        dataclasses.asdict(measure_environment(kind, workers, repeats))
        for kind, workers in track(cases, "environments", console=console, transient=True)
    ]


def _chosen(clips: list[Clip], labels: list[str], only_validation: bool) -> list[Clip]:
    present = sorted({clip.label for clip in clips})
    for label in labels:
        if label not in present:
            raise CommandError(f"no clip is labelled '{label}'; there are: {', '.join(present)}")
    chosen = [clip for clip in clips if not labels or clip.label in labels]
    if only_validation:
        chosen = [clip for clip in chosen if is_validation(clip.name)]
    if not chosen:
        raise CommandError("no clip of the validation split is among them", FAILED)
    return chosen


def _print_results(console: Console, results: list, summary: object, labels: dict) -> None:
    table = Table("clip", "label", "s", "coverage", "0.5 m", "0.15 m", "mm", title="Imitation")
    for r in results:
        table.add_row(
            Path(r.file).stem,
            r.label,
            f"{r.duration_s:.1f}",
            f"{r.coverage:.1%}",
            "yes" if r.success else "no",
            "yes" if r.success_strict else "no",
            f"{r.mpjpe_mm:.0f}",
        )
    console.print(table)
    experts = [f"expert {k}" for k in range(len(results[0].expert_weights))]
    kinds = Table("label", "clips", "coverage", "0.5 m", "mm", *experts, title="Kinds of motion")
    for label, part in labels.items():
        figures = f"{part.coverage:.1%}", f"{part.success:.1%}", f"{part.mpjpe_mm:.0f}"
        kinds.add_row(label, str(part.n), *figures, *(f"{w:.0%}" for w in part.expert_weights))
    console.print(kinds)
    s = dataclasses.asdict(summary)  # type: ignore[call-overload]
    console.print(
        f"{s['n']} clips: success {s['success']:.1%}, strict {s['success_strict']:.1%}, "
        f"coverage {s['coverage']:.1%}, MPJPE {s['mpjpe_mm']:.1f} mm"
    )


def _table(title: str, rows: list[dict]) -> Table:
    table = Table(*(name.replace("_", " ") for name in rows[0]), title=title)
    for row in rows:
        table.add_row(*(f"{v:.4g}" if isinstance(v, float) else str(v) for v in row.values()))
    return table
