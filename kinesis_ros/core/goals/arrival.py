# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Steering to a place: turn to it while walking, slow down, stop on it."""

import math

import numpy as np

from kinesis_ros.core.goals.capabilities import Capabilities
from kinesis_ros.core.goals.profiles import TURN_DECELERATION, braking
from kinesis_ros.core.rotations import wrap
from kinesis_ros.core.walked_line import Velocity

ARRIVED = 0.03  # [m] of the reference from the place
_AIM = 3.0  # [1/s] turn rate per heading error
_TURN_MARGIN = 0.8  # share of the turn rate that an arc to the place may need
_LOST = 0.25  # [m] within it a place beside or behind is passed by, not circled


def steer(line: np.ndarray, place: np.ndarray, top: float, able: Capabilities) -> Velocity | None:
    """Velocity that leads to a place, None when there.

    The arc that touches the heading and ends on the place has the radius d / (2 sin b) for a
    place at distance d and bearing b; the speed is kept so low that the turn rate suffices for it.

    Args:
        line: (3,) x, y [m] and heading [rad].
        place: (2,) [m].
        top: speed [m/s].
        able: limits.
    """
    offset = place - line[:2]
    distance = float(np.hypot(*offset))
    bearing = float(wrap(math.atan2(offset[1], offset[0]) - line[2]))
    ahead = distance * math.cos(bearing)
    if distance < ARRIVED or (distance < _LOST and ahead <= 0.0):
        return None
    rate = min(
        able.turn_rate, _AIM * abs(bearing), math.sqrt(2.0 * TURN_DECELERATION * abs(bearing))
    )
    speed = 0.0
    if ahead > 0.0:
        arc = _TURN_MARGIN * able.turn_rate * distance / max(2.0 * abs(math.sin(bearing)), 1e-6)
        speed = min(braking(distance - 0.5 * ARRIVED, top), arc)
    if distance < _LOST:
        rate *= distance / _LOST
    return able.limited(Velocity(speed, math.copysign(rate, bearing)))
