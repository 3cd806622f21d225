# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The kinematics of `core` as tensors that gradients can pass: rotations, legs, bodies."""

import dataclasses
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from kinesis_ros.core.body import SIDES, Body
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.leg import read_chain
from kinesis_ros.core.maths import quartic

_HINGES = (
    *("hip_flexion", "hip_adduction", "hip_rotation"),
    *("knee_angle", "knee_angle_rotation2", "knee_angle_rotation3"),
    *("ankle_angle", "subtalar_angle"),
)
_SLIDES = ("knee_angle_translation2", "knee_angle_translation1")
_FOLLOWERS = ("knee_angle_rotation2", "knee_angle_rotation3", *_SLIDES)  # of the knee's angle
_SEGMENTS = ("femur", "tibia", "talus", "calcn", "toes")
_JOINTS = ks.NUM_JOINTS // 2  # of a leg


def rotation_matrix(quaternion: Tensor) -> Tensor:
    """Matrices (..., 3, 3) of unit quaternions (..., 4), (w, x, y, z)."""
    w, x, y, z = quaternion.unbind(-1)
    return _square(
        *(1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)),
        *(2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)),
        *(2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)),
    )


def cross_matrix(vector: Tensor) -> Tensor:
    """Matrices (..., 3, 3) that take the cross product of `vector` (..., 3) with theirs."""
    x, y, z = vector.unbind(-1)
    zero = torch.zeros_like(x)
    return _square(zero, -z, y, z, zero, -x, -y, x, zero)


def rotation_by(vector: Tensor) -> Tensor:
    """Rotations (..., 3, 3) about rotation vectors (..., 3) [rad] (Rodrigues)."""
    squared = vector.square().sum(-1)[..., None, None] + 1e-12
    angle = squared.sqrt()
    cross = cross_matrix(vector)
    unit = torch.eye(3, dtype=vector.dtype)
    return unit + angle.sin() / angle * cross + (1 - angle.cos()) / squared * (cross @ cross)


def rotation_vector(rotation: Tensor) -> Tensor:
    """Rotation vectors (..., 3) [rad] of small rotations (..., 3, 3), to second order."""
    skew = 0.5 * (rotation - rotation.transpose(-1, -2))
    return torch.stack([skew[..., 2, 1], skew[..., 0, 2], skew[..., 1, 0]], dim=-1)


def heading_of(rotation: Tensor) -> Tensor:
    """Cosine and sine (..., 2) of the heading of rotations (..., 3, 3)."""
    return nn.functional.normalize(rotation[..., :2, 0], dim=-1)


def to_heading(vector: Tensor, heading: Tensor) -> Tensor:
    """Express world vectors (..., 3) in the heading frame (..., 2)."""
    cosine, sine = heading.unbind(-1)
    x, y, z = vector.unbind(-1)
    return torch.stack([cosine * x + sine * y, cosine * y - sine * x, z], dim=-1)


def from_heading(vector: Tensor, heading: Tensor) -> Tensor:
    """Express vectors (..., 3) of the heading frame (..., 2) in the world."""
    return to_heading(vector, heading * torch.tensor([1.0, -1.0]))


@dataclasses.dataclass(frozen=True)
class BodyState:
    """Kinematic states of bodies, the first axes are theirs.

    Attributes:
        position: (..., 3) of the pelvis in the world [m].
        rotation: (..., 3, 3) base_link to world.
        velocity: (..., 3) of the pelvis in the world [m/s].
        angular_velocity: (..., 3) in base_link [rad/s].
        joints: (..., 14) [rad].
        joint_velocity: (..., 14) [rad/s].
        key_offset: (..., 6, 3) key bodies but the pelvis, relative to it, world axes [m].
        heading: (..., 2) cosine and sine.
    """

    position: Tensor
    rotation: Tensor
    velocity: Tensor
    angular_velocity: Tensor
    joints: Tensor
    joint_velocity: Tensor
    key_offset: Tensor
    heading: Tensor

    @classmethod
    def of(cls, states: Tensor) -> "BodyState":
        """Take flat kinematic states (..., STATE_SIZE) apart."""
        position = states[..., ks.POSITION]
        rotation = rotation_matrix(states[..., ks.QUATERNION])
        keys = states[..., ks.KEY_POSITION].unflatten(-1, (ks.NUM_KEYS, 3))
        return cls(
            position,
            rotation,
            states[..., ks.LINEAR_VELOCITY],
            states[..., ks.ANGULAR_VELOCITY],
            states[..., ks.JOINT_POSITION],
            states[..., ks.JOINT_VELOCITY],
            keys[..., 1:, :] - position[..., None, :],
            heading_of(rotation),
        )

    def __getitem__(self, rows: Any) -> "BodyState":  # noqa: ANN401 any index of tensors
        """Some of the bodies."""
        return BodyState(*(getattr(self, f.name)[rows] for f in dataclasses.fields(self)))

    @property
    def keys(self) -> Tensor:
        """(..., 7, 3) key positions in the world [m]."""
        relative = torch.cat([torch.zeros_like(self.key_offset[..., :1, :]), self.key_offset], -2)
        return relative + self.position[..., None, :]


class LegKinematics:
    """Forward kinematics of both legs, with the knee's couplings.

    Args:
        body: whose segments and joints.
    """

    def __init__(self, body: Body) -> None:
        legs = [{op.name: op for op in read_chain(body, side)} for side in SIDES]

        def both(name: str, what: str) -> Tensor:
            """What the right and the left leg have, (2, ...)."""
            return torch.from_numpy(np.stack([getattr(leg[name], what) for leg in legs])).float()

        pelvis = legs[0]["base"].rotation @ legs[0]["pelvis"].rotation
        self._pelvis_to_base = torch.from_numpy(pelvis).float()
        self._place = {name: both(name, "offset") for name in _SEGMENTS}
        self._slide = {name: both(name, "axis") for name in _SLIDES}
        self._hinge = {name: cross_matrix(both(name, "axis")) for name in _HINGES}
        self._coupling = {name: both(name, "coefficients") for name in _FOLLOWERS}

    def key_offset(self, joints: Tensor) -> Tensor:
        """Where the key bodies but the pelvis are, (..., 6, 3) in base_link [m].

        Args:
            joints: (..., 14) [rad].
        """
        q = joints.unflatten(-1, (2, _JOINTS))
        knee = q[..., 3]
        place = self._place
        femur = self._turn("hip_flexion", q[..., 0]) @ self._turn("hip_adduction", q[..., 1])
        femur = femur @ self._turn("hip_rotation", q[..., 2])
        slide = sum(self._follow(name, knee)[..., None] * self._slide[name] for name in _SLIDES)
        tibia_at = place["femur"] + _turned(femur, place["tibia"] + slide)
        tibia = femur @ self._turn("knee_angle", knee)
        for name in ("knee_angle_rotation2", "knee_angle_rotation3"):
            tibia = tibia @ self._turn(name, self._follow(name, knee))
        talus_at = tibia_at + _turned(tibia, place["talus"])
        talus = tibia @ self._turn("ankle_angle", q[..., 4])
        calcn = talus @ self._turn("subtalar_angle", q[..., 5])
        toes_at = talus_at + _turned(talus, place["calcn"]) + _turned(calcn, place["toes"])
        keys = torch.stack([tibia_at, talus_at, toes_at], dim=-2).flatten(-3, -2)
        return keys @ self._pelvis_to_base.T

    def _turn(self, hinge: str, angle: Tensor) -> Tensor:
        cross, angle = self._hinge[hinge], angle[..., None, None]
        return torch.eye(3) + angle.sin() * cross + (1 - angle.cos()) * (cross @ cross)

    def _follow(self, name: str, knee: Tensor) -> Tensor:
        return quartic(self._coupling[name].unbind(-1), knee)


def _square(*entries: Tensor) -> Tensor:
    return torch.stack(entries, dim=-1).unflatten(-1, (3, 3))


def _turned(rotation: Tensor, vector: Tensor) -> Tensor:
    return (rotation @ vector[..., None])[..., 0]
