# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""From a generated motion to the reference that the policy tracks, kept near the body."""

import dataclasses
from typing import Protocol

import numpy as np

from kinesis_ros.core import kinematic_state as ks
from kinesis_ros.core import rotations
from kinesis_ros.core.observation import WINDOW

PLANNED = WINDOW + 1  # frames of a reference: the policy is one frame in when it acts on it

_LONGEST_GAP = 30  # missed control steps after which the motion begins anew, a second


class Generator(Protocol):
    """What the planner needs of `core.generator.MotionGenerator`."""

    def reset(self, position: tuple[float, float], heading: float) -> None:
        """Stand at `position` [m], facing `heading` [rad], with the command to stand."""
        ...

    def command(self, speed: float, turn_rate: float) -> None:
        """Want a speed [m/s] and a turn rate [rad/s] from now on."""
        ...

    def advance(self) -> np.ndarray:
        """Go on to the next frame."""
        ...

    def window(self, frames: int) -> np.ndarray:
        """The present frame and the ones that follow, (frames, STATE_SIZE)."""
        ...


@dataclasses.dataclass(frozen=True)
class PlannerConfig:
    """When the reference is carried to the body.

    Attributes:
        drift_limit: horizontal distance between body and reference [m].
        turn_limit: difference of their headings [rad].
    """

    drift_limit: float = 0.4
    turn_limit: float = 0.7

    def __post_init__(self) -> None:
        if not (self.drift_limit > 0.0 and self.turn_limit > 0.0):
            raise ValueError("drift_limit and turn_limit must be positive")


class ReferencePlanner:
    """Runs the generator on the body's clock and hands out the frames that lie ahead.

    The loop is closed where it has to be: a body that was put somewhere starts a new motion
    there, and a reference that has drifted from the body is carried to it, so that a body that
    walks slower than its reference is led, not left behind.

    Args:
        generator: of motion.
        config: options.
    """

    def __init__(self, generator: Generator, config: PlannerConfig | None = None) -> None:
        self.config = config or PlannerConfig()
        self.carried = 0  # times that the reference was carried to the body
        self._generator = generator
        self._command = (0.0, 0.0)
        self._tick: int | None = None
        self._angle = 0.0
        self._shift = np.zeros(3)

    def command(self, speed: float, turn_rate: float) -> None:
        """Want a speed [m/s] and a turn rate [rad/s] from now on."""
        self._command = (speed, turn_rate)
        self._generator.command(speed, turn_rate)

    def follow(self, tick: int, state: np.ndarray, *, just_placed: bool) -> np.ndarray:
        """Plan the reference that answers a state.

        Args:
            tick: control step of the state.
            state: (STATE_SIZE,) of the body.
            just_placed: the body has been put there and is at rest.

        Returns:
            (PLANNED, STATE_SIZE) frames, the first one is for `tick`.
        """
        gap = None if self._tick is None else tick - self._tick
        if gap is None or (just_placed and gap != 0) or not 0 <= gap <= _LONGEST_GAP:
            self._start(state)
        else:
            for _ in range(gap):
                self._generator.advance()
        self._tick = tick
        frames = self._generator.window(PLANNED)
        self._carry(frames[0], state)
        return ks.transform(frames, self._angle, self._shift)

    def _start(self, state: np.ndarray) -> None:
        """Begin a new motion from standing where the body is."""
        place = (float(state[0]), float(state[1]))
        self._generator.reset(place, float(rotations.heading(state[ks.QUATERNION])))
        self._generator.command(*self._command)
        self._angle, self._shift = 0.0, np.zeros(3)

    def _carry(self, first: np.ndarray, state: np.ndarray) -> None:
        """Put the reference's first frame on the body when it is too far off."""
        here = ks.transform(first, self._angle, self._shift)
        turn = rotations.heading(state[ks.QUATERNION]) - rotations.heading(here[ks.QUATERNION])
        turn = float(rotations.wrap(turn))
        far = np.linalg.norm(state[:2] - here[:2]) > self.config.drift_limit
        if not far and abs(turn) <= self.config.turn_limit:
            return
        self.carried += 1
        if abs(turn) > self.config.turn_limit:
            self._angle += turn
        turned = ks.transform(first, self._angle, np.zeros(3))
        self._shift = np.array([state[0] - turned[0], state[1] - turned[1], 0.0])
