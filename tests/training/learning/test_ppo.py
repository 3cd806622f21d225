# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Laws of the learner."""

import torch

from kinesis_ros.core.policy import OBSERVATION_SIZE
from kinesis_training.environment import ACTION_SIZE
from kinesis_training.learning import PPOConfig
from kinesis_training.learning.ppo import PPO, Batch, advantages, log_probability
from kinesis_training.networks import ActorCritic, NetworkConfig, Normaliser


def test_advantages_with_full_traces_are_discounted_returns_minus_values() -> None:
    generator = torch.Generator().manual_seed(0)
    reward = torch.rand(6, 3, generator=generator)
    value = torch.rand(7, 3, generator=generator)
    ended = torch.zeros(6, 3)
    ended[2, 1] = 1.0
    gain = advantages(reward, value, ended, discount=0.9, gae_lambda=1.0)
    for env in range(3):
        future = value[6, env].clone()
        for t in reversed(range(6)):
            future = reward[t, env] + 0.9 * future * (1.0 - ended[t, env])
            torch.testing.assert_close(gain[t, env], future - value[t, env])


def test_advantages_without_traces_are_one_step_errors() -> None:
    reward, value, ended = torch.ones(4, 2), torch.full((5, 2), 2.0), torch.zeros(4, 2)
    gain = advantages(reward, value, ended, discount=0.5, gae_lambda=0.0)
    torch.testing.assert_close(gain, torch.zeros(4, 2))


def test_normaliser_in_batches_equals_the_statistics_of_all() -> None:
    data = 3.0 + 2.0 * torch.randn(1000, 4, generator=torch.Generator().manual_seed(1))
    normaliser = Normaliser(4)
    for part in data.split(70):
        normaliser.update(part)
    torch.testing.assert_close(normaliser.mean, data.mean(0), rtol=1e-3, atol=1e-3)
    torch.testing.assert_close(normaliser.std, data.std(0, unbiased=False), rtol=1e-3, atol=1e-3)


def test_log_probability_differs_from_torch_by_a_constant_only() -> None:
    mean, action = torch.randn(5, 3), torch.randn(5, 3)
    log_std = torch.tensor([-1.0, 0.0, 0.5])
    expected = torch.distributions.Normal(mean, log_std.exp()).log_prob(action).sum(1)
    difference = log_probability(mean, log_std, action) - expected
    torch.testing.assert_close(difference, difference[0].expand(5))


def test_an_update_makes_good_actions_likelier_and_keeps_the_normaliser() -> None:
    torch.manual_seed(0)
    network = ActorCritic(NetworkConfig(hidden=(32,)))
    ppo = PPO(network, PPOConfig(minibatch=64, epochs=3))
    observation, action = torch.randn(256, OBSERVATION_SIZE), torch.randn(256, ACTION_SIZE)
    with torch.no_grad():
        before = log_probability(network.actor(observation), network.log_std, action)
    batch = Batch(observation, action, before, (action[:, 0] > 0).float(), torch.zeros(256))
    statistics = network.actor.normaliser.mean.clone()
    ppo.update(batch, torch.Generator().manual_seed(0))
    with torch.no_grad():
        after = log_probability(network.actor(observation), network.log_std, action)
    good = action[:, 0] > 0
    assert (after - before)[good].mean() > (after - before)[~good].mean()
    torch.testing.assert_close(network.actor.normaliser.mean, statistics)


def test_the_learning_rate_falls_when_the_policy_moves_too_far() -> None:
    ppo = PPO(ActorCritic(NetworkConfig(hidden=(8,))), PPOConfig(target_kl=0.01))
    start = ppo.learning_rate
    ppo._adapt_rate(0.1)
    assert ppo.learning_rate < start
    ppo._adapt_rate(0.0)
    ppo._adapt_rate(0.0)
    ppo._adapt_rate(0.0)
    assert ppo.learning_rate > start
