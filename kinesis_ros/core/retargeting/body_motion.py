# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""A motion of the model itself, and where its soles are."""

import dataclasses

import mujoco
import numpy as np
from scipy.spatial.transform import Rotation

from kinesis_ros.core.body import CONTROL_RATE, SIDES, Kinematics
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.retargeting.leg_chain import LegChain, LegPose

_CALCN, _TOES = 3, 4


@dataclasses.dataclass(frozen=True)
class BodyMotion:
    """Root motion and joint angles of the model, before velocities are added.

    Attributes:
        rate: frames per second [Hz].
        position: (frames, 3) pelvis in the world [m].
        pelvis: (frames, 3, 3) base_link to world.
        angles: (frames, 14) `LEG_JOINTS` [rad].
        wanted: (frames, 14) what the source asks for, before limits and fitting [rad].
        lean: (frames,) how far the trunk leans forward [rad].
        sized: the root's path is in proportion to the legs.
    """

    rate: float
    position: np.ndarray
    pelvis: np.ndarray
    angles: np.ndarray
    wanted: np.ndarray
    lean: np.ndarray
    sized: bool = True

    @classmethod
    def of(cls, states: np.ndarray) -> "BodyMotion":
        """The motion of kinematic states (frames, STATE_SIZE) at the control rate."""
        angles = states[:, ks.JOINT_POSITION]
        pelvis = Rotation.from_quat(states[:, ks.QUATERNION], scalar_first=True).as_matrix()
        lean = np.zeros(len(states))
        return cls(CONTROL_RATE, states[:, ks.POSITION], pelvis, angles, angles, lean)

    def world(self, points_b: np.ndarray) -> np.ndarray:
        """Points (frames, n, 3) of base_link in the world."""
        return self.position[:, None] + np.einsum("fij,fnj->fni", self.pelvis, points_b)


@dataclasses.dataclass(frozen=True)
class _Capsule:
    link: int  # index into the leg chain's links
    ends: np.ndarray  # (2, 3) centres of the end spheres in the link
    radius: float


class Legs:
    """Both leg chains of a body with the capsules of their soles."""

    def __init__(self, kinematics: Kinematics) -> None:
        body = kinematics.body
        self.chains = tuple(LegChain(body, side) for side in SIDES)
        self._soles = tuple(_capsules(body.model, side) for side in SIDES)

    def poses(self, motion: BodyMotion) -> tuple[LegPose, LegPose]:
        """Links of the right and left leg in base_link."""
        right, left = (chain.pose(motion.angles[:, chain.columns]) for chain in self.chains)
        return right, left

    def sole_points(self, motion: BodyMotion) -> np.ndarray:
        """Lowest points of the soles in the world, (2, frames, points, 3).

        The points are the ends of the sole's capsules, lowered by their radius; those of the
        heel come first, then those of the toes.
        """
        sides = []
        for pose, capsules in zip(self.poses(motion), self._soles, strict=True):
            points = [
                pose.position[:, None, c.link]
                + np.einsum("fij,nj->fni", pose.rotation[:, c.link], c.ends)
                for c in capsules
            ]
            world = motion.world(np.concatenate(points, axis=1))
            world[..., 2] -= np.repeat([c.radius for c in capsules], 2)
            sides.append(world)
        return np.array(sides)

    @property
    def heel_points(self) -> int:
        """How many of `sole_points` belong to the heel bone rather than to the toes."""
        return 2 * sum(c.link == _CALCN for c in self._soles[0])


def _capsules(model: mujoco.MjModel, side: str) -> tuple[_Capsule, ...]:
    found = []
    for link, name in ((_CALCN, "calcn"), (_TOES, "toes")):
        body = model.body(f"{name}_{side}")
        for geom in range(int(body.geomadr[0]), int(body.geomadr[0] + body.geomnum[0])):
            collides = model.geom_contype[geom] or model.geom_conaffinity[geom]
            if not collides or model.geom_type[geom] != mujoco.mjtGeom.mjGEOM_CAPSULE:
                continue  # the ellipsoid over the heel never touches the floor first
            turn = np.empty(9)
            mujoco.mju_quat2Mat(turn, model.geom_quat[geom])
            radius, half = model.geom_size[geom][:2]
            axis = turn.reshape(3, 3)[:, 2] * half
            ends = model.geom_pos[geom] + np.array([axis, -axis])
            found.append(_Capsule(link, ends, float(radius)))
    return tuple(found)
