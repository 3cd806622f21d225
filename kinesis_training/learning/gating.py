# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Learning which expert acts when: a gate over frozen experts.

The mixture drives the body through the clips; in every state that it visits, the expert that did
best on the clip is the right answer (DAgger, Ross et al. 2011, with clips' best experts as the
teacher). The gate sees the reference to come, so it learns to tell the kinds of motion apart.
"""

import dataclasses
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from kinesis_training.environment import ImitationEnv
from kinesis_training.learning.loop import Loop
from kinesis_training.networks import Gate, Mixture


@dataclasses.dataclass(frozen=True)
class GatingConfig:
    """Options of learning the gate.

    Attributes:
        hidden: units of the gate's hidden layers.
        horizon: control steps per environment and iteration.
        buffer: newest states that are learnt from.
        gradient_steps: per iteration.
        minibatch: states per gradient step.
        learning_rate: of Adam.
        blur: probability that is spread over all experts, so that weights change smoothly.
        led_iterations: the best expert drives alone at first, its share falls to zero over these.
        seed: seed of all random numbers.
        checkpoint_minutes: time between checkpoints [min].
        threads: of the gradient steps.
    """

    hidden: tuple[int, ...] = (128, 64)
    horizon: int = 64
    buffer: int = 200_000
    gradient_steps: int = 60
    minibatch: int = 1024
    learning_rate: float = 1e-3
    blur: float = 0.03
    led_iterations: int = 4
    seed: int = 0
    checkpoint_minutes: float = 3.0
    threads: int = 2


@dataclasses.dataclass(frozen=True)
class GatingProgress:
    """What one iteration showed."""

    iteration: int
    states: int  # visited so far
    states_per_second: float
    loss: float  # cross entropy
    agreement: float  # share of the states in which the heaviest expert is the clip's best
    episode_length: float  # mean of ended episodes [control steps]
    failures: float  # share of ended episodes that failed


class GateTrainer(Loop):
    """Trains the gate of a mixture.

    Args:
        env: the body imitating clips.
        mixture: frozen experts and the gate that is trained in place.
        best: (clips,) index of the best expert of every clip of the environment's corpus.
        config: options.
        folder: run folder for checkpoints.

    Raises:
        ValueError: the mixture has no gate.
    """

    unit = "states"
    columns = ("states_per_second", "loss", "agreement", "episode_length", "failures")

    def __init__(
        self,
        env: ImitationEnv,
        mixture: Mixture,
        best: np.ndarray,
        config: GatingConfig,
        folder: Path,
    ) -> None:
        if mixture.gate is None:
            raise ValueError("a mixture of one expert has no gate to train")
        super().__init__(env, folder, config.seed, config.checkpoint_minutes)
        self.mixture, self.gate, self.config = mixture, mixture.gate, config
        self.optimiser = torch.optim.Adam(self.gate.parameters(), lr=config.learning_rate)
        self._best = torch.from_numpy(best.astype(np.int64))
        self._inputs = torch.empty(0, self.gate.normaliser.mean.shape[0])
        self._answers = torch.empty(0, dtype=torch.int64)
        self._balance_experts()

    def _balance_experts(self) -> None:
        """Play each expert's clips equally often, whatever the corpus holds most of."""
        lengths = self.env.corpus.lengths.astype(float)
        best = self._best.numpy()
        for expert in np.unique(best):
            lengths[best == expert] /= lengths[best == expert].sum()
        self.env.set_clip_probability(lengths)

    def iterate(self) -> GatingProgress:
        """Visit states with the present gate, then learn from the newest ones."""
        started = time.perf_counter()
        torch.set_num_threads(1)  # while collecting, the cores belong to the physics
        inputs, answers, lengths, failed = self._collect()
        torch.set_num_threads(self.config.threads)
        self._inputs = torch.cat([self._inputs, inputs])[-self.config.buffer :]
        self._answers = torch.cat([self._answers, answers])[-self.config.buffer :]
        if self.iteration < 2 * self.config.led_iterations:
            self.gate.normaliser.update(inputs)
        with torch.no_grad():
            agreement = (self.gate.logits(inputs).argmax(dim=1) == answers).float().mean()
        loss = float(np.mean([self._gradient_step() for _ in range(self.config.gradient_steps)]))
        self.iteration += 1
        self.count += len(inputs)
        return GatingProgress(
            iteration=self.iteration,
            states=self.count,
            states_per_second=len(inputs) / (time.perf_counter() - started),
            loss=loss,
            agreement=float(agreement),
            episode_length=float(np.mean(lengths)) if lengths else 0.0,
            failures=float(np.mean(failed)) if failed else 0.0,
        )

    @torch.no_grad()
    def _collect(self) -> tuple[Tensor, Tensor, list[int], list[bool]]:
        n = self.env.num_envs
        led_share = max(0.0, 1.0 - self.iteration / self.config.led_iterations)
        inputs, answers = [], []
        lengths: list[int] = []
        failed: list[bool] = []
        for _ in range(self.config.horizon):
            observation = self._observation
            answer = self._best[torch.from_numpy(self.env.playing)]
            action = self.mixture(observation)[0]
            led = torch.rand(n, generator=self._generator) < led_share
            for k, expert in enumerate(self.mixture.experts):
                rows = led & (answer == k)
                if rows.any():
                    action[rows] = expert(observation[rows])
            out = self.env.step(action.numpy())
            inputs.append(observation)
            answers.append(answer)
            lengths += out.episode_length[out.ended].tolist()
            failed += out.failed[out.ended].tolist()
            self._observation = torch.from_numpy(out.observation.copy())
        return torch.cat(inputs), torch.cat(answers), lengths, failed

    def _gradient_step(self) -> float:
        rows = torch.randint(len(self._inputs), (self.config.minibatch,), generator=self._generator)
        logits = self.gate.logits(self._inputs[rows])
        loss = nn.functional.cross_entropy(
            logits, self._answers[rows], label_smoothing=self.config.blur
        )
        self.optimiser.zero_grad()
        loss.backward()
        self.optimiser.step()
        return float(loss.detach())

    def _content(self) -> dict[str, Any]:
        return {
            "network": self.mixture.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "inputs": self._inputs,
            "answers": self._answers,
        }

    def _restore(self, saved: dict[str, Any]) -> None:
        self.mixture.load_state_dict(saved["network"])
        self.optimiser.load_state_dict(saved["optimiser"])
        self._inputs, self._answers = saved["inputs"], saved["answers"]


def new_gate(experts: int, config: GatingConfig) -> Gate:
    """An untrained gate, the same one for the same seed."""
    torch.manual_seed(config.seed)
    return Gate(experts, config.hidden)
