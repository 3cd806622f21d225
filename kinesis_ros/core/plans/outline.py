# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Where a plan leads, reckoned without a body."""

import math
from collections.abc import Iterable

from kinesis_ros.core.plans.plan import GoTo, Move, PlanStep


def ends_of(steps: Iterable[PlanStep]) -> tuple[float, float, float]:
    """Place x, y [m] and turned angle [rad] after steps that begin at the origin, facing x."""
    x = y = heading = 0.0
    for step in steps:
        if isinstance(step, GoTo):
            heading = math.atan2(step.y - y, step.x - x) if step.heading is None else step.heading
            x, y = step.x, step.y
        elif isinstance(step, Move):
            dx, dy, turn = _move(step)
            c, s = math.cos(heading), math.sin(heading)
            x, y, heading = x + c * dx - s * dy, y + s * dx + c * dy, heading + turn
    return x, y, heading


def _move(step: Move) -> tuple[float, float, float]:
    """Displacement and turn of one step in the frame of its beginning; endless ones: none."""
    v = step.velocity
    pace = math.hypot(v.speed, v.lateral)
    times = [step.duration] if step.duration is not None else []
    if step.distance is not None and pace:
        times.append(step.distance / pace)
    if step.angle is not None and v.turn_rate:
        times.append(abs(step.angle / v.turn_rate))
    if not times:
        return 0.0, 0.0, 0.0
    time = min(times)
    turn = v.turn_rate * time
    if abs(turn) < 1e-9:
        return v.speed * time, v.lateral * time, 0.0
    s, c = math.sin(turn) / v.turn_rate, (1.0 - math.cos(turn)) / v.turn_rate
    return v.speed * s - v.lateral * c, v.speed * c + v.lateral * s, turn
