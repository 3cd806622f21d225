# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""`kinesis train generator`, `kick` and `references`: learn motions, make clips with them."""

from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.console import Console
from rich.progress import track

from kinesis_ros.console import CommandError, json_option, write_json
from kinesis_ros.core.body import JOINT_KINDS
from kinesis_ros.core.gait import GaitError, MotionGenerator
from kinesis_ros.core.motion import ClipError
from kinesis_ros.core.retargeting.labels import RUNNING, WALKING
from kinesis_ros.physiology.people import People, PeopleError
from kinesis_training.clips import generated_clips, is_generated, load_clips, write_clips
from kinesis_training.clips.corpus import split
from kinesis_training.clips.references import KINDS
from kinesis_training.fitting import KICK_LABELS, angle_error, fit_gaits, fit_kick


def generator(
    clips: Annotated[Path, typer.Option("--clips", help="Folder of clips with walking in it.")],
    out: Annotated[Path, typer.Option("--out", help="Coefficients file to write.")] = Path(
        "gaits.npz"
    ),
    people: Annotated[
        Path | None,
        typer.Option("--people", help="Folder of more people's curves, to walk like their mean."),
    ] = None,
    report: Annotated[Path | None, json_option("Write the angle errors to this file.")] = None,
) -> None:
    """Learn the motion generator's gaits from clips of walking and running; it takes seconds.

    Example: kinesis train generator --clips clips --out gaits.npz
    """
    try:
        train, validation = split(load_clips(clips, (*WALKING, *RUNNING)))
        gaits = fit_gaits(train, People.load(people).groups)
        out.parent.mkdir(parents=True, exist_ok=True)
        gaits.save(out)
    except (ClipError, PeopleError, OSError) as error:
        raise CommandError(str(error)) from error
    errors = {
        f"{gait}, {name}": dict(zip(JOINT_KINDS, np.degrees(angle_error(gaits, part)), strict=True))
        for gait, labels in (("walking", WALKING), ("running", RUNNING))
        for name, clips_of_split in (("training", train), ("validation", validation))
        if (part := [clip for clip in clips_of_split if clip.label in labels])
    }
    console = Console()
    for name, joints in errors.items():
        figures = "  ".join(f"{joint} {error:.1f}" for joint, error in joints.items())
        console.print(f"{name} RMS [deg]: {figures}", markup=False)
    counts = gaits.provenance
    console.print(f"{counts['strides']} strides and {counts['runs']} runs -> {out}")
    if report is not None:
        write_json(report, {"rms_deg": errors, **counts})


def kick(
    clips: Annotated[
        list[Path],
        typer.Option("--clips", help="Folder of clips with kicks in it; may be repeated."),
    ],
    out: Annotated[Path, typer.Option("--out", help="File to write.")] = Path("kick.npz"),
) -> None:
    """Learn how people kick from clips labelled kick; it takes seconds.

    Kicks at a ball on the floor are used, with either foot.

    Example: kinesis train kick --clips clips --out kick.npz
    """
    try:
        captured = [
            clip
            for folder in clips
            for clip in load_clips(folder, KICK_LABELS)
            if not is_generated(clip)
        ]
        style = fit_kick(captured)
        out.parent.mkdir(parents=True, exist_ok=True)
        style.save(out)
    except (ClipError, OSError) as error:
        raise CommandError(str(error)) from error
    Console().print(
        f"{style.provenance['kicks']} kicks, the toes at {style.foot_speed:.1f} m/s -> {out}"
    )


def references(
    out: Annotated[Path, typer.Option("--out", help="Folder to write the clips to.")],
    count: Annotated[int, typer.Option("--count", min=1, help="Number of clips.")] = 60,
    seconds: Annotated[
        float, typer.Option("--seconds", min=1.0, help="Length of a clip [s].")
    ] = 10.0,
    seed: Annotated[int, typer.Option("--seed", help="Seed of the commands.")] = 0,
    kind: Annotated[
        list[str] | None,
        typer.Option("--kind", help=f"One of {', '.join(KINDS)}; may be repeated. Default: all."),
    ] = None,
    gait: Annotated[
        Path | None, typer.Option("--gait", help="Coefficients file; default: the shipped one.")
    ] = None,
) -> None:
    """Write clips of the motion generator under random commands, to train on.

    A clip's label is its kind.

    Example: kinesis train references --out clips_generated --count 60 --kind walk --kind run
    """
    console = Console()
    try:
        generator = MotionGenerator.load(gait)
        clips = generated_clips(count, seconds, seed, generator, kind or ())
        write_clips(track(clips, "generating", count, console=console, transient=True), out)
    except (GaitError, ValueError, OSError) as error:
        raise CommandError(str(error)) from error
    console.print(f"{count} clips of {seconds:g} s -> {out}")
