# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What a motion may be at most, checked before memory is taken for it."""

import warnings
from pathlib import Path

import numpy as np

from kinesis_ros.core.retargeting.errors import MotionError

MOST_BYTES = 200_000_000  # of a file
MOST_JOINT_FRAMES = 3_000_000  # joints times frames: 60 joints for 7 minutes at 120 Hz
MOST_JOINTS = 2000  # of a skeleton; those of faces and hands have some hundreds
LONGEST = 1800.0  # [s]
LONGEST_GAP = 1.0  # [s] between two frames; what lies between would be made up
RATES = (5.0, 4000.0)  # [Hz] slower ones show no step, faster ones are a unit that is another
LARGEST = 1e7  # of a position in a file's unit: ten kilometres in millimetres
_MISSING = 0.05  # share of the promised frames that may be missing


def check_bytes(path: Path) -> None:
    """Raise MotionError for a file that is too large to be read."""
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise MotionError(
            f"'{path}': {size / 1e6:.0f} MB are too many, {MOST_BYTES / 1e6:.0f} MB are the most; "
            "cut it into parts"
        )


def check_frames(path: Path, frames: int, joints: int = 1) -> None:
    """Raise MotionError for a motion of no frames, or of more than there is memory for."""
    if frames < 1:
        raise MotionError(f"'{path}': 0 frames")
    if frames * joints > MOST_JOINT_FRAMES:
        raise MotionError(
            f"'{path}': {frames} frames of {joints} joints are too many, "
            f"{MOST_JOINT_FRAMES // joints} frames are the most; cut it into parts"
        )


def check_times(path: Path, frames: int, rate: float) -> None:
    """Raise MotionError for a rate that no recording has, or a motion that lasts too long."""
    low, high = RATES
    if not low <= rate <= high:
        raise MotionError(
            f"'{path}': {rate:.4g} frames a second; {low:g} to {high:g} are read (a frame every "
            f"{1.0 / rate if rate else np.inf:.4g} s: is it the rate, or in milliseconds?)"
        )
    if (frames - 1) / rate > LONGEST:
        raise MotionError(
            f"'{path}': {(frames - 1) / rate:.0f} s are too long, {LONGEST:.0f} s are the most; "
            "cut it into parts"
        )


def check_numbers(path: Path, what: str, values: np.ndarray, largest: float = np.inf) -> None:
    """Raise MotionError that names the first frame with a number that is none or is huge.

    Args:
        path: of the file.
        what: the values are called in the message.
        values: (frames, ...).
        largest: magnitude that is possible.
    """
    flat = values.reshape(len(values), -1)
    bad = ~np.isfinite(flat).all(axis=1)
    if bad.any():
        frame = int(np.argmax(bad))
        raise MotionError(f"'{path}': {what} has a NaN or infinite number in frame {frame}")
    huge = (np.abs(flat) > largest).any(axis=1)
    if huge.any():
        frame = int(np.argmax(huge))
        raise MotionError(f"'{path}': {what} has a number over {largest:g} in frame {frame}")


def fewer_than_promised(path: Path, promised: int, there: int) -> tuple[str, ...]:
    """Flag of a few missing frames at the end.

    Raises:
        MotionError: so many are missing that the file broke off.
    """
    if there >= promised:
        return ()
    if promised - there > max(1.0, _MISSING * promised):
        raise MotionError(
            f"'{path}': truncated, {promised} frames are promised and {there} are there"
        )
    return (f"{promised} frames are promised, {there} are there",)


def parse_numbers(path: Path, text: str) -> np.ndarray:
    """Numbers between white space, read without a Python object for each of them.

    Raises:
        MotionError: something else stands there.
    """
    stripped = text.strip()
    if not stripped:  # numpy makes -1 of white space
        return np.zeros(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", DeprecationWarning)  # what numpy says of other text
            return np.fromstring(stripped, sep=" ")
    except (DeprecationWarning, ValueError) as error:
        raise MotionError(f"'{path}': something in it is not a number") from error
