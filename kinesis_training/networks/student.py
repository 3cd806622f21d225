# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The network of a direct policy, which excites the muscles, and what it sees and does mirrored.

The experts of the coordinated policy say where the joints should go, as they always do; what
learns is one network that finds the excitations for it. So there is one skill to distil, the same
in every motion, and it stays when the experts learn more.
"""

import numpy as np
import torch
from torch import Tensor, nn

from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.policy import MUSCLE_SIGNALS, mirror_joints
from kinesis_ros.core.policy.observation import BLOCKS, MIRROR_SIGN, MIRROR_SOURCE
from kinesis_training.networks.network import Mixture, Normaliser, mlp

_NAMES = [name for name, _, _ in BLOCKS]
_ENDS = np.cumsum([size for _, size, _ in BLOCKS])
_OWN = int(_ENDS[_NAMES.index("key_position")])  # the observation's part that is the body's own
_NEXT = int(_ENDS[_NAMES.index("reference_1")])  # end of the next frame's, joint errors last


class DirectStudent(nn.Module):
    """A coordinated policy whose set-points one network turns into excitations.

    Args:
        coordinated: says where the joints should go, and stays as it is.
        action_scale: set-point offset per unit of its action [rad].
        num_muscles: of the body.
        hidden: units of the hidden layers of the network that is trained.
    """

    def __init__(
        self, coordinated: Mixture, action_scale: float, num_muscles: int, hidden: tuple[int, ...]
    ) -> None:
        super().__init__()
        self.coordinated = coordinated.requires_grad_(requires_grad=False)
        self.action_scale = action_scale
        inputs = _OWN + ks.NUM_JOINTS + MUSCLE_SIGNALS * num_muscles
        self.normaliser = Normaliser(inputs)
        self.layers = mlp(inputs, hidden, num_muscles, output_gain=0.1)

    def forward(self, observation: Tensor, muscle_state: Tensor) -> tuple[Tensor, Tensor]:
        """Excitations (batch, muscles) in 0..1 and expert weights (batch, experts).

        Args:
            observation: (batch, OBSERVATION_SIZE), raw.
            muscle_state: (batch, 3 * muscles), see `muscle_signals`.
        """
        action, weights = self.coordinated(observation)
        return self.excite(self.inputs(observation, action, muscle_state)), weights

    def inputs(self, observation: Tensor, action: Tensor, muscle_state: Tensor) -> Tensor:
        """What the trained network sees (batch, inputs), raw.

        The body's own state, how far the joints are from their set-points [rad], and the muscles.
        """
        error = self.action_scale * action + observation[:, _NEXT - ks.NUM_JOINTS : _NEXT]
        return torch.cat([observation[:, :_OWN], error, muscle_state], dim=1)

    def excite(self, inputs: Tensor) -> Tensor:
        """Excitations (batch, muscles) for raw `inputs`."""
        return torch.sigmoid(self.layers(self.normaliser(inputs)))


class StudentMirror:
    """Swaps left and right in what the trained network sees and does.

    Args:
        counterpart: (muscles,) index of every muscle on the other side.
    """

    def __init__(self, counterpart: np.ndarray) -> None:
        self._counterpart = torch.from_numpy(counterpart)
        joints = mirror_joints(np.arange(ks.NUM_JOINTS))
        signals = np.arange(MUSCLE_SIGNALS)[:, None] * len(counterpart) + counterpart
        unchanged = np.ones(len(joints) + signals.size)
        first = _OWN + len(joints)
        source = np.concatenate([MIRROR_SOURCE[:_OWN], _OWN + joints, first + signals.ravel()])
        sign = np.concatenate([MIRROR_SIGN[:_OWN], unchanged])
        self._source, self._sign = torch.from_numpy(source), torch.from_numpy(sign).float()

    def inputs(self, inputs: Tensor) -> Tensor:
        """What is seen (batch, inputs) of the mirrored bodies."""
        return inputs[:, self._source] * self._sign

    def excitation(self, excitation: Tensor) -> Tensor:
        """Excitations (batch, muscles) of the mirrored bodies."""
        return excitation[:, self._counterpart]
