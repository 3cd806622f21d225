# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""`kinesis import`: motion capture files to clips that the body can imitate."""

import dataclasses
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from kinesis_ros.console import BAD_INPUT, FAILED, CommandError, takes
from kinesis_ros.core.motion import Clip, ClipError
from kinesis_ros.core.retargeting import (
    Imported,
    Importer,
    ImportOptions,
    MotionError,
    described_formats,
    motion_files,
    read_mapping,
)
from kinesis_ros.core.retargeting.joint_names import OPTIONAL, REQUIRED
from kinesis_ros.core.retargeting.labels import WALKING
from kinesis_ros.files import WriteError, check_writable, write_text

_MAPPING_HELP = (
    "JSON or TOML file that maps our joint names to the skeleton's. "
    f"Needed: {', '.join(REQUIRED)}; possible: {', '.join(OPTIONAL)}."
)

_WIDTH = 132  # columns of the table when it is not shown in a terminal


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What became of the files.

    Attributes:
        clips: name of the clip file -> what was imported.
        failures: file -> reason.
    """

    clips: dict[str, Imported]
    failures: dict[str, str]

    def record(self) -> dict[str, object]:
        """As written to report.json."""
        return {
            "clips": [
                {
                    "file": imported.clip.source,
                    "clip": name,
                    "label": imported.clip.label,
                    **dataclasses.asdict(imported.measures),
                }
                for name, imported in self.clips.items()
            ],
            "failures": [
                {"file": file, "reason": reason} for file, reason in self.failures.items()
            ],
        }


@takes(ImportOptions, "label", "units", "up", "rate", "treadmill", "skeleton", "licence")
def import_motions(
    options: ImportOptions,
    sources: Annotated[
        list[Path],
        typer.Argument(
            metavar="SRC...", help=f"Motion files, or folders of them: {described_formats()}."
        ),
    ],
    out: Annotated[Path, typer.Option(help="Folder for the clips (npz).")],
    report: Annotated[
        bool, typer.Option("--report", help="Print a table and write DIR/report.json.")
    ] = False,
    json_file: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help="Write the report to FILE.")
    ] = None,
    mapping: Annotated[Path | None, typer.Option(metavar="FILE", help=_MAPPING_HELP)] = None,
    reverse: Annotated[
        bool,
        typer.Option("--reverse", help="Add every walk played backwards, as walking backward."),
    ] = False,
) -> None:
    """Retarget motion files to clips that the body can imitate.

    Exit status: 0 all were imported, 1 some failed or are not human in most frames, 2 nothing
    could be imported.

    Example: kinesis import walks/ run.bvh --out clips --report
    """
    try:
        if mapping:
            options = dataclasses.replace(options, mapping=read_mapping(mapping))
        files = motion_files(sources)
    except MotionError as error:
        raise CommandError(str(error)) from error
    if not files:
        raise CommandError(f"no motion files in {', '.join(str(s) for s in sources)}")
    if json_file is not None:
        _make_folder(json_file)
        check_writable(json_file)
    outcome = _import_all(files, out, Importer(options))
    reversed_walks = _save_reversed_walks(outcome, out) if reverse else 0
    _write_reports(outcome, out if report else None, json_file)
    if report and outcome.clips:
        _print_table(outcome.clips)
    done = f"{len(outcome.clips)} of {len(files)} files imported into '{out}'"
    if reverse:
        done += f", and {reversed_walks} reversed walks"
    strange = [name for name, imported in outcome.clips.items() if not imported.measures.human]
    if strange:
        done += f"; joints of {', '.join(strange)} are not human in most frames"
    if not (outcome.failures or strange):
        typer.echo(done)
        return
    if outcome.failures:
        done += f", {len(outcome.failures)} failed"
    raise CommandError(done, FAILED if outcome.clips else BAD_INPUT)


def _import_all(files: list[Path], out: Path, importer: Importer) -> Outcome:
    outcome = Outcome({}, {})
    console = Console(stderr=True)
    with _progress(console) as progress:
        task = progress.add_task("import", total=len(files))
        for file in files:
            progress.update(task, description=escape(file.name))
            try:
                imported = importer.run(file)
                name = _free_name(file, outcome.clips)
                _save(imported.clip, out, name)
                outcome.clips[name] = imported
            except (CommandError, KeyboardInterrupt):
                raise
            except Exception as error:  # whatever a library says of one file: others go on
                reason = _reason(file, error)
                outcome.failures[str(file)] = reason
                console.print(f"failed: {escape(reason)}", style="red", soft_wrap=True)
            progress.advance(task)
    return outcome


def _reason(file: Path, error: Exception) -> str:
    """Why a file failed; what no reader has foreseen is named with the file."""
    if isinstance(error, MotionError | ClipError):
        return str(error)
    return f"'{file}': unforeseen {type(error).__name__}: {error}; please report it with the file"


def _save_reversed_walks(outcome: Outcome, out: Path) -> int:
    """Write every forward walk played backwards; returns how many there were."""
    walks = [name for name, imported in outcome.clips.items() if imported.clip.label in WALKING]
    for name in walks:
        clip = dataclasses.replace(outcome.clips[name].clip, name=name.removesuffix(".npz"))
        backward = dataclasses.replace(clip.reversed(), label="backward")
        _save(backward, out, f"{backward.name}.npz")
    return len(walks)


def _save(clip: Clip, out: Path, name: str) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
        dataclasses.replace(clip, name=name.removesuffix(".npz")).save(out / name)
    except OSError as error:
        raise CommandError(f"cannot write '{out / name}': {error.strerror or error}") from error


def _free_name(file: Path, taken: Mapping[str, Imported]) -> str:
    """Name of the clip file; of two files of one name, the second takes its folder's too."""
    names = [f"{file.stem}.npz", f"{file.parent.name}_{file.stem}.npz"]
    names += [f"{file.stem}_{i}.npz" for i in range(2, len(taken) + 3)]
    return next(name for name in names if name not in taken)


def _write_reports(outcome: Outcome, folder: Path | None, file: Path | None) -> None:
    text = json.dumps(outcome.record(), indent=1) + "\n"
    for target in (folder and folder / "report.json", file):
        if target is None:
            continue
        _make_folder(target)
        write_text(target, text)


def _make_folder(file: Path) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WriteError(file, error) from error


def _print_table(clips: Mapping[str, Imported]) -> None:
    table = Table(title="imported clips")
    table.add_column("clip", overflow="fold")
    table.add_column("label")
    for heading in ("frames", "m/s", "turn deg", "sink mm", "slide cm", "off sole mm"):
        table.add_column(heading, justify="right")
    table.add_column("farthest beyond its limits")
    for name, imported in clips.items():
        m = imported.measures
        worst = max(m.beyond_limits.items(), key=lambda item: item[1], default=None)
        table.add_row(
            escape(name.removesuffix(".npz")),
            escape(imported.clip.label),
            str(m.frames),
            f"{m.speed_m_s:.2f}",
            f"{m.heading_change_deg:.0f}",
            f"{m.penetration_mm:.0f}",
            f"{m.slide_cm:.1f}",
            f"{m.pressure_off_mm:.0f} of {m.source_pressure_off_mm:.0f}",
            f"{worst[0]} {100.0 * worst[1]:.0f}%" if worst else "",
        )
    console = Console()
    if not console.is_terminal:
        console.width = _WIDTH
    console.print(table)
    for name, imported in clips.items():
        for flag in imported.measures.flags:
            console.print(f"{escape(name.removesuffix('.npz'))}: {escape(flag)}", style="yellow")


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
    )
