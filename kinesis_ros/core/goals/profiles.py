# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""When to let go: a walker comes to rest by one command to stand, given in time.

One command is better than a speed that fades step by step: it is how people stop, and what
policies are trained on.
"""

import math

import numpy as np

from kinesis_ros.core.gait import Velocity
from kinesis_ros.core.gait.walked_line import STILL, predict

_HORIZON = 2.0  # [s] within which every walk comes to rest
_DECIDED = 1.0 / 15.0  # [s] of frames that a command no longer changes


def rest_of(line: np.ndarray, velocity: Velocity) -> np.ndarray:
    """Where a walker comes to rest that is told to stand now.

    Args:
        line: (3,) x, y [m] and heading [rad] of its path.
        velocity: of the path.

    Returns:
        (3,) x, y [m] and heading [rad].
    """
    line, velocity = predict(line, velocity, velocity, _DECIDED)
    return predict(line, velocity, STILL, _horizon(velocity))[0]


def _horizon(velocity: Velocity) -> float:
    """Time [s] that is enough to come to rest; short ones are predicted more finely."""
    size = max(abs(velocity.speed), abs(velocity.lateral), abs(velocity.turn_rate) / 2.0)
    return min(_HORIZON, max(0.1, 1.1 * size))


def turn_to_come(velocity: Velocity) -> float:
    """How far a walker still turns that is told to stand now [rad]."""
    return float(rest_of(np.zeros(3), velocity)[2])


def way_to_come(velocity: Velocity) -> float:
    """How far a walker still goes that is told to stand now [m]."""
    return math.hypot(*rest_of(np.zeros(3), velocity)[:2])
