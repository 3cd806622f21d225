# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The walked line: a frame (x, y [m], heading [rad]) that follows velocity commands.

The envelope of commands is here and nowhere else: `Velocity.limited` and the constants it uses.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

TOP_SPEED = 1.6  # [m/s] forward
TOP_BACKWARD = 0.8  # [m/s]
TOP_SIDEWAYS = 0.5  # [m/s] up to `SIDEWAYS_FULL` forward or backward, less beyond
TOP_TURN_RATE = 1.6  # [rad/s] on the spot
SIDEWAYS_FULL, SIDEWAYS_NONE = 0.6, 1.8  # [m/s] forward speeds between which it fades

_ACCELERATION = 1.0  # [m/s^2]
_BRAKING = 1.2  # [m/s^2]
_SIDEWAYS_ACCELERATION = 1.0  # [m/s^2]
_TURN_ACCELERATION = 2.5  # [rad/s^2]
_TOP_CENTRIPETAL = 1.3  # [m/s^2] speed times turn rate
_PREDICTION_STEPS = 8


class Velocity(NamedTuple):
    """Velocity of the line in its own frame, wanted or actual.

    Attributes:
        speed: along the heading [m/s], backward negative.
        turn_rate: [rad/s], left positive.
        lateral: across the heading [m/s], left positive.
    """

    speed: float = 0.0
    turn_rate: float = 0.0
    lateral: float = 0.0

    def limited(self) -> "Velocity":
        """The nearest velocity within the envelope of what the generator does."""
        speed = min(max(self.speed, -TOP_BACKWARD), TOP_SPEED)
        fade = (SIDEWAYS_NONE - abs(speed)) / (SIDEWAYS_NONE - SIDEWAYS_FULL)
        aside = TOP_SIDEWAYS * min(max(fade, 0.0), 1.0)
        lateral = min(max(self.lateral, -aside), aside)
        most = min(TOP_TURN_RATE, _TOP_CENTRIPETAL / max(np.hypot(speed, lateral), 1e-6))
        return Velocity(speed, min(max(self.turn_rate, -most), most), lateral)

    @property
    def still(self) -> bool:
        """Whether this is standing."""
        return abs(self.speed) < 0.02 and abs(self.turn_rate) < 0.02 and abs(self.lateral) < 0.02


STILL = Velocity()


@njit(cache=True, nogil=True)
def _towards(now: float, wanted: float, faster: float, slower: float) -> float:
    """`wanted`, or as near to it as a change by `faster` (away from zero) or `slower` gets."""
    speeding = abs(wanted) > abs(now) and wanted * now >= 0.0
    most = faster if speeding else slower
    return now + min(max(wanted - now, -most), most)


@njit(cache=True, nogil=True)
def approach(velocity: Velocity, command: Velocity, time: float) -> Velocity:
    """Velocity after `time` [s] of going for the command."""
    turning, aside = _TURN_ACCELERATION * time, _SIDEWAYS_ACCELERATION * time
    return Velocity(
        _towards(velocity.speed, command.speed, _ACCELERATION * time, _BRAKING * time),
        _towards(velocity.turn_rate, command.turn_rate, turning, turning),
        _towards(velocity.lateral, command.lateral, aside, aside),
    )


@njit(cache=True, nogil=True)
def advance_line(line: np.ndarray, start: Velocity, end: Velocity, time: float) -> np.ndarray:
    """The line (3,) `time` [s] later, between the first and the second velocity."""
    turn = 0.5 * (start.turn_rate + end.turn_rate) * time
    along = 0.5 * (start.speed + end.speed) * time
    aside = 0.5 * (start.lateral + end.lateral) * time
    middle = line[2] + 0.5 * turn
    c, s = np.cos(middle), np.sin(middle)
    return line + np.array([c * along - s * aside, s * along + c * aside, turn])


@njit(cache=True, nogil=True)
def predict(
    line: np.ndarray, velocity: Velocity, command: Velocity, time: float
) -> tuple[np.ndarray, Velocity]:
    """Line (3,) and velocity after `time` [s] of going for the command."""
    dt = time / _PREDICTION_STEPS
    for _ in range(_PREDICTION_STEPS):
        new = approach(velocity, command, dt)
        line = advance_line(line, velocity, new, dt)
        velocity = new
    return line, velocity


@njit(cache=True, nogil=True)
def compose(line: np.ndarray, place: np.ndarray) -> np.ndarray:
    """A place (x, y, yaw) of the path's frame in the world."""
    c, s = np.cos(line[2]), np.sin(line[2])
    return np.array(
        [
            line[0] + c * place[0] - s * place[1],
            line[1] + s * place[0] + c * place[1],
            line[2] + place[2],
        ]
    )


@njit(cache=True, nogil=True)
def relative(line: np.ndarray, place: np.ndarray) -> np.ndarray:
    """A place (x, y, yaw) of the world in the path's frame, the inverse of `compose`."""
    c, s = np.cos(line[2]), np.sin(line[2])
    dx, dy = place[0] - line[0], place[1] - line[1]
    return np.array([c * dx + s * dy, -s * dx + c * dy, place[2] - line[2]])
