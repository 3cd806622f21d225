# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The imitation task as tensors that gradients can pass: references, observation, reward.

The same as `core.observation` and `compiled_task`, which are what counts; tests compare them.
"""

import torch
from torch import Tensor

from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.policy import LOOKAHEAD
from kinesis_training.clips import Corpus
from kinesis_training.refinement.tensor_kinematics import BodyState, to_heading


class References:
    """The clips of a corpus, laid end to end.

    Args:
        corpus: clips.
    """

    def __init__(self, corpus: Corpus) -> None:
        self.states = BodyState.of(torch.from_numpy(corpus.states).float())
        self._starts = torch.from_numpy(corpus.starts)
        self._last = torch.from_numpy(corpus.starts + corpus.lengths - 1)

    def row(self, clip: Tensor, frame: Tensor) -> Tensor:
        """Row (batch,) of `states` of a frame of each clip; past its end the last one counts."""
        return torch.minimum(self._starts[clip] + frame, self._last[clip])

    def over(self, clip: Tensor, frame: Tensor) -> Tensor:
        """(batch,) whether a clip has ended at a frame."""
        return self._starts[clip] + frame >= self._last[clip]


def observe(body: BodyState, references: References, clip: Tensor, frame: Tensor) -> Tensor:
    """What the policy sees (batch, OBSERVATION_SIZE) of bodies at frames (batch,) of clips."""
    heading = body.heading
    of_keys = heading[..., None, :]
    blocks = [
        body.position[..., 2:],
        body.rotation[..., 2, :],
        to_heading(body.velocity, heading),
        body.angular_velocity,
        body.joints,
        0.1 * body.joint_velocity,
        to_heading(body.key_offset, of_keys).flatten(-2),
    ]
    for ahead in LOOKAHEAD:
        target = references.states[references.row(clip, frame + ahead)]
        cosine, sine = heading.unbind(-1)
        target_cosine, target_sine = target.heading.unbind(-1)
        turn = (
            target_sine * cosine - target_cosine * sine,
            target_cosine * cosine + target_sine * sine,
        )
        blocks += [
            2.0 * to_heading(target.position - body.position, heading),
            torch.stack(turn, dim=-1),
            target.rotation[..., 2, :],
            to_heading(target.velocity, heading),
            target.joints - body.joints,
        ]
    target = references.states[references.row(clip, frame + 1)]
    blocks.append(2.0 * to_heading(target.keys - body.keys, of_keys).flatten(-2))
    return torch.cat(blocks, dim=-1)


def imitation_reward(body: BodyState, target: BodyState) -> Tensor:
    """What `compiled_task.imitation_reward` gives, (batch,)."""
    squared = (body.keys - target.keys).square().sum(-1).sum(-1) / ks.NUM_KEYS
    joints = (body.joints - target.joints).square().sum(-1)
    velocity = (body.velocity - target.velocity).square().sum(-1)
    turned = 3.0 - (body.rotation * target.rotation).sum((-1, -2))
    return (
        0.2 * torch.exp(-40.0 * squared)
        + 0.25 * torch.exp(-300.0 * squared)
        + 0.2 * torch.exp(-2.0 * joints)
        + 0.15 * torch.exp(-velocity)
        + 0.15 * torch.exp(-5.0 * turned)
    )


def smoothness_bonus(action: Tensor) -> Tensor:
    """What small offsets (batch, 14) of the set-points earn, (batch,)."""
    return 0.05 * torch.exp(-3.0 * action.square().mean(-1))
