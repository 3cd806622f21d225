# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The mean of a network over its last steps: single steps of learning are noisy, it is not."""

from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel


class Average:
    """An exponential average of a network's weights; of few steps at first, so that it keeps up.

    Args:
        network: what is averaged; buffers are those of the newest one.
        over: about so many updates count.
    """

    def __init__(self, network: nn.Module, over: int) -> None:
        self._over = over
        self._model = AveragedModel(network, avg_fn=self._mean)

    @property
    def network(self) -> nn.Module:
        """The averaged network."""
        return self._model.module

    def update(self, network: nn.Module) -> None:
        """Take the newest weights into account."""
        self._model.update_parameters(network)

    def restore(self, state: dict[str, Tensor], updates: int) -> None:
        """Go on with an average that was saved after so many updates."""
        self.network.load_state_dict(state)
        self._model.n_averaged.fill_(updates)

    def _mean(self, average: Tensor, newest: Tensor, seen: Tensor | int) -> Tensor:
        share = max(1.0 / self._over, 1.0 / (1.0 + 0.1 * float(seen)))
        return average + share * (newest - average)
