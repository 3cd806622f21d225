# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Actor and critic with the observation normaliser inside, and the mixture of several actors.

Actors and gates are symmetric by construction: what they do for a mirrored observation is the
mirror image of what they do for the observation (Abdolhosseini et al. 2019, "On learning symmetric
locomotion").
"""

import dataclasses
import itertools
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.policy import OBSERVATION_SIZE
from kinesis_ros.core.policy.observation import MIRROR_SIGN, MIRROR_SOURCE
from kinesis_training.environment import ACTION_SIZE

_LEAST_WEIGHT = 0.05  # of an expert that acts


@dataclasses.dataclass(frozen=True)
class NetworkConfig:
    """Shape of the networks.

    Attributes:
        hidden: units of the hidden layers of actor and critic.
        initial_log_std: log of the exploration noise at the start.
    """

    hidden: tuple[int, ...] = (512, 256)
    initial_log_std: float = -1.4


class Normaliser(nn.Module):
    """Running mean and standard deviation of observations (batch, size)."""

    mean: Tensor
    std: Tensor
    count: Tensor

    def __init__(self, size: int, clip: float = 8.0) -> None:
        super().__init__()
        self.clip = clip
        self.register_buffer("mean", torch.zeros(size))
        self.register_buffer("std", torch.ones(size))
        self.register_buffer("count", torch.tensor(1e-4))

    def forward(self, observation: Tensor) -> Tensor:
        """Centre, scale and cut observations (batch, size)."""
        return torch.clamp((observation - self.mean) / self.std, -self.clip, self.clip)

    @torch.no_grad()
    def update(self, observation: Tensor) -> None:
        """Take a batch into the statistics."""
        self.merge(len(observation), observation.mean(0), observation.var(0, unbiased=False))

    @torch.no_grad()
    def merge(self, added: int, mean: Tensor, variance: Tensor) -> None:
        """Merge the statistics (size,) of so many observations (Chan et al. 1979)."""
        total = self.count + added
        shift = mean - self.mean
        squares = (
            self.std**2 * self.count + variance * added + shift**2 * self.count * added / total
        )
        self.mean += shift * added / total
        self.std.copy_(torch.sqrt(squares / total) + 1e-4)
        self.count.copy_(total)


class Mirror(nn.Module):
    """Swaps left and right in observations (batch, OBSERVATION_SIZE)."""

    source: Tensor
    sign: Tensor

    def __init__(self) -> None:
        super().__init__()
        source, sign = torch.from_numpy(MIRROR_SOURCE), torch.from_numpy(MIRROR_SIGN).float()
        self.register_buffer("source", source, persistent=False)
        self.register_buffer("sign", sign, persistent=False)

    def forward(self, observation: Tensor) -> Tensor:
        """Observations of the mirrored bodies."""
        return observation[..., self.source] * self.sign


class SymmetricNormaliser(Normaliser):
    """A normaliser with the same statistics for both sides: it commutes with mirroring."""

    def __init__(self) -> None:
        super().__init__(OBSERVATION_SIZE)
        self.mirror = Mirror()

    def forward(self, observation: Tensor) -> Tensor:
        """Centre, scale and cut observations (batch, size)."""
        mean = 0.5 * (self.mean + self.mirror(self.mean))
        std = 0.5 * (self.std + self.std[self.mirror.source])
        return torch.clamp((observation - mean) / std, -self.clip, self.clip)


class Actor(nn.Module):
    """Deterministic part of the policy: observation (batch, size) to action (batch, actions)."""

    def __init__(self, hidden: tuple[int, ...]) -> None:
        super().__init__()
        self.normaliser = SymmetricNormaliser()
        self.layers = mlp(OBSERVATION_SIZE, hidden, ACTION_SIZE, output_gain=0.01)

    def forward(self, observation: Tensor) -> Tensor:
        """Action (batch, actions) for raw observations (batch, size)."""
        return self.act(self.normaliser(observation))

    def act(self, normalised: Tensor) -> Tensor:
        """Action (batch, actions) for normalised observations (batch, size)."""
        mirrored = self.layers(self.normaliser.mirror(normalised))
        return 0.5 * (self.layers(normalised) + mirrored.roll(ks.NUM_JOINTS // 2, 1))


class ActorCritic(nn.Module):
    """Gaussian policy with a state-independent spread, and a value function.

    Args:
        config: shape.
    """

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        self.actor = Actor(config.hidden)
        self.critic = mlp(OBSERVATION_SIZE, config.hidden, 1, output_gain=1.0)
        self.log_std = nn.Parameter(torch.full((ACTION_SIZE,), config.initial_log_std))

    def forward(self, observation: Tensor) -> tuple[Tensor, Tensor]:
        """Mean action (batch, actions) and value (batch,) for raw observations (batch, size)."""
        normalised = self.actor.normaliser(observation)
        return self.actor.act(normalised), self.critic(normalised)[:, 0]

    def value(self, observation: Tensor) -> Tensor:
        """Value (batch,) of raw observations."""
        return self.critic(self.actor.normaliser(observation))[:, 0]

    def settle(self, added: int, mean: Tensor, variance: Tensor) -> None:
        """Merge statistics (size,) of so many raw observations into the normaliser's."""
        self.actor.normaliser.merge(added, mean, variance)


class Gate(nn.Module):
    """Weighs experts: observation (batch, size) to weights (batch, experts) that sum to 1.

    Experts with hardly any weight get none at all, so that few act at a time.
    """

    def __init__(self, experts: int, hidden: tuple[int, ...]) -> None:
        super().__init__()
        self.normaliser = SymmetricNormaliser()
        self.layers = mlp(OBSERVATION_SIZE, hidden, experts, output_gain=0.01)

    def logits(self, observation: Tensor) -> Tensor:
        """Log weights (batch, experts) up to a constant, for raw observations (batch, size)."""
        normalised = self.normaliser(observation)
        return 0.5 * (self.layers(normalised) + self.layers(self.normaliser.mirror(normalised)))

    def forward(self, observation: Tensor) -> Tensor:
        """Weights (batch, experts) for raw observations (batch, size)."""
        weights = torch.relu(torch.softmax(self.logits(observation), dim=1) - _LEAST_WEIGHT)
        return weights / weights.sum(dim=1, keepdim=True)


class Mixture(nn.Module):
    """Experts whose actions are averaged by the weights of a gate.

    Args:
        experts: deterministic policies of one task.
        gate: weighs them; None: there is one expert only.
    """

    def __init__(self, experts: Sequence[Actor], gate: Gate | None = None) -> None:
        super().__init__()
        if gate is None and len(experts) != 1:
            raise ValueError(f"{len(experts)} experts need a gate")
        self.experts = nn.ModuleList(experts)
        self.gate = gate

    def weights(self, observation: Tensor) -> Tensor:
        """Expert weights (batch, experts) for raw observations (batch, size)."""
        if self.gate is None:
            return torch.ones_like(observation[:, :1])
        return self.gate(observation)

    def forward(self, observation: Tensor) -> tuple[Tensor, Tensor]:
        """Action (batch, actions) and weights (batch, experts) for raw observations."""
        weights = self.weights(observation)
        actions = torch.stack([expert(observation) for expert in self.experts], dim=1)
        return (weights[..., None] * actions).sum(dim=1), weights


class MixtureActorCritic(nn.Module):
    """All experts of a mixture and their gate, to be trained together.

    What the experts' critics expect is averaged by the same weights as their actions. An expert
    is asked only where it has weight.

    Args:
        experts: actors and critics of one task.
        gate: weighs them.
    """

    def __init__(self, experts: Sequence[ActorCritic], gate: Gate) -> None:
        super().__init__()
        self.experts = nn.ModuleList(experts)
        self.gate = gate
        spreads = torch.stack([expert.log_std.detach() for expert in experts])
        self.log_std = nn.Parameter(spreads.mean(dim=0))
        for expert in experts:
            expert.log_std = self.log_std

    def forward(self, observation: Tensor) -> tuple[Tensor, Tensor]:
        """Mean action (batch, actions) and value (batch,) for raw observations (batch, size)."""
        weights = self.gate(observation)
        action = observation.new_zeros(len(observation), ACTION_SIZE)
        value = observation.new_zeros(len(observation))
        for k, expert in enumerate(self.experts):
            rows = weights[:, k].nonzero()[:, 0]
            if len(rows) == 0:
                continue
            each_action, each_value = expert(observation[rows])
            weight = weights[rows, k]
            action = action.index_add(0, rows, weight[:, None] * each_action)
            # The gate serves the actions; the value only follows it.
            value = value.index_add(0, rows, weight.detach() * each_value)
        return action, value

    def value(self, observation: Tensor) -> Tensor:
        """Value (batch,) of raw observations."""
        return self(observation)[1]

    def settle(self, added: int, mean: Tensor, variance: Tensor) -> None:
        """Nothing: every expert keeps the statistics of the motions that it has grown up with."""


Learner = ActorCritic | MixtureActorCritic


def mlp(inputs: int, hidden: tuple[int, ...], outputs: int, output_gain: float) -> nn.Sequential:
    """Multi-layer perceptron with SiLU units and a small orthogonal last layer."""
    sizes = (inputs, *hidden)
    layers: list[nn.Module] = []
    for before, after in itertools.pairwise(sizes):
        layers += [nn.Linear(before, after), nn.SiLU()]
    last = nn.Linear(sizes[-1], outputs)
    nn.init.orthogonal_(last.weight, output_gain)
    nn.init.zeros_(last.bias)
    return nn.Sequential(*layers, last)
