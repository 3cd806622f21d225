# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The time of an array that has no header, as the label of its first dimension."""

_PREFIX = "time "


def time_label(seconds: int, nanoseconds: int) -> str:
    """Label that tells the time."""
    return f"{_PREFIX}{seconds}.{nanoseconds:09d}"


def read_time_label(label: str) -> float | None:
    """Time of `label` [s], or None if it does not tell one.

    Raises:
        ValueError: it should tell a time, but what it tells is no number.
    """
    if not label.startswith(_PREFIX):
        return None
    try:
        return float(label.removeprefix(_PREFIX))
    except ValueError:
        raise ValueError(f"'{label}' is not a time in seconds") from None
