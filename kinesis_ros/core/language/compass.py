# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Directions of the compass: x is east and y is north, as REP-103 has it."""

import math
import re

_POINTS = {"east": 0.0, "north": 90.0, "west": 180.0, "south": -90.0}  # [degrees]
_ENDING = r"(?:erly|ern|wards?|bound)?"
_NAMES = re.compile(rf"\b(north|south|east|west)[\s-]*(east|west)?{_ENDING}\b")

PREFIX = "compass"  # of the token that stands for a direction


def mark_directions(text: str) -> str:
    """The text with one word for each direction: 'north-east' and 'northeast' are one."""
    return _NAMES.sub(lambda m: f" {PREFIX}{m[1]}{m[2] or ''} ", text)


def direction_of(word: str) -> float | None:
    """Where a marked word points [rad], counter-clockwise from east; None: it is no such word.

    >>> direction_of("compassnorth")
    1.5707963267948966
    """
    if not word.startswith(PREFIX):
        return None
    match = _NAMES.fullmatch(word.removeprefix(PREFIX))
    if match is None:
        return None
    angles = [math.radians(_POINTS[name]) for name in match.groups() if name]
    return math.atan2(sum(map(math.sin, angles)), sum(map(math.cos, angles)))
