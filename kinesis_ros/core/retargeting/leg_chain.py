# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Forward kinematics of one leg for many frames at once, read from the MuJoCo model."""

import dataclasses

import mujoco
import numpy as np
from scipy.spatial.transform import Rotation

from kinesis_ros.core import kinematic_state as ks
from kinesis_ros.core.body import Body
from kinesis_ros.core.kinematics import Kinematics

SIDES = "rl"
_LINKS = ("femur", "tibia", "talus", "calcn", "toes")


@dataclasses.dataclass(frozen=True)
class _Joint:
    slides: bool
    axis: np.ndarray  # (3,)
    leader: int  # index into the leg's seven joints
    coefficients: np.ndarray  # (5,) polynomial of the leader's angle

    def value(self, angles: np.ndarray) -> np.ndarray:
        return np.polynomial.polynomial.polyval(angles[:, self.leader], self.coefficients)


@dataclasses.dataclass(frozen=True)
class _Link:
    position: np.ndarray  # (3,) in the parent
    rotation: np.ndarray  # (3, 3)
    joints: tuple[_Joint, ...]


@dataclasses.dataclass(frozen=True)
class LegPose:
    """Where the links of a leg are, in base_link.

    Attributes:
        position: (frames, 5, 3) origins of femur, tibia, talus, calcaneus and toes [m].
        rotation: (frames, 5, 3, 3); the columns are forward, up and right of a link.
    """

    position: np.ndarray
    rotation: np.ndarray


class LegChain:
    """One leg of a body as a serial chain, the knee's coupled coordinates included.

    Args:
        body: a body with coupled knees.
        side: 'r' or 'l'.
    """

    def __init__(self, body: Body, side: str) -> None:
        self.side = side
        self.columns = np.array([ks.LEG_JOINTS.index(f"{kind}_{side}") for kind in ks.JOINT_KINDS])
        self.limits = body.leg_ranges[self.columns]  # (7, 2)
        rest = np.zeros(ks.STATE_SIZE)
        rest[ks.QUATERNION] = [1.0, 0.0, 0.0, 0.0]
        pelvis = Kinematics(body).place(rest).body("pelvis")
        self._base = pelvis.xpos.copy(), pelvis.xmat.reshape(3, 3).copy()
        self._links = tuple(self._link(body, f"{name}_{side}") for name in _LINKS)
        self.rest = self.pose(np.zeros((1, len(ks.JOINT_KINDS))))

    def pose(self, angles: np.ndarray) -> LegPose:
        """Links of the leg for joint angles (frames, 7) in the order of `JOINT_KINDS`."""
        frames = len(angles)
        position = np.empty((frames, len(_LINKS), 3))
        rotation = np.empty((frames, len(_LINKS), 3, 3))
        point, turn = np.tile(self._base[0], (frames, 1)), np.tile(self._base[1], (frames, 1, 1))
        for i, link in enumerate(self._links):
            point = point + turn @ link.position
            turn = turn @ link.rotation
            for joint in link.joints:
                value = joint.value(angles)
                if joint.slides:
                    point = point + (turn @ joint.axis) * value[:, None]
                else:
                    turn = turn @ _turns(joint.axis, value)
            position[:, i], rotation[:, i] = point, turn
        return LegPose(position, rotation)

    def hip_rotation(self, angles: np.ndarray) -> np.ndarray:
        """Femur to base_link (frames, 3, 3) for the hip's angles (frames, 3)."""
        turn = Rotation.from_euler("ZXY", angles * self._hip_signs).as_matrix()
        return self.rest.rotation[0, 0] @ turn

    def hip_angles(self, femur: np.ndarray) -> np.ndarray:
        """The hip's flexion, adduction and rotation (frames, 3) [rad] of femur to base_link."""
        turn = Rotation.from_matrix(self.rest.rotation[0, 0].T @ femur)
        return turn.as_euler("ZXY") * self._hip_signs

    @property
    def _hip_signs(self) -> np.ndarray:
        return np.array([1.0, 1.0, 1.0] if self.side == "r" else [1.0, -1.0, -1.0])

    def _link(self, body: Body, name: str) -> _Link:
        model = body.model
        link = model.body(name)
        rotation = np.empty(9)
        mujoco.mju_quat2Mat(rotation, link.quat)
        first = int(link.jntadr[0])
        joints = tuple(self._joint(body, j) for j in range(first, first + int(link.jntnum[0])))
        return _Link(link.pos.copy(), rotation.reshape(3, 3), joints)

    def _joint(self, body: Body, joint: int) -> _Joint:
        model, couplings = body.model, body.couplings
        address = int(model.jnt_qposadr[joint])
        leads = [model.joint(ks.LEG_JOINTS[c]).qposadr[0] for c in self.columns]
        if address in leads:
            leader, coefficients = leads.index(address), np.array([0.0, 1.0, 0.0, 0.0, 0.0])
        else:
            row = int(np.flatnonzero(couplings.follower_qpos == address)[0])
            leader = leads.index(couplings.leader_qpos[row])
            coefficients = couplings.coefficients[row].copy()
        coefficients = coefficients - np.eye(5)[0] * model.qpos0[address]
        slides = model.jnt_type[joint] == mujoco.mjtJoint.mjJNT_SLIDE
        return _Joint(bool(slides), model.jnt_axis[joint].copy(), leader, coefficients)


def _turns(axis: np.ndarray, angle: np.ndarray) -> np.ndarray:
    """Rotations (frames, 3, 3) about one axis (Rodrigues)."""
    x, y, z = axis
    cross = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    sine, cosine = np.sin(angle)[:, None, None], np.cos(angle)[:, None, None]
    return np.eye(3) + sine * cross + (1.0 - cosine) * (cross @ cross)
