# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Ways of a known shape: squares, eights, S curves, and there and back again."""

import math

from kinesis_ros.core.gait import Velocity
from kinesis_ros.core.language.amounts import FULL, HALF, SHORT, repeats_of
from kinesis_ros.core.language.clause import Clause
from kinesis_ros.core.language.manner import Manner, side_of
from kinesis_ros.core.plans import Move

_SIDE = 2.0  # [m] of a square, and of a way there and back
_ZIGZAG = (0.25, -0.5, 0.5, -0.5, 0.25)  # half turns between its ways
_CROSSING = math.radians(60.0)  # between an S curve and its line
# So that it comes back onto the line that it began on: the sideways ways of all arcs cancel out.
_LEAVING = math.acos(0.5 * (1.0 + math.cos(_CROSSING)))


def shape_of(clause: Clause, manner: Manner) -> list[Move]:
    """Steps of the shape that a clause names, one of `SHAPES`."""
    name = next(name for name in SHAPES if clause.has(name))
    return SHAPES[name](clause, manner)


def _figure_eight(clause: Clause, manner: Manner) -> list[Move]:
    circle = manner.curve(clause)
    return [_arc(circle, FULL), _arc(_mirrored(circle), FULL)]


def _s_curve(clause: Clause, manner: Manner) -> list[Move]:
    """Waves about a line: out to one side, over to the other one, and back onto the line."""
    waves = max(round(repeats_of(clause)), 1)
    bends = [_LEAVING, _LEAVING + _CROSSING]
    bends += [2.0 * _CROSSING] * (2 * waves - 2) + bends[::-1]
    advance = 4.0 * math.sin(_LEAVING) + (4.0 * waves - 2.0) * math.sin(_CROSSING)
    length = clause.said.length
    first = manner.curve(clause, None if length is None else length / advance)
    arcs = (first, _mirrored(first))
    return [_arc(arcs[i % 2], bend) for i, bend in enumerate(bends)]


def _back_and_forth(clause: Clause, manner: Manner) -> list[Move]:
    about = _turn(manner.turn_rate(clause), side_of(clause) * HALF)
    walk = Move(Velocity(manner.speed(clause)), distance=clause.said.length or _SIDE)
    return [walk, about] * (2 * max(round(repeats_of(clause)), 1))


def _zigzag(clause: Clause, manner: Manner) -> list[Move]:
    rate, sign = manner.turn_rate(clause), side_of(clause)
    walk = Move(Velocity(manner.speed(clause)), distance=clause.said.length or SHORT)
    pieces = [(_turn(rate, sign * turn * HALF), walk) for turn in _ZIGZAG]
    return [step for piece in pieces for step in piece][:-1]


def _polygon(clause: Clause, manner: Manner) -> list[Move]:
    corners = 4 if clause.has("square") else 3
    walk = Move(Velocity(manner.speed(clause)), distance=clause.said.length or _SIDE)
    return [walk, _turn(manner.turn_rate(clause), side_of(clause) * FULL / corners)] * corners


def _arc(velocity: Velocity, angle: float) -> Move:
    return Move(velocity, angle=math.copysign(angle, velocity.turn_rate))


def _mirrored(velocity: Velocity) -> Velocity:
    return velocity._replace(turn_rate=-velocity.turn_rate)


def _turn(rate: float, angle: float) -> Move:
    return Move(Velocity(turn_rate=math.copysign(rate, angle)), angle=angle)


SHAPES = {
    "figureeight": _figure_eight,
    "scurve": _s_curve,
    "backandforth": _back_and_forth,
    "zigzag": _zigzag,
    "square": _polygon,
    "triangle": _polygon,
}
