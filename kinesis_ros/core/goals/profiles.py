# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Speeds that come to rest, or to another speed, exactly where they should."""

import math

DECELERATION = 0.8  # [m/s^2] less than the generator brakes, so that it can follow
TURN_DECELERATION = 1.5  # [rad/s^2]
_CRAWL = 0.12  # [m/s] the last centimetres are walked at this speed
_CREEP = 0.12  # [rad/s]


def braking(way: float, top: float, end: float = 0.0) -> float:
    """Speed [m/s] with `way` [m] left, so that at its end the speed is `end`."""
    return min(top, max(math.sqrt(end**2 + 2.0 * DECELERATION * max(way, 0.0)), _CRAWL))


def unwinding(angle: float, top: float) -> float:
    """Turn rate [rad/s], not negative, with `angle` [rad] left to turn."""
    return min(top, max(math.sqrt(2.0 * TURN_DECELERATION * max(angle, 0.0)), _CREEP))
