# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The training loop: collect, learn, log, checkpoint; resumes bit-exactly."""

import dataclasses
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch

from kinesis_ros.core.policy import OBSERVATION_SIZE
from kinesis_training.environment import ACTION_SIZE, ImitationEnv
from kinesis_training.environment.compiled_world import StepOutput
from kinesis_training.learning.loop import Loop
from kinesis_training.learning.mining import Mining, MiningConfig
from kinesis_training.learning.ppo import PPO, Batch, PPOConfig, advantages, log_probability
from kinesis_training.networks import Average
from kinesis_training.networks.network import Learner


@dataclasses.dataclass(frozen=True)
class TrainerConfig:
    """Options of the loop.

    Attributes:
        seed: seed of all random numbers.
        checkpoint_minutes: time between checkpoints [min].
        normaliser_iterations: the observation statistics settle during this many iterations.
        averaged: iterations over which the weights that others use are averaged
            exponentially. Single steps of reinforcement learning are noisy, their mean is not.
        threads: of the gradient steps.
        mining: where episodes begin.
    """

    seed: int = 0
    checkpoint_minutes: float = 3.0
    normaliser_iterations: int = 300
    averaged: int = 100
    threads: int = 2
    mining: MiningConfig = dataclasses.field(default_factory=MiningConfig)

    def __post_init__(self) -> None:
        if self.averaged < 1:
            raise ValueError(f"averaged must be 1 iteration or more, it is {self.averaged}")


@dataclasses.dataclass(frozen=True)
class Progress:
    """What one iteration showed."""

    iteration: int
    steps: int  # control steps so far
    steps_per_second: float
    reward: float  # mean per control step
    episode_length: float  # mean of ended episodes [control steps]
    failures: float  # share of ended episodes that failed
    distance_mm: float  # mean key-body distance
    effort: float  # mean squared activation
    kl: float
    learning_rate: float
    noise: float  # mean exploration std


class Trainer(Loop):
    """Trains an actor-critic on an imitation environment.

    Args:
        env: where the experience comes from.
        network: what is trained.
        ppo: options of the learner.
        config: options of the loop.
        folder: run folder for checkpoints and logs.
    """

    unit = "steps"
    columns = ("steps_per_second", "reward", "episode_length", "failures", "distance_mm", "kl")

    def __init__(
        self,
        env: ImitationEnv,
        network: Learner,
        ppo: PPOConfig,
        config: TrainerConfig,
        folder: Path,
    ) -> None:
        super().__init__(env, folder, config.seed, config.checkpoint_minutes)
        self.network, self.config = network, config
        self.ppo = PPO(network, ppo)
        self._average = Average(network, config.averaged)
        self._mining = Mining(env, config.mining)

    def iterate(self) -> Progress:
        """One iteration: collect a batch, learn from it, update statistics."""
        started = time.perf_counter()
        torch.set_num_threads(1)  # while collecting, the cores belong to the physics
        batch, seen = self._collect()
        torch.set_num_threads(self.config.threads)
        losses = self.ppo.update(batch, self._generator)
        self._average.update(self.network)
        if self.iteration < self.config.normaliser_iterations:
            self.network.settle(batch.observation)
        self._mining.note(seen.clip, seen.frame, seen.failed)
        self.iteration += 1
        self.count += len(batch.observation)
        return Progress(
            iteration=self.iteration,
            steps=self.count,
            steps_per_second=len(batch.observation) / (time.perf_counter() - started),
            **seen.summary(),
            kl=losses["kl"],
            learning_rate=losses["learning_rate"],
            noise=float(self.network.log_std.detach().exp().mean()),
        )

    def _collect(self) -> tuple[Batch, "_Experience"]:
        config, network = self.ppo.config, self.network
        std = network.log_std.detach().exp()
        seen = _Experience(config.horizon, self.env.num_envs)
        noise = torch.randn(seen.action.shape, generator=self._generator)
        present = self._observation

        @torch.no_grad()
        def act(t: int, envs: slice) -> np.ndarray:
            torch.set_num_threads(1)  # while collecting, the cores belong to the physics
            mean, seen.value[t, envs] = network(present[envs])
            action = mean + std * noise[t, envs]
            seen.observation[t, envs], seen.action[t, envs] = present[envs], action
            seen.likelihood[t, envs] = log_probability(mean, network.log_std, action)
            return action.numpy()

        @torch.no_grad()
        def note(t: int, envs: slice, out: StepOutput) -> None:
            seen.note(t, envs, out)
            timed_out = envs.start + np.flatnonzero(out.ended[envs] & ~out.failed[envs])
            if len(timed_out):  # the task goes on beyond a time limit: bootstrap its value
                final = torch.from_numpy(out.final_observation[timed_out])
                seen.reward[t, timed_out] += config.discount * network.value(final)
            present[envs] = torch.from_numpy(out.observation[envs])

        self.env.roll_out(config.horizon, act, note)
        with torch.no_grad():
            seen.value[config.horizon] = network.value(present)
        return seen.batch(config.discount, config.gae_lambda), seen

    def _content(self) -> dict[str, Any]:
        return {
            "network": self._average.network.state_dict(),
            "learning": self.network.state_dict(),
            "optimiser": self.ppo.optimiser.state_dict(),
            "mining": self._mining.content(),
        }

    def _restore(self, saved: dict[str, Any]) -> None:
        self.network.load_state_dict(saved["learning"])
        self._average.restore(saved["network"], saved["iteration"])
        self.ppo.optimiser.load_state_dict(saved["optimiser"])
        self._mining.restore(saved["mining"])


class _Experience:
    """All that happened during one collection; the first axes are steps and environments."""

    def __init__(self, horizon: int, num_envs: int) -> None:
        shape = (horizon, num_envs)
        self.observation = torch.empty(*shape, OBSERVATION_SIZE)
        self.action = torch.empty(*shape, ACTION_SIZE)
        self.likelihood, self.reward = torch.empty(shape), torch.empty(shape)
        self.value = torch.empty(horizon + 1, num_envs)
        self.failed, self.ended = np.empty(shape, dtype=bool), np.empty(shape, dtype=bool)
        self.clip, self.frame, self.length = np.empty((3, *shape), dtype=int)
        self.raw_reward, self.distance, self.effort = np.empty((3, *shape), dtype=np.float32)

    def note(self, t: int, envs: slice, out: StepOutput) -> None:
        """Keep what step `t` of some environments gave."""
        self.reward[t, envs] = torch.from_numpy(out.reward[envs])
        self.raw_reward[t, envs] = out.reward[envs]
        self.failed[t, envs], self.ended[t, envs] = out.failed[envs], out.ended[envs]
        self.clip[t, envs], self.frame[t, envs] = out.clip[envs], out.frame[envs]
        self.length[t, envs] = out.episode_length[envs]
        self.distance[t, envs], self.effort[t, envs] = out.distance[envs], out.effort[envs]

    def batch(self, discount: float, gae_lambda: float) -> Batch:
        """Samples to learn from."""
        ended = torch.from_numpy(self.ended.astype(np.float32))
        gain = advantages(self.reward, self.value, ended, discount, gae_lambda)
        return Batch(
            self.observation.flatten(0, 1),
            self.action.flatten(0, 1),
            self.likelihood.flatten(),
            gain.flatten(),
            (gain + self.value[:-1]).flatten(),
        )

    def summary(self) -> dict[str, float]:
        """Figures of a progress record."""
        lengths, failed = self.length[self.ended], self.failed[self.ended]
        return {
            "reward": float(self.raw_reward.mean()),
            "distance_mm": 1000.0 * float(self.distance.mean()),
            "effort": float(self.effort.mean()),
            "episode_length": float(lengths.mean()) if len(lengths) else 0.0,
            "failures": float(failed.mean()) if len(failed) else 0.0,
        }
