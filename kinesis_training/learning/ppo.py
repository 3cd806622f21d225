# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Proximal policy optimisation (Schulman et al. 2017) with a learning rate driven by the KL."""

import dataclasses
from typing import Annotated

import torch
from torch import Tensor, nn

from kinesis_ros.options import Range, check
from kinesis_training.networks.network import Learner
from kinesis_training.parallel import ALONE, Ranks, Rows


@dataclasses.dataclass(frozen=True)
class PPOConfig:
    """Options of the learner.

    Attributes:
        horizon: control steps per body and iteration.
        epochs: passes over the collected samples.
        minibatch: samples per gradient step.
        discount: gamma.
        gae_lambda: of generalised advantage estimation.
        clip: largest change of the likelihood ratio that is rewarded.
        learning_rate: of Adam at the start.
        target_kl: the learning rate falls above twice this and rises below half of it.
        highest_rate: ceiling of the learning rate.
        action_penalty: weight of squared action means.
        value_weight: weight of the value loss.
        gradient_norm: clipping norm.
        lowest_log_std: exploration keeps at least this logarithm of its standard deviation, in
            units of the action.
        highest_log_std: its ceiling.
    """

    horizon: Annotated[int, Range(8)] = 256
    epochs: int = 3
    minibatch: int = 2048
    discount: float = 0.97
    gae_lambda: float = 0.95
    clip: float = 0.2
    learning_rate: float = 4e-4
    target_kl: float = 0.02
    highest_rate: float = 1e-3
    action_penalty: float = 5e-4
    value_weight: float = 0.5
    gradient_norm: float = 1.0
    lowest_log_std: float = -3.5
    highest_log_std: float = 0.0

    def __post_init__(self) -> None:
        check(self)


@dataclasses.dataclass(frozen=True)
class Batch:
    """Samples of one iteration, flattened: (samples, ...)."""

    observation: Tensor
    action: Tensor
    log_probability: Tensor
    advantage: Tensor
    value_target: Tensor

    def chosen(self, rows: Tensor) -> "Batch":
        """The samples of these rows."""
        return Batch(*(column[rows] for column in vars(self).values()))


def log_probability(mean: Tensor, log_std: Tensor, action: Tensor) -> Tensor:
    """Log density (batch,) of actions, up to the constant."""
    return (-0.5 * ((action - mean) / log_std.exp()) ** 2 - log_std).sum(1)


def advantages(
    reward: Tensor, value: Tensor, ended: Tensor, discount: float, gae_lambda: float
) -> Tensor:
    """Generalised advantage estimation (Schulman et al. 2016).

    Args:
        reward: (horizon, envs), with the bootstrap value of time limits already added.
        value: (horizon + 1, envs).
        ended: (horizon, envs) 1 where the episode ended with this step.
        discount: gamma.
        gae_lambda: lambda of generalised advantage estimation.

    Returns:
        (horizon, envs) advantages.
    """
    result = torch.zeros_like(reward)
    running = torch.zeros_like(reward[0])
    for t in range(len(reward) - 1, -1, -1):
        going = 1.0 - ended[t]
        error = reward[t] + discount * value[t + 1] * going - value[t]
        running = error + discount * gae_lambda * going * running
        result[t] = running
    return result


class PPO:
    """The learner: one `update` per batch.

    Args:
        network: actor and critic that are trained in place.
        config: options.
        ranks: that learn the same network, each from its own samples.
    """

    def __init__(self, network: Learner, config: PPOConfig, ranks: Ranks = ALONE) -> None:
        self.network, self.config, self.ranks = network, config, ranks
        self.optimiser = torch.optim.Adam(network.parameters(), lr=config.learning_rate)

    @property
    def learning_rate(self) -> float:
        """Present learning rate of Adam."""
        return self.optimiser.param_groups[0]["lr"]

    def update(
        self, batch: Batch, generator: torch.Generator, rows: Rows | None = None
    ) -> dict[str, float]:
        """Improve the network on one batch; returns losses and the KL estimate.

        All ranks go through the same minibatches of all samples; each adds its own ones' part of
        the gradient.

        Args:
            batch: of this rank.
            generator: of the order of the samples; the same on all ranks.
            rows: which samples of all ranks the batch holds; None: there are no others.

        The normaliser stays as it was while the batch was collected, otherwise the likelihood
        ratios, and with them the KL and the learning rate, would be wrong.
        """
        config = self.config
        count = len(batch.observation)
        rows = rows or Rows(0, count, count)
        batch = dataclasses.replace(batch, advantage=self._standardised(batch.advantage))
        figures = torch.zeros(3)
        for _ in range(config.epochs):
            order = torch.randperm(rows.of_all(count), generator=generator)
            for drawn in order.split(config.minibatch):
                _, own = rows.own(drawn)
                figures = self._step(batch.chosen(own), len(drawn))
        policy_loss, value_loss, divergence = self.ranks.total(figures).tolist()
        self._adapt_rate(divergence)
        with torch.no_grad():
            self.network.log_std.clamp_(config.lowest_log_std, config.highest_log_std)
        return {
            "policy_loss": policy_loss,
            "value_loss": value_loss,
            "kl": divergence,
            "learning_rate": self.learning_rate,
        }

    def _standardised(self, advantage: Tensor) -> Tensor:
        """Advantages of mean 0 and standard deviation 1 over all ranks."""
        if self.ranks.size == 1:
            return (advantage - advantage.mean()) / (advantage.std() + 1e-6)
        count, mean, variance = self.ranks.moments(advantage)
        return (advantage - mean) / ((variance * count / (count - 1)).sqrt() + 1e-6)

    def _step(self, batch: Batch, samples: int) -> Tensor:
        """One gradient step on a minibatch of so many samples; `batch` is this rank's part of it.

        Returns:
            (3,) this rank's part of policy loss, value loss and KL.
        """
        self.optimiser.zero_grad()
        figures = torch.zeros(3)
        if len(batch.observation):
            share = len(batch.observation) / samples
            loss, figures = self._losses(batch)
            (loss * share).backward()
            figures = figures * share
        self.ranks.add_gradients(self.network.parameters())
        nn.utils.clip_grad_norm_(self.network.parameters(), self.config.gradient_norm)
        self.optimiser.step()
        return figures

    def _losses(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """What is minimised, and (3,) policy loss, value loss and KL, all of them means."""
        config, network = self.config, self.network
        mean, value = network(batch.observation)
        change = log_probability(mean, network.log_std, batch.action) - batch.log_probability
        ratio = change.exp()
        clipped = ratio.clamp(1.0 - config.clip, 1.0 + config.clip)
        policy_loss = -torch.min(ratio * batch.advantage, clipped * batch.advantage).mean()
        value_loss = (value - batch.value_target).square().mean()
        penalty = mean.square().mean()
        loss = policy_loss + config.value_weight * value_loss + config.action_penalty * penalty
        divergence = ((ratio - 1.0) - change).mean()  # Schulman's k3 estimator
        return loss, torch.stack([policy_loss, value_loss, divergence]).detach()

    def _adapt_rate(self, divergence: float) -> None:
        rate, target = self.learning_rate, self.config.target_kl
        if divergence > 2.0 * target:
            rate = max(1e-5, rate / 1.3)
        elif divergence < 0.5 * target:
            rate = min(self.config.highest_rate, rate * 1.15)
        for group in self.optimiser.param_groups:
            group["lr"] = rate
