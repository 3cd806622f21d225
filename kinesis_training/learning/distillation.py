# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Distilling muscle coordination into a direct policy by DAgger (Ross et al. 2011).

The student drives the body; at every state it visits, coordination is asked what it would do: it
drives a shadow of the body for one control step to the same set-points, and the mean excitation of
every muscle is the label. Half of what is learnt from is mirrored: bodies are symmetric, and so
are their teachers.
"""

import dataclasses
import time
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import mujoco
import numpy as np
import torch
from torch import Tensor

from kinesis_ros.core.body import SUBSTEPS, Body
from kinesis_ros.core.compiled import native, njit
from kinesis_ros.core.muscles import CoordinationConfig, CoordinationWorkspace, mirror_muscles
from kinesis_ros.core.muscles.coordination import coordinate
from kinesis_ros.core.policy import MUSCLE_SIGNALS, muscle_signals
from kinesis_ros.core.simulation import physics
from kinesis_ros.options import Range, check
from kinesis_training.clips import Corpus
from kinesis_training.environment import ImitationConfig, ImitationEnv
from kinesis_training.environment.compiled_task import (
    finish_one,
    keep_pushing,
    observe_one,
    offset_setpoint,
    reset_one,
    target_of,
)
from kinesis_training.environment.compiled_world import StepOutput, World
from kinesis_training.learning.loop import Loop
from kinesis_training.learning.mining import Mining, MiningConfig
from kinesis_training.networks import Average, DirectStudent, StudentMirror

_mj_step1 = native.mj_step1
_mj_step2 = native.mj_step2


@dataclasses.dataclass(frozen=True)
class DistillationConfig:
    """Options of distillation.

    Attributes:
        hidden: units of the hidden layers of the network that is trained.
        horizon: control steps per body and iteration.
        buffer: newest samples that are learnt from.
        gradient_steps: per iteration.
        minibatch: samples per gradient step.
        learning_rate: of Adam; it falls to a tenth over the run.
        teacher_iterations: the teacher's share of the driving falls to zero over these.
        student_noise: std of the noise on the student's excitations while it drives.
        averaged: iterations over which the student that others use is averaged.
        mining: where episodes begin.
        seed: seed of all random numbers.
        checkpoint_minutes: time between checkpoints [min].
        threads: of the gradient steps.
    """

    hidden: tuple[int, ...] = (512, 512, 256)
    horizon: Annotated[int, Range(8)] = 100
    buffer: int = 400_000
    gradient_steps: int = 60
    minibatch: int = 1024
    learning_rate: float = 1e-3
    teacher_iterations: int = 8
    student_noise: float = 0.03
    averaged: int = 20
    mining: MiningConfig = dataclasses.field(default_factory=MiningConfig)
    seed: int = 0
    checkpoint_minutes: float = 3.0
    threads: int = 2

    def __post_init__(self) -> None:
        check(self)


class Question(NamedTuple):
    """What the student does, and what the teacher is asked; the first axis is the body."""

    teacher_action: np.ndarray  # (n, 14) set-point offsets
    excitation: np.ndarray  # (n, num_muscles) of the student
    teacher_drives: np.ndarray  # (n,) where the teacher's excitations are applied instead
    shadow_datas: np.ndarray  # (n,) addresses of the shadow bodies
    shadow_addresses: np.ndarray  # (n, 2, fields)
    label: np.ndarray  # (n, num_muscles) output: the teacher's mean excitations


class DistillationEnv(ImitationEnv):
    """Imitation where a student excites the muscles and a teacher is asked at every state.

    Takes the arguments of `ImitationEnv`; the body needs muscles.
    """

    def __init__(
        self,
        body: Body,
        corpus: Corpus,
        config: ImitationConfig | None = None,
        *,
        num_envs: int = 48,
        workers: int = 2,
        seed: int = 0,
        coordination: CoordinationConfig | None = None,
    ) -> None:
        super().__init__(
            body,
            corpus,
            config,
            num_envs=num_envs,
            workers=workers,
            seed=seed,
            coordination=coordination,
        )
        model, n = body.model, self.num_envs
        self._shadow = [mujoco.MjData(model) for _ in range(n)]
        self._shadow_datas = np.array([d._address for d in self._shadow], dtype=np.int64)
        self._shadow_addresses = np.stack([native.addresses(d) for d in self._shadow])
        self._label = np.zeros((n, model.nu), dtype=np.float32)
        self._muscle_state = np.zeros((n, MUSCLE_SIGNALS * model.nu), dtype=np.float32)
        self._length_range = model.actuator_lengthrange

    @property
    def muscle_state(self) -> np.ndarray:
        """(num_envs, 3 * muscles) what the student sees of the muscles now."""
        for data, row in zip(self._data, self._muscle_state, strict=True):
            row[:] = muscle_signals(
                data.act, data.actuator_length, data.actuator_velocity, self._length_range
            )
        return self._muscle_state.copy()

    def ask_and_step(
        self, teacher_action: np.ndarray, excitation: np.ndarray, teacher_drives: np.ndarray
    ) -> np.ndarray:
        """Label the present states, then advance by one control step.

        Args:
            teacher_action: (num_envs, 14) set-point offsets that the teacher wants.
            excitation: (num_envs, muscles) of the student.
            teacher_drives: (num_envs,) where the teacher's excitations are applied instead.

        Returns:
            (num_envs, muscles) the teacher's mean excitations.
        """
        question = Question(
            np.ascontiguousarray(teacher_action, dtype=np.float64),
            np.ascontiguousarray(excitation, dtype=np.float64),
            teacher_drives,
            self._shadow_datas,
            self._shadow_addresses,
            self._label,
        )
        self._run(_ask_share, question)
        return self._label.copy()

    @property
    def output(self) -> StepOutput:
        """Arrays of the last step, as `ImitationEnv.step` returns them."""
        return self._output


@njit(cache=True, nogil=True)
def _drive_by_teacher(
    model: int,
    data: int,
    view: native.DataView,
    world: World,
    work: CoordinationWorkspace,
    setpoint: np.ndarray,
    label: np.ndarray,
) -> None:
    """One control step of muscle coordination; writes the mean excitation to `label`."""
    label[:] = 0.0
    for _ in range(SUBSTEPS):
        _mj_step1(model, data)
        coordinate(world.coordination, view, work, setpoint, world.timestep)
        _mj_step2(model, data)
        for m in range(label.shape[0]):
            label[m] += view.ctrl[m] / SUBSTEPS


@njit(cache=True, nogil=True)
def _ask_share(
    first: int,
    last: int,
    world: World,
    work: CoordinationWorkspace,
    cumulative: np.ndarray,
    out: StepOutput,
    asked: Question,
) -> None:
    """Label the states of the bodies `first` to `last` - 1, then advance them."""
    fleet = world.fleet
    setpoint = np.zeros(world.coordination.stiffness.shape[0])
    for i in range(first, last):
        view = native.view_at(fleet.addresses[i])
        target = target_of(i, world)
        offset_setpoint(i, world, target, asked.teacher_action, setpoint)
        keep_pushing(i, world, view)
        model, data, label = int(world.models[fleet.variant[i]]), fleet.datas[i], asked.label[i]
        work.scratch.price[:] = fleet.price[i]
        if asked.teacher_drives[i]:
            _drive_by_teacher(model, data, view, world, work, setpoint, label)
            _mj_step1(model, data)
        else:
            shadow = native.view_at(asked.shadow_addresses[i])
            shadow.qpos[:] = view.qpos
            shadow.qvel[:] = view.qvel
            shadow.qacc_warmstart[:] = view.qacc_warmstart
            shadow.act[:] = view.act
            shadow.xfrc_applied[:] = view.xfrc_applied
            _drive_by_teacher(model, asked.shadow_datas[i], shadow, world, work, setpoint, label)
            view.ctrl[:] = asked.excitation[i]
            physics.advance_held(model, data, SUBSTEPS)
        fleet.price[i] = work.scratch.price
        if finish_one(i, world, view, target, 0.0, 0.0, out):
            reset_one(i, world, work, cumulative)
            observe_one(i, world, out.observation)


@dataclasses.dataclass(frozen=True)
class DistillationProgress:
    """What one iteration showed."""

    iteration: int
    labels: int  # labelled states so far
    labels_per_second: float
    loss: float  # mean squared excitation error
    episode_length: float  # mean of ended episodes [control steps]
    failures: float  # share of ended episodes that failed
    distance_mm: float  # mean key-body distance


class Distiller(Loop):
    """Trains a direct student on what muscle coordination does.

    Args:
        env: the muscle body imitating clips.
        student: policy that is trained in place.
        config: options.
        folder: run folder for checkpoints.
    """

    unit = "labels"
    columns = ("labels_per_second", "loss", "episode_length", "failures", "distance_mm")
    env: DistillationEnv

    def __init__(
        self,
        env: DistillationEnv,
        student: DirectStudent,
        config: DistillationConfig,
        folder: Path,
    ) -> None:
        super().__init__(env, folder, config.seed, config.checkpoint_minutes)
        self.student, self.config = student, config
        self._average = Average(student, config.averaged)
        self._mining = Mining(env, config.mining)
        self.optimiser = torch.optim.Adam(student.layers.parameters(), lr=config.learning_rate)
        self._mirror = StudentMirror(mirror_muscles(env.body.muscles))
        # Half precision halves the memory and keeps more than the labels' own noise.
        inputs = self.student.normaliser.mean.shape[0]
        self._inputs = torch.empty(0, inputs, dtype=torch.float16)
        self._targets = torch.empty(0, env.body.model.nu, dtype=torch.float16)

    def iterate(self) -> DistillationProgress:
        """Label a batch of visited states, then learn from the newest ones."""
        started = time.perf_counter()
        torch.set_num_threads(1)  # while collecting, the cores belong to the physics
        inputs, targets, log = self._collect()
        torch.set_num_threads(self.config.threads)
        self._inputs = torch.cat([self._inputs, inputs.half()])[-self.config.buffer :]
        self._targets = torch.cat([self._targets, targets.half()])[-self.config.buffer :]
        if self.iteration < 2 * self.config.teacher_iterations:
            self.student.normaliser.update(inputs)
            self.student.normaliser.update(self._mirror.inputs(inputs))
        loss = float(np.mean([self._gradient_step() for _ in range(self.config.gradient_steps)]))
        self._average.update(self.student)
        self.iteration += 1
        self.count += len(inputs)
        lengths, failed, distance = log
        return DistillationProgress(
            iteration=self.iteration,
            labels=self.count,
            labels_per_second=len(inputs) / (time.perf_counter() - started),
            loss=loss,
            episode_length=float(np.mean(lengths)) if lengths else 0.0,
            failures=float(np.mean(failed)) if failed else 0.0,
            distance_mm=1000.0 * float(np.mean(distance)),
        )

    @torch.no_grad()
    def _collect(self) -> tuple[Tensor, Tensor, tuple[list[int], list[bool], list[float]]]:
        config, env, n = self.config, self.env, self.env.num_envs
        teacher_share = max(0.0, 1.0 - self.iteration / config.teacher_iterations)
        inputs, targets = [], []
        lengths: list[int] = []
        failed: list[bool] = []
        distance: list[float] = []
        played: list[tuple[np.ndarray, ...]] = []
        for _ in range(config.horizon):
            muscle_state = torch.from_numpy(env.muscle_state)
            wanted = self.student.coordinated(self._observation)[0]
            seen = self.student.inputs(self._observation, wanted, muscle_state)
            excitation = self.student.excite(seen)
            noise = torch.randn(excitation.shape, generator=self._generator)
            driven = (excitation + config.student_noise * noise).clamp(0.0, 1.0).numpy()
            teacher_drives = torch.rand(n, generator=self._generator).numpy() < teacher_share
            label = env.ask_and_step(wanted.numpy(), driven, teacher_drives)
            inputs.append(seen)
            targets.append(torch.from_numpy(label))
            out = env.output
            lengths += out.episode_length[out.ended].tolist()
            failed += out.failed[out.ended].tolist()
            distance.append(float(out.distance.mean()))
            played.append((out.clip.copy(), out.frame.copy(), out.failed.copy()))
            self._observation = torch.from_numpy(out.observation.copy())
        self._mining.note(*(np.array(column) for column in zip(*played, strict=True)))
        return torch.cat(inputs), torch.cat(targets), (lengths, failed, distance)

    def _gradient_step(self) -> float:
        rows = torch.randint(len(self._inputs), (self.config.minibatch,), generator=self._generator)
        inputs, target = self._inputs[rows].float(), self._targets[rows].float()
        half = len(rows) // 2
        inputs[:half] = self._mirror.inputs(inputs[:half])
        target[:half] = self._mirror.excitation(target[:half])
        loss = (self.student.excite(inputs) - target).square().mean()
        self.optimiser.zero_grad()
        loss.backward()
        self.optimiser.step()
        return float(loss.detach())

    def _prepare(self, done: float) -> None:
        for group in self.optimiser.param_groups:
            group["lr"] = self.config.learning_rate * 0.1**done

    def _content(self) -> dict[str, Any]:
        return {
            "network": self._average.network.state_dict(),
            "learning": self.student.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "inputs": self._inputs,
            "targets": self._targets,
            "mining": self._mining.content(),
        }

    def _restore(self, saved: dict[str, Any]) -> None:
        self.student.load_state_dict(saved["learning"])
        self._average.restore(saved["network"], saved["iteration"])
        self.optimiser.load_state_dict(saved["optimiser"])
        self._inputs, self._targets = saved["inputs"], saved["targets"]
        self._mining.restore(saved["mining"])
