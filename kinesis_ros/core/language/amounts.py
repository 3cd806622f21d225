# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""How far and by how much, with what people leave unsaid."""

import math

from kinesis_ros.core.language.clause import Clause
from kinesis_ros.core.language.manner import side_of
from kinesis_ros.core.maths.rotations import wrap
from kinesis_ros.core.plans import STEP_LENGTHS, GoalError

QUARTER, HALF, FULL = 0.5 * math.pi, math.pi, 2.0 * math.pi  # [rad] of a turn
SHORT, LONG = 1.0, 6.0  # [m] of 'a little' and 'far'
MOST_REPEATS = 20
_SLIGHT = math.radians(30.0)


def length_of(steps: float | None, kind: str = "forward") -> float | None:
    """Length [m] of so many steps 'forward', 'backward' or 'sideways'.

    Raises:
        GoalError: a part of a step is asked for.
    """
    if steps is not None and steps != round(steps):
        raise GoalError(f"steps are counted, {steps:g} of them cannot be made; say how far")
    return None if steps is None else steps * STEP_LENGTHS[kind]


def repeats_of(clause: Clause) -> float:
    """How often, as far as it is sensible; once when nothing is said."""
    return min(clause.said.repeats or 1.0, MOST_REPEATS)


def curve_angle(clause: Clause) -> float:
    """Angle that a curve turns by [rad], without a sign."""
    said = clause.said
    if said.angle is not None:
        return said.angle
    if said.laps is not None:
        return FULL * said.laps
    if clause.does("circle") or clause.has("around"):
        return FULL * (said.repeats or 1.0)
    return _SLIGHT if clause.has("slightly") else QUARTER


def turn_angle(clause: Clause) -> float:
    """Angle of a turn in place [rad], without a sign."""
    said = clause.said
    times = said.repeats or 1.0
    if said.angle is not None:
        return said.angle * times
    if clause.has("oclock") and said.bare:
        return abs(wrap(said.bare[0] / 12.0 * FULL)) or FULL
    if said.laps is not None:
        return FULL * said.laps
    if said.bare:
        return math.radians(said.bare[0]) * times
    if clause.does("spin", "circle") or clause.has("fully"):
        return (HALF if clause.has("halfway") else FULL) * times
    if "uturn" in clause.words or "aboutface" in clause.words:
        return HALF * times
    if clause.has("slightly"):
        return _SLIGHT * times
    if clause.has("around", "back", "behind", "backward"):
        return HALF * times
    return QUARTER * times


def heading_change(clause: Clause, *, astern: bool) -> float:
    """Turn [rad] before walking off: 'walk left', 'diagonally', 'at 30 degrees'."""
    sides = clause.has("left", "right") and not astern
    if clause.said.angle is not None:
        return side_of(clause) * clause.said.angle
    if clause.has("diagonal"):
        return side_of(clause) * 0.5 * QUARTER
    if sides and not clause.has("forward"):
        return side_of(clause) * QUARTER
    return side_of(clause) * 0.5 * QUARTER if sides else 0.0
