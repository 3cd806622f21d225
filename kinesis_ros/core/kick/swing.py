# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The learned swing of the kicking leg, and where its foot meets the ball."""

import math

import numpy as np
from scipy.interpolate import CubicSpline

from kinesis_ros.core.body import RIGHT
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.kick.ball_contact import BallContact
from kinesis_ros.core.kick.stand import KickStance
from kinesis_ros.core.kick.style import KickStyle
from kinesis_ros.core.kick.timeline import Timeline
from kinesis_ros.core.leg.kinematics import lowest_point
from kinesis_ros.core.maths import rotations

CLEARANCE = 0.055  # [m] of the kicking foot from the floor when it meets the ball
# The foot swings past its hip and turns while it pushes: a ball that is met squarely goes so far to
# its outside, measured with the ball of the penalty scene.
_SLICE = math.radians(5.7)


class Swing:
    """How pelvis and kicking leg move, as learned.

    Args:
        style: what was learned.
        sway: share of the learned inclination of the pelvis.
        times: when the leg swings.
        stand: the body.

    Attributes:
        foot_at_ball: (3,) of the calcaneus from the ball, along the kick, when they meet [m].
    """

    def __init__(self, style: KickStyle, sway: float, times: Timeline, stand: KickStance) -> None:
        swing = style.swing.copy()
        swing[:, :3] *= sway
        self._curve = CubicSpline(np.linspace(0.0, 2.0, len(swing)), swing)
        self._times = times
        self.foot_at_ball = self._meeting(stand)

    def phase(self, frame: np.ndarray) -> np.ndarray:
        """Time of the swing at frames: 0 leaving the floor, 1 at the ball, 2 landing."""
        t = self._times
        return np.interp(frame, (t.leave, t.ball, t.land), (0.0, 1.0, 2.0))

    def pelvis(self, frame: np.ndarray) -> np.ndarray:
        """Yaw, pitch and roll at frames, (frames, 3) [rad]."""
        return self._curve(self.phase(frame))[:, :3]

    def leg(self, frame: np.ndarray) -> np.ndarray:
        """Joints of the kicking leg at frames, (frames, 7) [rad]."""
        return self._curve(self.phase(frame))[:, 3:]

    def _meeting(self, stand: KickStance) -> np.ndarray:
        swung = self._curve(1.0)
        state = stand.state()
        state[ks.QUATERNION] = rotations.from_euler(*swung[:3])
        state[ks.JOINT_POSITION][:7] = swung[3:]
        foot = stand.feet_of(state)[RIGHT]
        state[ks.Z] += CLEARANCE - lowest_point(stand.model.legs[RIGHT], foot)
        height = stand.feet_of(state)[RIGHT][2]
        place = BallContact().place(state, _SLICE)
        return np.array([-place[0], -place[1], height])
