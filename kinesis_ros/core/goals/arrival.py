# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Steering to a place: turn to it while walking, slow down, stop on it."""

import math

import numpy as np

from kinesis_ros.core.gait import Velocity
from kinesis_ros.core.maths.rotations import wrap
from kinesis_ros.core.plans import Capabilities

_ARRIVED = 0.04  # [m] of the reference from where it is told to stand
_LATE = 0.03  # [m] it comes to rest behind that
_AIM = 3.0  # [1/s] turn rate per heading error
_TURN_MARGIN = 0.6  # share of the turn rate that an arc to the place may need
_NEAR = 0.25  # [m] within it a place that was missed is not circled
_DECELERATION = 0.8  # [m/s^2] less than the generator brakes, so that it can follow
_CRAWL = 0.12  # [m/s] of the last centimetres
_AIMED = math.radians(60.0)  # bearing from which on the place is ahead


def steer(line: np.ndarray, place: np.ndarray, top: float, able: Capabilities) -> Velocity | None:
    """Velocity that leads to a place, None: stand now, this is it.

    The arc that touches the heading and ends on the place has the radius d / (2 sin b) for a
    place at distance d and bearing b; the speed is kept so low that the turn rate suffices for it.
    It fades on the way, so that the last metre can still be steered.

    Args:
        line: (3,) x, y [m] and heading [rad].
        place: (2,) [m].
        top: speed [m/s].
        able: limits.
    """
    offset = place - line[:2]
    distance = float(np.hypot(*offset))
    bearing = float(wrap(math.atan2(offset[1], offset[0]) - line[2]))
    is_ahead = math.cos(bearing) > 0.0
    if is_ahead:
        distance = max(0.0, distance - _LATE)
    if distance < _ARRIVED or (distance < _NEAR and not is_ahead):
        return None
    speed = 0.0
    if is_ahead:
        arc = _TURN_MARGIN * able.turn_rate * distance / max(2.0 * abs(math.sin(bearing)), 1e-6)
        speed = min(top, arc, max(_CRAWL, math.sqrt(2.0 * _DECELERATION * distance)))
    if abs(bearing) < _AIMED or not able.turns_in_place:
        speed = max(speed, min(top, able.slowest_turn))
    rate = min(able.turn_rate, _AIM * abs(bearing))
    return Velocity(min(speed, able.forward), math.copysign(rate, bearing))
