# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The network of a direct policy, which excites the muscles, and what it sees and does mirrored."""

import numpy as np
import torch
from torch import Tensor, nn

from kinesis_ros.core.observation import MIRROR_SIGN, MIRROR_SOURCE, OBSERVATION_SIZE
from kinesis_ros.core.policy import MUSCLE_SIGNALS
from kinesis_training.network import Gate, Normaliser, mlp


class DirectStudent(nn.Module):
    """Experts that excite the muscles, weighed by the gate of their coordinated teacher.

    Args:
        num_muscles: of the body.
        hidden: units of each expert's hidden layers.
        num_experts: as many as the teacher has.
        gate: the teacher's, which stays as it is; None: there is one expert only.
    """

    def __init__(
        self,
        num_muscles: int,
        hidden: tuple[int, ...],
        num_experts: int = 1,
        gate: Gate | None = None,
    ) -> None:
        super().__init__()
        if gate is None and num_experts != 1:
            raise ValueError(f"{num_experts} experts need a gate")
        inputs = OBSERVATION_SIZE + MUSCLE_SIGNALS * num_muscles
        self.num_muscles = num_muscles
        self.normaliser = Normaliser(inputs)
        self.experts = nn.ModuleList(
            mlp(inputs, hidden, num_muscles, output_gain=0.1) for _ in range(num_experts)
        )
        self.gate = gate
        if gate is not None:
            gate.requires_grad_(requires_grad=False)

    def forward(self, observation: Tensor, muscle_state: Tensor) -> tuple[Tensor, Tensor]:
        """Excitations (batch, muscles) in 0..1 and expert weights (batch, experts).

        Args:
            observation: (batch, OBSERVATION_SIZE), raw.
            muscle_state: (batch, 3 * muscles), see `muscle_signals`.
        """
        inputs = self.normaliser(torch.cat([observation, muscle_state], dim=1))
        each = torch.stack([torch.sigmoid(expert(inputs)) for expert in self.experts], dim=1)
        weights = self.weights(observation)
        return (weights[..., None] * each).sum(dim=1), weights

    def routed(self, observation: Tensor, muscle_state: Tensor) -> Tensor:
        """The excitations of `forward`, where experts without weight are not asked: faster."""
        inputs = self.normaliser(torch.cat([observation, muscle_state], dim=1))
        weights = self.weights(observation)
        excitation = inputs.new_zeros(len(inputs), self.num_muscles)
        for k, expert in enumerate(self.experts):
            rows = weights[:, k].nonzero()[:, 0]
            share = weights[rows, k, None] * torch.sigmoid(expert(inputs[rows]))
            excitation = excitation.index_add(0, rows, share)
        return excitation

    def weights(self, observation: Tensor) -> Tensor:
        """Expert weights (batch, experts) for raw observations (batch, size)."""
        if self.gate is None:
            return torch.ones_like(observation[:, :1])
        return self.gate(observation)


class StudentMirror:
    """Swaps left and right in what the student sees and does.

    Args:
        counterpart: (muscles,) index of every muscle on the other side.
    """

    def __init__(self, counterpart: np.ndarray) -> None:
        self._counterpart = torch.from_numpy(counterpart)
        signals = np.arange(MUSCLE_SIGNALS)[:, None] * len(counterpart) + counterpart
        source = np.concatenate([MIRROR_SOURCE, OBSERVATION_SIZE + signals.ravel()])
        sign = np.concatenate([MIRROR_SIGN, np.ones(signals.size)])
        self._source, self._sign = torch.from_numpy(source), torch.from_numpy(sign).float()

    def inputs(self, inputs: Tensor) -> Tensor:
        """Observations and muscle states (batch, size) of the mirrored bodies."""
        return inputs[:, self._source] * self._sign

    def excitation(self, excitation: Tensor) -> Tensor:
        """Excitations (batch, muscles) of the mirrored bodies."""
        return excitation[:, self._counterpart]
