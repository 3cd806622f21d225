# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The body that kicks, as it stands before and after."""

import numpy as np

from kinesis_ros.core.body import LEFT, RIGHT, Kinematics
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.gait import Gaits, PostureModel
from kinesis_ros.core.kick.balance import standing_centre
from kinesis_ros.core.leg.foot_rolling import footprint_of
from kinesis_ros.core.leg.kinematics import foot_pose
from kinesis_ros.core.maths import rotations


class KickStance:
    """Where feet and centre of mass are.

    Args:
        gaits: how the body stands.

    Attributes:
        kinematics: of the body.
        model: of its postures.
        prints: footprints (2, 3) of a body that stands at the origin.
        width: between the feet [m].
    """

    def __init__(self, gaits: Gaits) -> None:
        self.kinematics = Kinematics()
        self.model = PostureModel(gaits, self.kinematics.body)
        self.prints = self.model.standing.feet[:, [0, 1, 3]]
        self.width = float(self.prints[LEFT, 1] - self.prints[RIGHT, 1])

    def state(self) -> np.ndarray:
        """Standing at the origin, (STATE_SIZE,)."""
        standing = self.model.standing
        state = np.zeros(ks.STATE_SIZE)
        state[ks.POSITION], state[ks.QW] = standing.position, 1.0
        state[ks.JOINT_POSITION] = standing.joints.reshape(-1)
        return state

    def centre(self, state: np.ndarray | None = None) -> np.ndarray:
        """Centre of mass (3,) of a body that stands in `state`, by default at the origin."""
        return standing_centre(self.kinematics, self.state() if state is None else state)

    def feet_of(self, state: np.ndarray) -> list[np.ndarray]:
        """Poses (7,) of the right and the left foot."""
        rotation = rotations.matrix(state[ks.QUATERNION])
        joints = state[ks.JOINT_POSITION].reshape(2, -1)
        return [
            foot_pose(leg, state[ks.POSITION], rotation, q)
            for leg, q in zip(self.model.legs, joints, strict=True)
        ]

    def prints_of(self, state: np.ndarray) -> list[np.ndarray]:
        """Footprints (3,) of the right and the left foot."""
        poses = self.feet_of(state)
        return [footprint_of(leg, p) for leg, p in zip(self.model.legs, poses, strict=True)]
