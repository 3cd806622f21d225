# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The newest control steps of an environment, to learn a model of the body from."""

import dataclasses

import torch
from torch import Tensor

from kinesis_ros.core.body import kinematic_state as ks
from kinesis_training.refinement.tensor_kinematics import BodyState
from kinesis_training.refinement.world_model import BodyAndCommand


@dataclasses.dataclass(frozen=True)
class Experience:
    """Control steps of many bodies; all tensors begin with (steps, bodies).

    Attributes:
        states: kinematic states before the step, in the clip's frame.
        shift: (..., 2) where the leash has taken the clip [m].
        last_setpoint: (..., 14) before the step [rad].
        setpoint: (..., 14) of the step [rad].
        effort: mean squared activation during the step.
        clip: that is imitated.
        frame: of it, before the step.
        broken: whether the next state is not what the set-point has made of this one: an episode
            ended, or somebody pushed.
    """

    states: Tensor
    shift: Tensor
    last_setpoint: Tensor
    setpoint: Tensor
    effort: Tensor
    clip: Tensor
    frame: Tensor
    broken: Tensor

    def followed_by(self, newer: "Experience", keep: int) -> "Experience":
        """This recording with a newer one at its end; the newest `keep` steps of it."""
        names = [field.name for field in dataclasses.fields(self)]
        pairs = [(getattr(self, name), getattr(newer, name)) for name in names]
        return Experience(*(torch.cat(pair)[-keep:] for pair in pairs))

    def moment(self, step: Tensor, body: Tensor, *, in_clip: bool) -> BodyAndCommand:
        """Bodies before a step, in the clip's frame or in the world."""
        states = self.states[step, body]
        if not in_clip:  # the leash moves the clip, not the body
            states = states.clone()
            states[..., ks.GROUND_POSITION] += self.shift[step, body]
            states[..., ks.KEY0 + ks.X :: 3] += self.shift[step, body, None, 0]
            states[..., ks.KEY0 + ks.Y :: 3] += self.shift[step, body, None, 1]
        return BodyAndCommand(BodyState.of(states), self.last_setpoint[step, body])


def whole(broken: Tensor, length: int) -> tuple[Tensor, Tensor]:
    """All first steps and bodies from which `length` unbroken steps lead to a known state.

    Args:
        broken: (steps, bodies) as of `Experience`.
        length: of what is wanted [control steps].
    """
    steps = len(broken) - length
    count = torch.cat([torch.zeros_like(broken[:1], dtype=torch.int64), broken.cumsum(0)])
    unbroken = count[length : length + steps] == count[:steps]
    step, body = unbroken.nonzero(as_tuple=True)
    return step, body
