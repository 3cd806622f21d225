# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""`kinesis train split`: which clips are trained on, and which are kept for validation."""

import csv
import hashlib
import io
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from kinesis_ros.console import CommandError
from kinesis_ros.core.body import CONTROL_RATE
from kinesis_ros.core.motion import Clip, ClipError, is_validation
from kinesis_ros.files import write_text
from kinesis_training.clips import load_clips

_COLUMNS: tuple[str, ...] = ("clip", "split", "label", "frames", "source_sha256")


def split(
    clips: Annotated[
        list[Path],
        typer.Option("--clips", help="Folder of clips made by `kinesis import`; may be repeated."),
    ],
    out: Annotated[
        Path | None, typer.Option("--csv", metavar="FILE", help="Write the list to FILE.")
    ] = None,
) -> None:
    """Show which clips training keeps for validation, and list all with checksums.

    The split is fixed: by a hash of the name of the source clip. The checksum is of the motion
    capture file that a clip was made from; empty where the file is gone.

    Example: kinesis train split --clips clips --csv split.csv
    """
    try:
        rows = [_row(clip) for folder in clips for clip in load_clips(folder)]
        if out is not None:
            write_text(out, _csv(rows))
    except (ClipError, OSError) as error:
        raise CommandError(str(error)) from error
    Console().print(_table(rows))


def _row(clip: Clip) -> dict[str, str]:
    source = Path(clip.source)
    checksum = hashlib.sha256(source.read_bytes()).hexdigest() if source.is_file() else ""
    side = "validation" if is_validation(clip.name) else "training"
    values = (clip.name, side, clip.label, str(len(clip.states)), checksum)
    return dict(zip(_COLUMNS, values, strict=True))


def _csv(rows: list[dict[str, str]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, _COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _table(rows: list[dict[str, str]]) -> Table:
    """Clips and minutes of each label on both sides."""
    table = Table("label", "training", "validation", title="clips (minutes)")
    for label in sorted({row["label"] for row in rows}):
        cells = []
        for side in ("training", "validation"):
            wanted = (label, side)
            frames = [int(row["frames"]) for row in rows if (row["label"], row["split"]) == wanted]
            minutes = sum(frames) / (60.0 * CONTROL_RATE)
            cells.append(f"{len(frames)} ({minutes:.1f})" if frames else "")
        table.add_row(label, *cells)
    return table
