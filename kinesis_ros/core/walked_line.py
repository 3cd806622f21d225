# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The walked line: a frame (x, y [m], heading [rad]) that follows speed and turn rate commands."""

import dataclasses

import numpy as np

TOP_SPEED = 1.6  # [m/s]

_ACCELERATION = 1.0  # [m/s^2]
_BRAKING = 1.2  # [m/s^2]
_TURN_ACCELERATION = 2.5  # [rad/s^2]
_TOP_TURN_RATE = 1.6  # [rad/s] on the spot
_TOP_LATERAL = 1.3  # [m/s^2] speed times turn rate
_PREDICTION_STEPS = 8


@dataclasses.dataclass(frozen=True)
class Command:
    """What to do: speed [m/s] along the line and turn rate [rad/s], left positive."""

    speed: float = 0.0
    turn_rate: float = 0.0

    def limited(self) -> "Command":
        """The command within what a walker can do."""
        speed = min(max(self.speed, 0.0), TOP_SPEED)
        most = min(_TOP_TURN_RATE, _TOP_LATERAL / max(speed, 1e-6))
        return Command(speed, min(max(self.turn_rate, -most), most))

    @property
    def still(self) -> bool:
        """Whether this is a command to stand."""
        return abs(self.speed) < 0.02 and abs(self.turn_rate) < 0.02


def approach(speed: float, turn_rate: float, command: Command, time: float) -> tuple[float, float]:
    """Speed and turn rate after `time` [s] of going for the command."""
    faster = min(command.speed, speed + _ACCELERATION * time)
    slower = max(command.speed, speed - _BRAKING * time)
    most = _TURN_ACCELERATION * time
    change = min(max(command.turn_rate - turn_rate, -most), most)
    return (faster if command.speed > speed else slower), turn_rate + change


def advance_line(
    line: np.ndarray, speeds: tuple[float, float], turn_rates: tuple[float, float], time: float
) -> np.ndarray:
    """The line (3,) `time` [s] later, between the first and the second speed and turn rate."""
    turn = 0.5 * (turn_rates[0] + turn_rates[1]) * time
    way = 0.5 * (speeds[0] + speeds[1]) * time
    middle = line[2] + 0.5 * turn
    return line + np.array([way * np.cos(middle), way * np.sin(middle), turn])


def predict(
    line: np.ndarray, speed: float, turn_rate: float, command: Command, time: float
) -> tuple[np.ndarray, float, float]:
    """Line (3,), speed and turn rate after `time` [s] of going for the command."""
    dt = time / _PREDICTION_STEPS
    for _ in range(_PREDICTION_STEPS):
        new_speed, new_turn_rate = approach(speed, turn_rate, command, dt)
        line = advance_line(line, (speed, new_speed), (turn_rate, new_turn_rate), dt)
        speed, turn_rate = new_speed, new_turn_rate
    return line, speed, turn_rate


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


def relative(line: np.ndarray, place: np.ndarray) -> np.ndarray:
    """A place (x, y, yaw) of the world in the path's frame, the inverse of `compose`."""
    c, s = np.cos(line[2]), np.sin(line[2])
    dx, dy = place[0] - line[0], place[1] - line[1]
    return np.array([c * dx + s * dy, -s * dx + c * dy, place[2] - line[2]])
