# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Plans kicks: feet, pelvis and balance together."""

import dataclasses
import functools
import math
from typing import Self

import numpy as np

from kinesis_ros.core.body import CONTROL_RATE, LEFT, RIGHT, states_from_motion
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.gait import Gaits
from kinesis_ros.core.kick.balance import Balancer, zero_moment_points
from kinesis_ros.core.kick.config import KickConfig
from kinesis_ros.core.kick.feet import FootPlanner
from kinesis_ros.core.kick.pelvis import PelvisPath, PelvisPlanner
from kinesis_ros.core.kick.stand import KickStance
from kinesis_ros.core.kick.style import KickStyle
from kinesis_ros.core.kick.support import Footprints, beside_ball, support_points
from kinesis_ros.core.kick.swing import Swing
from kinesis_ros.core.kick.timeline import Timeline
from kinesis_ros.core.maths import rotations

_REFINEMENTS = 1


@dataclasses.dataclass(frozen=True)
class PlannedKick:
    """A planned kick.

    Attributes:
        states: (frames, STATE_SIZE) at the control rate; the first is the one it began from.
        ball_frame: in which the foot meets the ball.
    """

    states: np.ndarray
    ball_frame: int


class KickPlanner:
    """Plans kicks.

    Args:
        style: what was learned.
        gaits: how the body stands.
        config: options.
    """

    def __init__(self, style: KickStyle, gaits: Gaits, config: KickConfig | None = None) -> None:
        self.config = config or KickConfig()
        self._style, self._stand = style, KickStance(gaits)
        self._times = Timeline.of(style, self.config.foot_speed)
        self._balancer = Balancer(self._times.end + 1, float(self._stand.centre()[2]))
        swing = Swing(style, self.config.sway, self._times, self._stand)
        self._pelvis = PelvisPlanner(self._times, self._stand, swing, self._balancer)
        self._feet = FootPlanner(self._times, self._stand.model, swing)

    @classmethod
    def load(cls, config: KickConfig | None = None) -> Self:
        """With the style and the gaits that come along.

        Raises:
            KickStyleError: the file cannot be used.
            GaitError: likewise.
        """
        return cls(KickStyle.load(), Gaits.load(), config)

    def stance(self, ball: np.ndarray, aim: float, side: int = RIGHT) -> np.ndarray:
        """Where to stand before the kick: x, y [m] and heading [rad], (3,).

        Args:
            ball: (2,) on the floor [m].
            aim: direction of the kick [rad].
            side: foot that kicks.
        """
        plant = beside_ball(self._style, self.config)
        x = plant[0] - self.config.stride - self._stand.prints[LEFT, 0]
        y = (plant[1] - self._stand.prints[LEFT, 1]) * (1.0 if side == RIGHT else -1.0)
        c, s = math.cos(aim), math.sin(aim)
        return np.array([ball[0] + c * x - s * y, ball[1] + s * x + c * y, aim])

    def plan(
        self, start: np.ndarray, ball: np.ndarray, aim: float, side: int = RIGHT
    ) -> PlannedKick:
        """Plan a kick from standing.

        Args:
            start: (STATE_SIZE,) standing near the `stance`.
            ball: (2,) on the floor [m].
            aim: direction of the kick [rad].
            side: foot that kicks.
        """
        here = ks.transform(start, 0.0, np.array([-ball[0], -ball[1], 0.0]))
        here = ks.transform(here, -aim, np.zeros(3))
        if side == LEFT:
            here = ks.mirror(here)
        states = self._plan(here)
        if side == LEFT:
            states = ks.mirror(states)
        states = ks.transform(states, aim, np.array([ball[0], ball[1], 0.0]))
        return PlannedKick(states, self._times.ball)

    def _plan(self, start: np.ndarray) -> np.ndarray:
        """States of a kick with the right foot; the ball is at the origin, the aim along x."""
        prints = Footprints.of(start, self._stand, self._style, self.config)
        wanted = support_points(start, prints, self._times, self._stand)
        path = self._pelvis.plan(start, prints, wanted)
        states = self._states(path, prints)
        for _ in range(_REFINEMENTS):
            error = wanted - zero_moment_points(self._stand.kinematics, states)
            path = path.shifted(self._balancer.shift(error))
            states = self._states(path, prints)
        return states

    def _states(self, path: PelvisPath, prints: Footprints) -> np.ndarray:
        """States (frames, STATE_SIZE) of the body with its pelvis on a path."""
        model, feet = self._stand.model, self._feet.plan(path, prints)
        postures = [model.fit_legs(path.posture(i), feet[i]) for i in range(len(feet))]
        return states_from_motion(
            self._stand.kinematics,
            np.array([posture.position for posture in postures]),
            np.array([rotations.from_euler(*posture.angles) for posture in postures]),
            np.array([posture.joints.reshape(-1) for posture in postures]),
            CONTROL_RATE,
        )


@functools.cache
def default_planner() -> KickPlanner:
    """The planner of the shipped kick."""
    return KickPlanner.load()
