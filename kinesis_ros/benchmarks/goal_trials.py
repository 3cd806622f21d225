# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Trials of goals: from standing, a goal, and what the body makes of it, without ROS."""

import math
from typing import Protocol

import numpy as np

from kinesis_ros.core.body import CONTROL_RATE
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.maths import rotations
from kinesis_ros.core.rollout import GoalReference, Rollout


class Walker(Protocol):
    """What carries out the goals of `reference`."""

    reference: GoalReference
    fell: bool

    def reset(self) -> None:
        """Stand at the origin, facing x, without a goal."""
        ...

    def step(self) -> np.ndarray:
        """State (STATE_SIZE,) one control step later."""
        ...


class BodyWalker:
    """A muscle-driven body.

    Args:
        rollout: with a `GoalReference`.
    """

    def __init__(self, rollout: Rollout) -> None:
        if not isinstance(rollout.reference, GoalReference):
            raise TypeError("the rollout has to follow goals")
        self.reference = rollout.reference
        self._rollout = rollout

    @property
    def fell(self) -> bool:
        """Whether it has fallen since the last reset."""
        return self._rollout.fell_at is not None

    def reset(self) -> None:
        """Stand at the origin, facing x, without a goal."""
        self._rollout.reset()

    def step(self) -> np.ndarray:
        """State (STATE_SIZE,) one control step later."""
        return self._rollout.step().state


class Track:
    """What a walker did since it stood at the origin, facing x."""

    _MOVING = 0.2  # [m/s]
    _STILL = 0.2  # [m/s] in the mean of the last half second: a standing body sways

    def __init__(self) -> None:
        self._states: list[np.ndarray] = []

    def add(self, state: np.ndarray) -> None:
        """Note the state after one more control step."""
        self._states.append(state)

    @property
    def place(self) -> np.ndarray:
        """Where it is, (2,) forward and left [m]."""
        return self._states[-1][ks.GROUND_POSITION]

    @property
    def heading(self) -> float:
        """Turned since the start, winding [rad]."""
        headings = [float(rotations.heading(state[ks.QUATERNION])) for state in self._states]
        return float(np.unwrap([0.0, *headings])[-1])

    @property
    def mean_speed(self) -> float:
        """Mean of the horizontal speed while it moved [m/s]; 0: it never did."""
        speeds = np.array([math.hypot(*state[ks.GROUND_VELOCITY]) for state in self._states])
        moving = speeds[speeds > self._MOVING]
        return float(moving.mean()) if len(moving) else 0.0

    @property
    def stopped(self) -> bool:
        """Whether it stands."""
        last = self._states[-round(0.5 * CONTROL_RATE) :]
        way = np.hypot(*(last[-1][:2] - last[0][:2]))
        return bool(way / (max(len(last) - 1, 1) / CONTROL_RATE) < self._STILL)
