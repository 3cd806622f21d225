# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The walked line: a frame (x, y [m], heading [rad]) that follows velocity commands.

The envelope of commands is here and nowhere else: `Velocity.limited` and the constants it uses.
"""

import dataclasses
from typing import NamedTuple

import numpy as np

from kinesis_ros.core.compiled import njit

TOP_SPEED = 3.5  # [m/s] forward
TOP_WALKING = 1.9  # [m/s] a slower body walks; it runs above `LEAST_RUNNING`
LEAST_RUNNING = 1.95  # [m/s] between the two it keeps the gait that it has
TOP_BACKWARD = 0.8  # [m/s]
TOP_SIDEWAYS = 0.5  # [m/s] up to `SIDEWAYS_FULL` forward or backward, less beyond
TOP_TURN_RATE = 1.6  # [rad/s] on the spot
SIDEWAYS_FULL, SIDEWAYS_NONE = 0.6, 1.8  # [m/s] forward speeds between which it fades

_ACCELERATION = 1.0  # [m/s^2], more for runs: they take as long as the start of a walk
_BACKWARD_ACCELERATION = 0.5  # [m/s^2]
_BRAKING = 1.2  # [m/s^2], more from fast runs
_SPEEDING_TIME = 1.75  # [s] at most from standing to any speed
_SIDEWAYS_ACCELERATION = 1.0  # [m/s^2]
_TURN_ACCELERATION = 2.5  # [rad/s^2]
_TOP_CENTRIPETAL = (1.3, 2.0)  # [m/s^2] speed times turn rate, of walking and of the top speed
_PREDICTION_STEPS = 8


@njit(cache=True, nogil=True)
def most_sideways(speed: float) -> float:
    """Largest lateral speed [m/s] at a forward speed [m/s]."""
    fade = (SIDEWAYS_NONE - abs(speed)) / (SIDEWAYS_NONE - SIDEWAYS_FULL)
    return TOP_SIDEWAYS * min(max(fade, 0.0), 1.0)


@njit(cache=True, nogil=True)
def most_turning(speed: float, lateral: float) -> float:
    """Largest turn rate [rad/s] at a velocity [m/s]: runners lean into bends more than walkers."""
    walking, fastest = _TOP_CENTRIPETAL
    haste = max(0.0, (speed - TOP_WALKING) / (TOP_SPEED - TOP_WALKING))
    centripetal = walking + (fastest - walking) * haste
    return min(TOP_TURN_RATE, centripetal / max(np.hypot(speed, lateral), 1e-6))


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
        aside = most_sideways(speed)
        lateral = min(max(self.lateral, -aside), aside)
        turning = most_turning(speed, lateral)
        return Velocity(speed, min(max(self.turn_rate, -turning), turning), lateral)

    @property
    def still(self) -> bool:
        """Whether this is standing."""
        return abs(self.speed) < 0.02 and abs(self.turn_rate) < 0.02 and abs(self.lateral) < 0.02


STILL = Velocity()


@dataclasses.dataclass(frozen=True)
class Walked:
    """Where a generated motion is.

    Attributes:
        line: (3,) x, y [m] and heading [rad] of the path, without the sway of the gait.
        velocity: of the path.
        stands: whether it stands still.
        phase: of the gait cycle, 0 to 1; the right foot touches down at 0.
    """

    line: np.ndarray
    velocity: Velocity
    stands: bool
    phase: float = 0.0


@njit(cache=True, nogil=True)
def _towards(now: float, wanted: float, faster: float, slower: float) -> float:
    """`wanted`, or as near to it as a change by `faster` (away from zero) or `slower` gets."""
    speeding = abs(wanted) > abs(now) and wanted * now >= 0.0
    most = faster if speeding else slower
    return now + min(max(wanted - now, -most), most)


@njit(cache=True, nogil=True)
def approach(velocity: Velocity, command: Velocity, time: float) -> Velocity:
    """Velocity after `time` [s] of going for the command, within the envelope all the way."""
    usual = _ACCELERATION if command.speed > 0.0 else _BACKWARD_ACCELERATION
    faster = max(usual, abs(command.speed) / _SPEEDING_TIME) * time
    slower = max(_BRAKING, abs(velocity.speed) / _SPEEDING_TIME) * time
    speed = _towards(velocity.speed, command.speed, faster, slower)
    most, change = most_sideways(speed), _SIDEWAYS_ACCELERATION * time
    lateral = _towards(velocity.lateral, min(max(command.lateral, -most), most), change, change)
    most, change = most_turning(speed, lateral), _TURN_ACCELERATION * time
    turn_rate = min(max(command.turn_rate, -most), most)
    return Velocity(speed, _towards(velocity.turn_rate, turn_rate, change, change), lateral)


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
