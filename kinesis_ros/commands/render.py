# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""`kinesis render`: a clip, a motion file, a goal or a recording as a film or a picture strip."""

import dataclasses
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import track

from kinesis_ros.commands.sources import RECORDING, Runner, load_recording, read_clip
from kinesis_ros.console import FAILED, CommandError, Flag, takes
from kinesis_ros.core.rollout import Trajectory
from kinesis_ros.pictures.film import FORMATS, write_film
from kinesis_ros.pictures.graphics import GraphicsError
from kinesis_ros.pictures.shooting import Shooting, Shot
from kinesis_ros.pictures.stage import VIEWS, View

IMITATE, KINEMATIC = "imitate", "kinematic"

_SIZES = {".mp4": (640, 720), ".gif": (320, 360), ".png": (220, 360)}
_RATES = {".mp4": 30.0, ".gif": 20.0, ".png": 30.0}
_LONGEST_GIF = 60.0  # [s]


@takes(
    Runner,
    Flag("duration", help="Show so many seconds; default: 8 for goals, else all."),
    "body",
    "control",
    "scene",
    into="runner",
)
def render(
    runner: Runner,
    source: Annotated[
        Path | None,
        typer.Argument(help="Clip (.npz), motion file (BVH, DeepMimic, .mot, SMPL) or .mcap."),
    ] = None,
    out: Annotated[Path, typer.Option(help=f"File to write: {', '.join(FORMATS)}.")] = Path(
        "kinesis.mp4"
    ),
    goal: Annotated[str, typer.Option(help="Pursue this goal instead of showing a file.")] = "",
    policy: Annotated[
        str,
        typer.Option(
            metavar="imitate|kinematic|FILE",
            help="The muscles imitate with the shipped policy or with an ONNX file; kinematic: the "
            "motion alone, without physics.",
        ),
    ] = IMITATE,
    beside: Annotated[
        bool,
        typer.Option(
            "--side-by-side/--alone", help="Show the reference in a panel beside the body."
        ),
    ] = True,
    camera: Annotated[
        str | None,
        typer.Option(
            help=f"{', '.join(VIEWS)}, or AZIMUTH,ELEVATION,DISTANCE [deg, deg, m]; "
            "default: oblique, and penalty where there is a ball."
        ),
    ] = None,
    size: Annotated[
        str | None, typer.Option(metavar="WxH", help="Size of one panel [pixels].")
    ] = None,
    fps: Annotated[float | None, typer.Option(help="Frames per second.")] = None,
    tiles: Annotated[
        int, typer.Option(min=1, max=60, help="Number of pictures in a PNG strip.")
    ] = 8,
) -> None:
    """Draw what the body does, off screen: MP4, GIF, or a strip of pictures (PNG).

    Muscles are blue when relaxed and red when active. A fall is shown and ends the film.

    Example: kinesis render --goal "walk forward" --duration 6 --out walk.mp4
    """
    console = Console(stderr=True)
    suffix = _suffix(out)
    shot = dataclasses.replace(_shot(size, suffix), beside=beside, stacked=suffix == ".png")
    view = None if camera is None else _view(camera)
    rate = _rate(fps, suffix)
    network = None if policy in (IMITATE, KINEMATIC) else Path(policy)
    runner = dataclasses.replace(runner, policy=network)
    with console.status("moving the body"):
        trajectory = _trajectory(source, goal, runner, kinematic=policy == KINEMATIC)
    if suffix == ".gif" and trajectory.time[-1] - trajectory.time[0] > _LONGEST_GIF:
        raise CommandError(
            f"a GIF of more than {_LONGEST_GIF:g} s would be huge: give --duration, or write .mp4"
        )

    shot = dataclasses.replace(shot, view=view or _usual_view(trajectory))

    def progress(times: Iterable[float], number: int) -> Iterable[float]:
        return track(times, "drawing", total=number, console=console, transient=True)

    try:
        with Shooting(trajectory, shot) as shooting:
            write_film(out, shooting, rate, tiles, progress)
    except GraphicsError as error:
        raise CommandError(str(error), FAILED) from error
    except OSError as error:
        raise CommandError(f"cannot write '{out}': {error.strerror or error}") from error
    fell = "" if trajectory.fell_at is None else f"; the body fell at {trajectory.fell_at:.1f} s"
    typer.echo(f"{out}: {shooting.duration:.1f} s, {out.stat().st_size / 1e6:.2f} MB{fell}")


def _trajectory(source: Path | None, goal: str, runner: Runner, *, kinematic: bool) -> Trajectory:
    if bool(goal) == (source is not None):
        raise CommandError("give either a file or --goal, e.g. --goal 'walk forward'")
    if source is None:
        return runner.pursue(goal)
    if source.suffix.lower() == RECORDING:
        return _first(load_recording(source)[1], runner.duration)
    clip = read_clip(source)
    return runner.play(clip) if kinematic else runner.imitate(clip)


def _first(trajectory: Trajectory, duration: float | None) -> Trajectory:
    return trajectory if duration is None else trajectory.until(trajectory.time[0] + duration)


def _suffix(out: Path) -> str:
    suffix = out.suffix.lower()
    if suffix not in FORMATS:
        raise CommandError(f"--out '{out}' must end in {', '.join(FORMATS)}")
    if not out.parent.is_dir():
        raise CommandError(f"cannot write '{out}': there is no folder '{out.parent}'")
    return suffix


def _shot(size: str | None, suffix: str) -> Shot:
    width, height = _SIZES[suffix]
    try:
        if size is not None:
            width, height = (int(number) for number in size.lower().split("x"))
        return Shot(width, height)
    except ValueError as error:
        raise CommandError(f"--size '{size}' is not WxH, e.g. 640x720: {error}") from error


def _usual_view(trajectory: Trajectory) -> View:
    return VIEWS["oblique" if trajectory.ball is None else "penalty"]


def _view(camera: str) -> View:
    if camera in VIEWS:
        return VIEWS[camera]
    try:
        azimuth, elevation, distance = (float(number) for number in camera.split(","))
        return View(azimuth, elevation, distance)
    except ValueError as error:
        raise CommandError(
            f"--camera '{camera}' is neither one of {', '.join(VIEWS)} "
            f"nor AZIMUTH,ELEVATION,DISTANCE: {error}"
        ) from error


def _rate(fps: float | None, suffix: str) -> float:
    rate = _RATES[suffix] if fps is None else fps
    if not 1.0 <= rate <= 60.0:
        raise CommandError(f"--fps must be 1 to 60, it is {rate:g}")
    return rate
