# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The training loop: collect, learn, log, checkpoint; resumes bit-exactly."""

import dataclasses
import json
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch

from kinesis_training.environment import ImitationEnv
from kinesis_training.loop import Loop
from kinesis_training.network import ActorCritic
from kinesis_training.ppo import PPO, Batch, PPOConfig, advantages, log_probability


@dataclasses.dataclass(frozen=True)
class TrainerConfig:
    """Options of the loop.

    Attributes:
        seed: of action noise and minibatch order.
        checkpoint_minutes: time between checkpoints [min].
        normaliser_iterations: the observation statistics settle during this many iterations.
        hard_clip_share: how much of the clip sampling goes by failures (0: by length only).
        failure_memory: share of the old failure rates kept per iteration.
        threads: of the gradient steps.
    """

    seed: int = 0
    checkpoint_minutes: float = 3.0
    normaliser_iterations: int = 300
    hard_clip_share: float = 0.6
    failure_memory: float = 0.95
    threads: int = 2


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
        network: ActorCritic,
        ppo: PPOConfig,
        config: TrainerConfig,
        folder: Path,
    ) -> None:
        super().__init__(env, folder, config.seed, config.checkpoint_minutes)
        self.network, self.config = network, config
        self.ppo = PPO(network, ppo)
        self._failure_rate = np.ones(len(env.corpus.names))

    def iterate(self) -> Progress:
        """One iteration: collect a batch, learn from it, update statistics."""
        started = time.perf_counter()
        torch.set_num_threads(1)  # while collecting, the cores belong to the physics
        batch, seen = self._collect()
        torch.set_num_threads(self.config.threads)
        losses = self.ppo.update(batch, self._generator)
        if self.iteration < self.config.normaliser_iterations:
            self.network.actor.normaliser.update(batch.observation)
        self._favour_hard_clips(seen["failures_of_clip"], seen["steps_of_clip"])
        self.iteration += 1
        self.count += len(batch.observation)
        return Progress(
            iteration=self.iteration,
            steps=self.count,
            steps_per_second=len(batch.observation) / (time.perf_counter() - started),
            reward=seen["reward"],
            episode_length=seen["episode_length"],
            failures=seen["failures"],
            distance_mm=1000.0 * seen["distance"],
            effort=seen["effort"],
            kl=losses["kl"],
            learning_rate=losses["learning_rate"],
            noise=float(self.network.log_std.detach().exp().mean()),
        )

    @torch.no_grad()
    def _collect(self) -> tuple[Batch, dict[str, Any]]:
        horizon, n = self.ppo.config.horizon, self.env.num_envs
        network, normalise = self.network, self.network.actor.normaliser
        observation = torch.empty(horizon, n, self._observation.shape[1])
        action = torch.empty(horizon, n, network.log_std.shape[0])
        likelihood, reward, ended = (torch.empty(horizon, n) for _ in range(3))
        value = torch.empty(horizon + 1, n)
        log = _CollectionLog(len(self.env.corpus.names))
        std = network.log_std.exp()
        for t in range(horizon):
            normalised = normalise(self._observation)
            mean = network.actor.layers(normalised)
            noise = torch.randn(mean.shape, generator=self._generator)
            observation[t], value[t] = self._observation, network.value(normalised)
            action[t] = mean + std * noise
            likelihood[t] = log_probability(mean, network.log_std, action[t])
            out = self.env.step(action[t].numpy())
            reward[t] = torch.from_numpy(out.reward)
            ended[t] = torch.from_numpy(out.ended.astype(np.float32))
            timed_out = np.flatnonzero(out.ended & ~out.failed)
            if len(timed_out):  # the task goes on beyond a time limit: bootstrap its value
                final = normalise(torch.from_numpy(out.final_observation[timed_out]))
                reward[t, timed_out] += self.ppo.config.discount * network.value(final)
            log.add(out)
            self._observation = torch.from_numpy(out.observation.copy())
        value[horizon] = network.value(normalise(self._observation))
        gain = advantages(reward, value, ended, self.ppo.config.discount, self.ppo.config.trace)
        batch = Batch(
            observation.flatten(0, 1),
            action.flatten(0, 1),
            likelihood.flatten(),
            gain.flatten(),
            (gain + value[:horizon]).flatten(),
        )
        return batch, log.summary()

    def _favour_hard_clips(self, failures: np.ndarray, steps: np.ndarray) -> None:
        """Sample clips by length and by how often they were failed (hard-negative mining)."""
        played = steps > 0
        rate = np.minimum(1.0, 300.0 * failures[played] / steps[played])  # per ten seconds
        keep = self.config.failure_memory
        self._failure_rate[played] = keep * self._failure_rate[played] + (1.0 - keep) * rate
        by_length = self.env.corpus.lengths / self.env.corpus.lengths.sum()
        hard = by_length * (self._failure_rate + 1e-3)
        share = self.config.hard_clip_share
        self.env.set_clip_probability((1.0 - share) * by_length + share * hard / hard.sum())

    def _content(self) -> dict[str, Any]:
        return {
            "network": self.network.state_dict(),
            "optimiser": self.ppo.optimiser.state_dict(),
            "failure_rate": torch.from_numpy(self._failure_rate),
            "clips": list(self.env.corpus.names),
        }

    def _restore(self, saved: dict[str, Any]) -> None:
        if saved["clips"] != list(self.env.corpus.names):
            raise ValueError(
                f"the checkpoint in '{self.folder}' was made with {len(saved['clips'])} clips, "
                f"now there are {len(self.env.corpus.names)} or others: start a new run folder"
            )
        self.network.load_state_dict(saved["network"])
        self.ppo.optimiser.load_state_dict(saved["optimiser"])
        self._failure_rate = saved["failure_rate"].numpy().copy()


class _CollectionLog:
    """Sums over one batch."""

    def __init__(self, num_clips: int) -> None:
        self.failures_of_clip = np.zeros(num_clips)
        self.steps_of_clip = np.zeros(num_clips)
        self._lengths: list[int] = []
        self._failed: list[bool] = []
        self._sums = np.zeros(3)
        self._steps = 0

    def add(self, out: Any) -> None:  # noqa: ANN401 StepOutput
        np.add.at(self.steps_of_clip, out.clip, 1)
        np.add.at(self.failures_of_clip, out.clip[out.failed], 1)
        self._lengths += out.episode_length[out.ended].tolist()
        self._failed += out.failed[out.ended].tolist()
        self._sums += [out.reward.sum(), out.distance.sum(), out.effort.sum()]
        self._steps += len(out.reward)

    def summary(self) -> dict[str, Any]:
        reward, distance, effort = self._sums / max(1, self._steps)
        return {
            "reward": float(reward),
            "distance": float(distance),
            "effort": float(effort),
            "episode_length": float(np.mean(self._lengths)) if self._lengths else 0.0,
            "failures": float(np.mean(self._failed)) if self._failed else 0.0,
            "failures_of_clip": self.failures_of_clip,
            "steps_of_clip": self.steps_of_clip,
        }


def append_metrics(path: Path, progress: Any) -> None:  # noqa: ANN401 a progress record
    """Add one line of JSON to a metrics file."""
    with path.open("a") as stream:
        stream.write(json.dumps(dataclasses.asdict(progress)) + "\n")
