# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Refining a policy through a learned model of the body.

Reinforcement learning finds out by trial which way to change; once a policy follows its clips, that
takes ever more trials. Here a model of the body is learned from what the policy did, the policy
drives the model along the clips for less than a second, and gradients say how to change it
(Fussell et al. 2021, "SuperTrack"). What comes after that second is worth what the critic says
(as in Xu et al. 2022, "SHAC").
"""

import copy
import dataclasses
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import torch
from torch import Tensor, nn

from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.options import Range, check
from kinesis_training.environment import ACTION_SIZE, ImitationEnv
from kinesis_training.learning import Loop, Mining, MiningConfig
from kinesis_training.networks import Average, MixtureActorCritic
from kinesis_training.networks.network import Learner
from kinesis_training.refinement.experience import Experience
from kinesis_training.refinement.tensor_task import (
    References,
    imitation_reward,
    observe,
    smoothness_bonus,
)
from kinesis_training.refinement.world_model import WorldModel, prediction_error

_SETTLING = 20_000  # steps that its normalisers are made from


@dataclasses.dataclass(frozen=True)
class RefinementConfig:
    """Options of refinement.

    Attributes:
        horizon: control steps per body and iteration.
        warm_up: iterations in which the model alone learns.
        keep: newest control steps of each body that are learned from.
        exploration: std of the actions' noise, one for each of so many parts of the bodies; the
            model has to know what other actions would do.
        model_hidden: units of the model's hidden layers.
        model_window: control steps that the model predicts in a row while it learns.
        model_batch: such windows per gradient step.
        model_steps: gradient steps of the model per iteration.
        single_batch: single control steps per gradient step, which a new model begins with.
        single_steps: such gradient steps per iteration of the warm-up.
        model_rate: learning rate of the model; three times as high in the warm-up.
        lookahead: control steps that the policy drives the model.
        policy_batch: bodies that it drives side by side.
        policy_steps: gradient steps of the policy per iteration.
        policy_rate: learning rate of the policy.
        discount: gamma, as of the critic.
        anchor: reward lost per mean squared change of the actions since the run began.
        noise: std of the noise on the policy's actions in the model.
        gradient_norm: clipping norm.
        averaged: iterations over which the policy that others use is averaged.
        experts: expert of the mixture that learns, while the others and the gate act unchanged;
            default: all of them and the gate learn.
        mining: where episodes begin.
        seed: seed of all random numbers.
        checkpoint_minutes: time between checkpoints [min].
        threads: of the gradient steps.
    """

    horizon: int = 100
    warm_up: int = 12
    keep: int = 3000
    exploration: tuple[float, ...] = (0.0, 0.06, 0.12, 0.25)
    model_hidden: tuple[int, ...] = (384, 384, 384)
    model_window: int = 8
    model_batch: int = 384
    model_steps: int = 30
    single_batch: int = 2048
    single_steps: int = 120
    model_rate: float = 3e-4
    lookahead: int = 12
    policy_batch: int = 256
    policy_steps: int = 40
    policy_rate: float = 1e-4
    discount: float = 0.97
    anchor: float = 0.5
    noise: float = 0.05
    gradient_norm: float = 1.0
    averaged: int = 10
    experts: Annotated[tuple[int, ...], Range(0)] = ()
    mining: MiningConfig = dataclasses.field(default_factory=MiningConfig)
    seed: int = 0
    checkpoint_minutes: float = 3.0
    threads: int = 2

    def __post_init__(self) -> None:
        check(self)
        for name in ("horizon", "keep", "model_window", "model_batch", "lookahead"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be 1 or more, it is {getattr(self, name)}")
        if not self.exploration:
            raise ValueError("exploration needs at least one standard deviation")
        if self.horizon <= self.model_window:
            raise ValueError(
                f"horizon ({self.horizon}) must be longer than model_window ({self.model_window})"
            )


@dataclasses.dataclass(frozen=True)
class RefinementProgress:
    """What one iteration showed."""

    iteration: int
    steps: int  # control steps so far
    steps_per_second: float
    distance_mm: float  # mean key-body distance of the bodies that explore least
    failures: float  # share of ended episodes that failed, of all bodies
    episode_length: float  # mean of ended episodes [control steps]
    model_error_mm: float  # of the pelvis, after a window
    model_loss: float
    objective: float  # discounted reward in the model; 0 in the warm-up


class Refiner(Loop):
    """Refines actors, and their gate, through a model of the body; the critics stay as they are.

    Args:
        env: the body imitating clips.
        network: what is refined.
        config: options.
        folder: run folder for checkpoints.

    Raises:
        ValueError: an expert that should learn does not exist.
    """

    unit = "steps"
    columns = ("steps_per_second", "distance_mm", "failures", "model_error_mm", "objective")

    def __init__(
        self, env: ImitationEnv, network: Learner, config: RefinementConfig, folder: Path
    ) -> None:
        super().__init__(env, folder, config.seed, config.checkpoint_minutes)
        self.network, self.config = network, config
        torch.manual_seed(config.seed)
        self.model = WorldModel(env.body, config.model_hidden)
        self._initial = copy.deepcopy(network)
        self._average = Average(network, config.averaged)
        self._mining = Mining(env, config.mining)
        self._references = References(env.corpus)
        self._recording: Experience | None = None
        self._policy = _learning(network, config.experts)
        self.policy_optimiser = torch.optim.Adam(self._policy, lr=config.policy_rate)
        self.model_optimiser = torch.optim.Adam(self.model.parameters(), lr=config.model_rate)
        levels = torch.tensor(config.exploration)
        self._spread = levels[torch.arange(env.num_envs) % len(levels)][:, None]

    def iterate(self) -> RefinementProgress:
        """Record what the policy does, learn the model from it, then the policy from the model."""
        started, config = time.perf_counter(), self.config
        torch.set_num_threads(1)  # while collecting, the cores belong to the physics
        newest, seen = self._collect()
        torch.set_num_threads(config.threads)
        known = self._recording
        self._recording = newest if known is None else known.followed_by(newest, config.keep)
        warming_up = self.iteration < config.warm_up
        if not self.model.settled:
            self._settle(self._recording)
        losses = [*self._learn_model(self._recording, warming_up)]
        gains = [] if warming_up else [*self._improve_policy(self._recording)]
        self._average.update(self.network)
        self.iteration += 1
        self.count += newest.broken.numel()
        return RefinementProgress(
            iteration=self.iteration,
            steps=self.count,
            steps_per_second=newest.broken.numel() / (time.perf_counter() - started),
            **seen,
            model_error_mm=self._model_error(self._recording),
            model_loss=float(np.mean(losses[-config.model_steps :])),
            objective=float(np.mean(gains)) if gains else 0.0,
        )

    @torch.no_grad()
    def _collect(self) -> tuple[Experience, dict[str, float]]:
        env, fleet = self.env, self.env.fleet
        scale, corpus = env.config.action_scale, env.corpus
        least = np.flatnonzero((self._spread[:, 0] == self._spread.min()).numpy())
        rows: list[tuple[np.ndarray, ...]] = []
        distance: list[np.ndarray] = []
        lengths, failed = [], []
        for _ in range(self.config.horizon):
            noise = torch.randn(env.num_envs, ACTION_SIZE, generator=self._generator)
            action = (self.network(self._observation)[0] + self._spread * noise).numpy()
            clip, frame = fleet.clip.copy(), fleet.frame.copy()
            row = corpus.starts[clip] + np.minimum(frame + 1, corpus.lengths[clip] - 1)
            setpoint = corpus.states[row][:, ks.JOINT_POSITION] + scale * action
            before = (fleet.state.copy(), fleet.shift.copy(), fleet.setpoint.copy(), setpoint)
            pushed = fleet.push_left > 0
            out = env.step(action)
            pushed |= fleet.push_left > 0
            rows.append((*before, out.effort.copy(), clip, frame, out.ended | pushed))
            distance.append(out.distance[least])
            lengths.append(out.episode_length[out.ended])
            failed.append(out.failed.copy())
            self._observation = torch.from_numpy(out.observation.copy())
        columns = [torch.from_numpy(np.array(column)) for column in zip(*rows, strict=True)]
        recording = Experience(*(c.float() if c.is_floating_point() else c for c in columns))
        lost = np.array(failed)
        self._mining.note(recording.clip.numpy(), recording.frame.numpy() + 1, lost)
        length = np.concatenate(lengths)
        return recording, {
            "distance_mm": 1000.0 * float(np.mean(distance)),
            "failures": float(lost.sum() / max(1, len(length))),
            "episode_length": float(length.mean()) if len(length) else 0.0,
        }

    def _settle(self, recording: Experience) -> None:
        """Take the statistics of what the model sees and should say; they stay as they are."""
        step, body = self._some(recording.whole(1), _SETTLING)
        before = recording.moment(step, body, in_clip=False)
        after = recording.moment(step + 1, body, in_clip=False)
        self.model.inputs.update(self.model.look(before, recording.setpoint[step, body]))
        change = self.model.change(before.body, after.body, recording.effort[step, body])
        self.model.changes.update(change)

    def _learn_model(self, recording: Experience, warming_up: bool) -> Iterator[float]:
        """Gradient steps on windows of the recording; yields their losses."""
        config = self.config
        for group in self.model_optimiser.param_groups:
            group["lr"] = (3.0 if warming_up else 1.0) * config.model_rate
        if warming_up:
            single = recording.whole(1)
            for _ in range(config.single_steps):
                yield self._model_step(recording, single, 1, config.single_batch)
        windows = recording.whole(config.model_window)
        for _ in range(config.model_steps):
            yield self._model_step(recording, windows, config.model_window, config.model_batch)

    def _model_step(
        self, recording: Experience, windows: tuple[Tensor, Tensor], length: int, batch: int
    ) -> float:
        step, body = self._some(windows, batch)
        loss = torch.zeros(())
        for predicted, effort, t in self._predict(recording, step, body, length):
            true = recording.moment(step + t + 1, body, in_clip=False).body
            error = prediction_error(predicted, true, effort, recording.effort[step + t, body])
            loss = loss + error.mean() / length
        self._descend(loss, self.model_optimiser, list(self.model.parameters()))
        return float(loss.detach())

    def _predict(self, recording: Experience, step: Tensor, body: Tensor, length: int) -> Iterator:
        """Let the model go on by itself under the set-points that were; yields what it says."""
        moment = recording.moment(step, body, in_clip=False)
        for t in range(length):
            moment, effort = self.model(moment, recording.setpoint[step + t, body])
            yield moment.body, effort, t

    @torch.no_grad()
    def _model_error(self, recording: Experience) -> float:
        """Distance of the predicted pelvis from the true one after a window [mm]."""
        length = self.config.model_window
        step, body = self._some(recording.whole(length), self.config.model_batch)
        *_, (predicted, _, _) = self._predict(recording, step, body, length)
        true = recording.moment(step + length, body, in_clip=False).body
        return 1000.0 * float((predicted.position - true.position).norm(dim=-1).mean())

    def _improve_policy(self, recording: Experience) -> Iterator[float]:
        """Gradient steps of the policy; yields the discounted rewards that it reaches."""
        starts = recording.whole(1)
        for _ in range(self.config.policy_steps):
            step, body = self._some(starts, self.config.policy_batch)
            gain = self._drive_model(recording, step, body)
            self._descend(-gain, self.policy_optimiser, self._policy)
            yield float(gain.detach())

    def _drive_model(self, recording: Experience, step: Tensor, body: Tensor) -> Tensor:
        """Mean discounted reward of the policy in the model, from recorded states on."""
        config, task, references = self.config, self.env.config, self._references
        moment = recording.moment(step, body, in_clip=True)
        clip, frame = recording.clip[step, body], recording.frame[step, body]
        gain, worth = torch.zeros(()), torch.ones(len(step))
        for _ in range(config.lookahead):
            observation = observe(moment.body, references, clip, frame)
            action = self.network(observation)[0]
            with torch.no_grad():
                initial = self._initial(observation)[0]
            target = references.states[references.row(clip, frame + 1)]
            noise = torch.randn(action.shape, generator=self._generator)
            setpoint = target.joints + task.action_scale * (action + config.noise * noise)
            moment, effort = self.model(moment, setpoint)
            reward = imitation_reward(moment.body, target) + smoothness_bonus(action)
            reward = reward - task.effort_weight * effort
            reward = reward - config.anchor * (action - initial).square().mean(-1)
            gain = gain + (worth * reward).mean()
            frame = frame + 1
            worth = config.discount * worth * ~references.over(clip, frame)
        value = self.network.value(observe(moment.body, references, clip, frame))
        return gain + (worth * value).mean()

    def _some(self, rows: tuple[Tensor, Tensor], count: int) -> tuple[Tensor, Tensor]:
        """Random ones of the rows, with repetition.

        Raises:
            ValueError: there is none.
        """
        if len(rows[0]) == 0:
            raise ValueError(
                "bodies fail before anything can be learned from them: start from a policy that "
                "follows its clips"
            )
        chosen = torch.randint(len(rows[0]), (count,), generator=self._generator)
        return rows[0][chosen], rows[1][chosen]

    def _descend(
        self, loss: Tensor, optimiser: torch.optim.Optimizer, weights: list[nn.Parameter]
    ) -> None:
        for each in weights:
            each.grad = None
        grads = torch.autograd.grad(loss, weights, allow_unused=True)
        for each, grad in zip(weights, grads, strict=True):
            each.grad = grad
        nn.utils.clip_grad_norm_(weights, self.config.gradient_norm)
        optimiser.step()

    def _content(self) -> dict[str, Any]:
        recording = self._recording
        return {
            "network": self._average.network.state_dict(),
            "learning": self.network.state_dict(),
            "initial": self._initial.state_dict(),
            "world_model": self.model.state_dict(),
            "policy_optimiser": self.policy_optimiser.state_dict(),
            "model_optimiser": self.model_optimiser.state_dict(),
            "recording": {} if recording is None else dict(vars(recording)),
            "mining": self._mining.content(),
        }

    def _restore(self, saved: dict[str, Any]) -> None:
        self.network.load_state_dict(saved["learning"])
        self._initial.load_state_dict(saved["initial"])
        self._average.restore(saved["network"], saved["iteration"])
        self.model.load_state_dict(saved["world_model"])
        self.policy_optimiser.load_state_dict(saved["policy_optimiser"])
        self.model_optimiser.load_state_dict(saved["model_optimiser"])
        self._recording = Experience(**saved["recording"]) if saved["recording"] else None
        self._mining.restore(saved["mining"])


def _learning(network: Learner, experts: tuple[int, ...]) -> list[nn.Parameter]:
    """The weights that decide about actions, of these experts, or all.

    Raises:
        ValueError: there is no such expert.
    """
    number = len(network.experts) if isinstance(network, MixtureActorCritic) else 0
    if unknown := [k for k in experts if not 0 <= k < number]:
        has = f"a mixture of {number}" if number else "not a mixture"
        raise ValueError(f"expert {unknown[0]} cannot learn: the policy is {has}")
    chosen = tuple(f"experts.{k}." for k in experts)
    return [
        weights
        for name, weights in network.named_parameters()
        if _acts(name) and (not chosen or name.startswith(chosen))
    ]


def _acts(name: str) -> bool:
    """Whether weights decide about actions; the others are critics and exploration noise."""
    return "critic" not in name.split(".") and "log_std" not in name.split(".")
