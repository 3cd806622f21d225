# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""A learned model of the body: what one control step to a set-point does, differentiably.

It stands for the muscles, coordination and contacts, so that gradients can pass from where a body
gets to what its policy did (Fussell et al. 2021, "SuperTrack").
"""

import dataclasses

import torch
from torch import Tensor, nn

from kinesis_ros.core.body import CONTROL_RATE, Body
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_training.networks import Normaliser
from kinesis_training.networks.network import mlp
from kinesis_training.refinement.tensor_kinematics import (
    BodyState,
    LegKinematics,
    from_heading,
    heading_of,
    rotation_by,
    rotation_vector,
    to_heading,
)

_STEP = 1.0 / CONTROL_RATE
_J = ks.NUM_JOINTS
_KEYS = 3 * (ks.NUM_KEYS - 1)
_INPUTS = 1 + 3 + 3 + 3 + 2 * _J + _KEYS + 2 * _J
_CHANGES = {"velocity": 3, "angular_velocity": 3, "joint_velocity": _J, "position": 3}
_CHANGES |= {"rotation": 3, "joints": _J, "keys": _KEYS, "effort": 1}
_FURTHEST = 6.0  # standard deviations of an input that count

# Errors that weigh the same.
_POSITION, _ROTATION, _JOINT = 0.01, 0.03, 0.02  # [m], [1], [rad]
_VELOCITY, _ANGULAR, _JOINT_VELOCITY, _EFFORT = 0.1, 0.3, 0.5, 0.02  # [m/s], [rad/s], [rad/s], [1]


@dataclasses.dataclass(frozen=True)
class BodyAndCommand:
    """A body between two control steps.

    Attributes:
        body: its kinematic state.
        setpoint: (..., 14) of the last control step [rad]: says what the muscles are doing.
    """

    body: BodyState
    setpoint: Tensor


class WorldModel(nn.Module):
    """Predicts the next state of bodies and the mean squared activation until then.

    A network says how velocities change and how far the body gets apart from where its velocities
    take it, both in the heading frame, and how far the knees give way.

    Args:
        body: whose legs they are.
        hidden: units of the hidden layers.
    """

    def __init__(self, body: Body, hidden: tuple[int, ...]) -> None:
        super().__init__()
        self.legs = LegKinematics(body)
        self.inputs = Normaliser(_INPUTS, clip=_FURTHEST)
        self.changes = Normaliser(sum(_CHANGES.values()))
        self.layers = mlp(_INPUTS, hidden, sum(_CHANGES.values()), output_gain=0.1)

    @property
    def settled(self) -> bool:
        """Whether its normalisers have seen anything yet."""
        return bool(self.inputs.count >= 1.0)

    def forward(self, before: BodyAndCommand, setpoint: Tensor) -> tuple[BodyAndCommand, Tensor]:
        """One control step.

        Args:
            before: bodies (batch, ...).
            setpoint: (batch, 14) of this step [rad].

        Returns:
            The bodies after it, and their mean squared activation (batch,).
        """
        normalised = self.layers(self.inputs(self.look(before, setpoint)))
        return self.apply_change(
            before, setpoint, normalised * self.changes.std + self.changes.mean
        )

    def look(self, before: BodyAndCommand, setpoint: Tensor) -> Tensor:
        """What the network sees (batch, inputs)."""
        body = before.body
        return torch.cat(
            [
                body.position[..., 2:],
                body.rotation[..., 2, :],
                to_heading(body.velocity, body.heading),
                body.angular_velocity,
                body.joints,
                0.1 * body.joint_velocity,
                to_heading(body.key_offset, body.heading[..., None, :]).flatten(-2),
                before.setpoint - body.joints,
                setpoint - body.joints,
            ],
            dim=-1,
        )

    def change(self, before: BodyState, after: BodyState, effort: Tensor) -> Tensor:
        """What the network should say (batch, outputs) about a step from `before` to `after`."""
        heading = before.heading
        turned = rotation_vector(before.rotation.transpose(-1, -2) @ after.rotation)
        moved = after.position - before.position - _STEP * before.velocity
        keys = after.key_offset @ after.rotation - self.legs.key_offset(after.joints)
        return torch.cat(
            [
                to_heading(after.velocity - before.velocity, heading),
                after.angular_velocity - before.angular_velocity,
                after.joint_velocity - before.joint_velocity,
                to_heading(moved, heading),
                turned - _STEP * before.angular_velocity,
                after.joints - before.joints - _STEP * before.joint_velocity,
                keys.flatten(-2),
                effort[..., None],
            ],
            dim=-1,
        )

    def apply_change(
        self, before: BodyAndCommand, setpoint: Tensor, change: Tensor
    ) -> tuple[BodyAndCommand, Tensor]:
        """The inverse of `change`, for the same set-point as `forward`."""
        body = before.body
        parts = dict(zip(_CHANGES, change.split(list(_CHANGES.values()), dim=-1), strict=True))
        moved = from_heading(parts["position"], body.heading)
        turned = _STEP * body.angular_velocity + parts["rotation"]
        rotation = body.rotation @ rotation_by(turned)
        joints = body.joints + _STEP * body.joint_velocity + parts["joints"]
        keys = self.legs.key_offset(joints) + parts["keys"].unflatten(-1, (ks.NUM_KEYS - 1, 3))
        after = BodyState(
            position=body.position + _STEP * body.velocity + moved,
            rotation=rotation,
            velocity=body.velocity + from_heading(parts["velocity"], body.heading),
            angular_velocity=body.angular_velocity + parts["angular_velocity"],
            joints=joints,
            joint_velocity=body.joint_velocity + parts["joint_velocity"],
            key_offset=keys @ rotation.transpose(-1, -2),
            heading=heading_of(rotation),
        )
        return BodyAndCommand(after, setpoint), parts["effort"][..., 0]


def prediction_error(
    predicted: BodyState, true: BodyState, effort: Tensor, true_effort: Tensor
) -> Tensor:
    """Mean error (batch,) of all parts of the predictions, each in units of what is small."""
    parts = (
        (predicted.position - true.position) / _POSITION,
        (predicted.rotation - true.rotation).flatten(-2) / _ROTATION,
        (predicted.velocity - true.velocity) / _VELOCITY,
        (predicted.angular_velocity - true.angular_velocity) / _ANGULAR,
        (predicted.joints - true.joints) / _JOINT,
        (predicted.joint_velocity - true.joint_velocity) / _JOINT_VELOCITY,
        (predicted.key_offset - true.key_offset).flatten(-2) / _POSITION,
        (effort - true_effort)[..., None] / _EFFORT,
    )
    return torch.cat(parts, dim=-1).abs().mean(-1)
