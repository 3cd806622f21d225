# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Motions that a benchmark is given: clips and motion files, one by one or in folders."""

from pathlib import Path

from rich.console import Console
from rich.progress import track

from kinesis_ros.console import CommandError
from kinesis_ros.core.motion import Clip, ClipError, clip_files


def read_motions(paths: list[Path], console: Console) -> list[Clip]:
    """Load clips and import motion files; files that fail are named and left out.

    Args:
        paths: files and folders.
        console: to name what fails.

    Raises:
        CommandError: none can be used.
    """
    from kinesis_ros.core.retargeting import Importer, MotionError, motion_files

    importer = Importer()
    clips: list[Clip] = []
    failures = 0
    try:
        files = [path for folder in paths for path in clip_files(folder)] + motion_files(
            path for path in paths if not Clip.recognises(path)
        )
    except MotionError as error:
        raise CommandError(str(error)) from error
    for path in track(files, "reading", console=console, transient=True):
        try:
            is_clip = Clip.recognises(path)
            clips.append(Clip.load(path) if is_clip else importer.run(path).clip)
        except (ClipError, MotionError) as error:
            failures += 1
            console.print(f"left out: {error}", style="yellow", markup=False)
    if not clips:
        raise CommandError(f"no motion in {', '.join(map(str, paths))} could be used")
    if failures:
        console.print(f"{failures} files were left out", style="yellow")
    return clips
