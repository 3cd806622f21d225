# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Forward kinematics of one leg for many frames at once."""

import dataclasses

import numpy as np
from scipy.spatial.transform import Rotation

from kinesis_ros.core.body import Body
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.leg import FIXED, SLIDE, LegOperation, read_chain
from kinesis_ros.core.maths import quartic

_LINKS = ("femur", "tibia", "talus", "calcn", "toes")


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
        self._operations = read_chain(body, side)
        self.rest = self.pose(np.zeros((1, len(ks.JOINT_KINDS))))

    def pose(self, angles: np.ndarray) -> LegPose:
        """Links of the leg for joint angles (frames, 7) in the order of `JOINT_KINDS`."""
        frames = len(angles)
        position = np.empty((frames, len(_LINKS), 3))
        rotation = np.empty((frames, len(_LINKS), 3, 3))
        point, turn = np.zeros((frames, 3)), np.tile(np.eye(3), (frames, 1, 1))
        link = -1  # the pelvis, and what is before it
        for op in self._operations:
            if op.kind == FIXED:
                point, turn = point + turn @ op.offset, turn @ op.rotation
                link = _LINKS.index(op.name) if op.name in _LINKS else -1
            else:
                point, turn = _moved(op, point, turn, angles)
            if link >= 0:
                position[:, link], rotation[:, link] = point, turn
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


def _moved(
    op: LegOperation, point: np.ndarray, turn: np.ndarray, angles: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Points (frames, 3) and frames (frames, 3, 3) after a joint."""
    followed = angles[:, op.source] if op.source >= 0 else np.zeros(len(angles))
    value = quartic(op.coefficients, followed)
    if op.kind == SLIDE:
        return point + (turn @ op.axis) * value[:, None], turn
    turned = turn @ Rotation.from_rotvec(value[:, None] * op.axis).as_matrix()
    return point + turn @ op.offset - turned @ op.offset, turned
