# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The way of the pelvis during a kick, and the joints that the legs are near."""

import dataclasses

import numpy as np
from scipy.interpolate import CubicSpline

from kinesis_ros.core.body import RIGHT
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.gait import Posture
from kinesis_ros.core.kick.balance import Balancer
from kinesis_ros.core.kick.stand import KickStance
from kinesis_ros.core.kick.support import Footprints
from kinesis_ros.core.kick.swing import Swing
from kinesis_ros.core.kick.timeline import Timeline
from kinesis_ros.core.leg.kinematics import euler_angles
from kinesis_ros.core.maths import quintic_step, rotations

_DEEPER = 0.05  # [m] that the pelvis sinks until the ball is met


@dataclasses.dataclass(frozen=True)
class PelvisPath:
    """Pelvis and wanted joints of all frames, along the direction of the kick.

    Attributes:
        position: (frames, 3) [m].
        angles: (frames, 3) yaw, pitch, roll [rad].
        joints: (frames, 2, 7) of the right and the left leg [rad].
    """

    position: np.ndarray
    angles: np.ndarray
    joints: np.ndarray

    def posture(self, frame: int) -> Posture:
        """Of one frame, its feet not placed yet."""
        joints = self.joints[frame]
        return Posture(self.position[frame], self.angles[frame], joints, np.zeros((2, 7)))

    def shifted(self, shift: np.ndarray) -> "PelvisPath":
        """The same way, shifted horizontally by (frames, 2) [m]."""
        position = self.position.copy()
        position[:, :2] += shift
        return dataclasses.replace(self, position=position)


class PelvisPlanner:
    """Makes the first guess of the way, as if the body were an inverted pendulum.

    Args:
        times: when things happen.
        stand: the body.
        swing: as learned.
        balancer: of the body.
    """

    def __init__(
        self, times: Timeline, stand: KickStance, swing: Swing, balancer: Balancer
    ) -> None:
        self._times, self._stand, self._swing = times, stand, swing
        self._balancer = balancer

    def plan(self, start: np.ndarray, prints: Footprints, support: np.ndarray) -> PelvisPath:
        """Plan a way.

        Args:
            start: (STATE_SIZE,) standing.
            prints: that the feet go to.
            support: (frames, 2) where the floor has to push [m].
        """
        t, frames = self._times, self._times.frames
        begin = start[ks.POSITION][:2]
        end = prints.landing[:2] - self._stand.prints[RIGHT, :2]
        way = quintic_step((frames - t.lift) / (t.join - t.lift))[:, None]
        plain = begin + way * (end - begin)
        to_centre = self._stand.centre(start)[:2] - begin
        position = np.empty((len(frames), 3))
        position[:, :2] = plain + self._balancer.correction(plain + to_centre, support)
        deep = CubicSpline((0, t.ball, t.end), (0.0, _DEEPER, 0.0), bc_type="clamped")(frames)
        position[:, 2] = self._stand.model.standing.position[2] - deep
        return PelvisPath(position, self._angles(start), self._joints(start))

    def _angles(self, start: np.ndarray) -> np.ndarray:
        t = self._times
        swinging = np.arange(t.leave, t.land + 1, 3)
        first = euler_angles(rotations.matrix(start[ks.QUATERNION]))
        knots = np.concatenate([[0, t.lift], swinging, [t.join, t.end]])
        values = np.concatenate([[first, first], self._swing.pelvis(swinging), np.zeros((2, 3))])
        return CubicSpline(knots, values, bc_type="clamped")(t.frames)

    def _joints(self, start: np.ndarray) -> np.ndarray:
        t, frames = self._times, self._times.frames
        first = start[ks.JOINT_POSITION].reshape(2, -1)
        last = self._stand.model.standing.joints
        share = (frames / frames[-1])[:, None, None]
        joints = (1.0 - share) * first + share * last
        inside = (frames >= t.leave) & (frames <= t.land)
        joints[inside, RIGHT] = self._swing.leg(frames[inside])
        return joints
