# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""How fast the parts are on this machine; medians of repeated measurements in one run."""

import copy
import dataclasses
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import mujoco
import numpy as np

from kinesis_ros.core import kinematic_state as ks
from kinesis_ros.core.body import CONTROL_RATE, Body, load_body, load_skeleton
from kinesis_ros.core.clip import Clip
from kinesis_ros.core.compiled_cache import njit
from kinesis_ros.core.coordination import (
    CoordinationTables,
    CoordinationWorkspace,
    Coordinator,
    coordinate,
)
from kinesis_ros.core.generator import MotionGenerator
from kinesis_ros.core.native import addresses, view_at
from kinesis_ros.core.observation import observe
from kinesis_ros.core.policy import PolicySession, default_policy
from kinesis_ros.core.simulation import Simulation

_WALKING_SPEED = 1.2  # [m/s]


@dataclasses.dataclass(frozen=True)
class BodySpeed:
    """Costs of one body, medians.

    Attributes:
        body: name.
        muscles: number of muscles.
        mj_step_us: one physics step of MuJoCo [us].
        coordination_us: one physics step of muscle coordination [us].
        observation_us: one observation [us].
        inference_us: one ONNX inference, observation included [us].
        real_time_factor: simulated over real time of the closed loop without ROS.
    """

    body: str
    muscles: int
    mj_step_us: float
    coordination_us: float
    observation_us: float
    inference_us: float
    real_time_factor: float


@dataclasses.dataclass(frozen=True)
class EnvironmentSpeed:
    """Control steps per second of one training environment.

    Attributes:
        environment: 'skeleton' or 'muscle'.
        workers: threads that step it.
        steps_per_second: collecting experience only, median [1/s].
        training_steps_per_second: collecting and learning, median [1/s]; None without torch.
    """

    environment: str
    workers: int
    steps_per_second: float
    training_steps_per_second: float | None


def walking_reference(seconds: float, speed: float = _WALKING_SPEED) -> np.ndarray:
    """Generated walk from standing, (frames, STATE_SIZE)."""
    generator = MotionGenerator.load()
    generator.reset()
    generator.command(speed, 0.0)
    return np.array([generator.advance() for _ in range(round(seconds * CONTROL_RATE))])


def measure_body(name: str, repeats: int) -> BodySpeed:
    """Measure one body while it walks (or tries to) along a generated reference.

    Args:
        name: of the body.
        repeats: measurements that the medians are taken of.
    """
    body = load_body(name)
    policy = PolicySession.load(default_policy(name), body)
    reference = walking_reference(4.0)
    simulation = Simulation.embodied(name, policy.metadata.embodiment)
    factors = [_closed_loop(simulation, policy, reference) for _ in range(repeats)]
    simulation.reset(reference[60])
    state = simulation.state()
    return BodySpeed(
        body=name,
        muscles=len(body.muscles),
        mj_step_us=_mj_step_cost(body, reference[60], repeats),
        coordination_us=_coordination_cost(body, reference[60:], repeats),
        observation_us=_median_us(lambda: observe(state, reference, 60), 500, repeats),
        inference_us=_median_us(lambda: policy.act(state, reference, now=60), 300, repeats),
        real_time_factor=statistics.median(factors),
    )


def measure_environment(kind: str, workers: int, repeats: int) -> EnvironmentSpeed:
    """Measure a training environment of legs80 on generated walking.

    Args:
        kind: 'skeleton' or 'muscle'.
        workers: threads that step the bodies.
        repeats: measurements that the medians are taken of.
    """
    from kinesis_training.compiled_world import StepOutput
    from kinesis_training.corpus import Corpus
    from kinesis_training.environment import ImitationEnv

    body = load_skeleton("legs80") if kind == "skeleton" else load_body("legs80")
    corpus = Corpus.of([Clip("walk", "generated", walking_reference(10.0))])
    env = ImitationEnv(body, corpus, num_envs=64, workers=workers)
    observation = env.reset()
    policy = _BatchPolicy(default_policy("legs80"))

    def act(_step: int, envs: slice) -> np.ndarray:
        return policy(observation[envs])

    def note(_step: int, envs: slice, out: StepOutput) -> None:
        observation[envs] = out.observation[envs]

    rates = []
    for _ in range(repeats):
        started = time.perf_counter()
        env.roll_out(_ENV_STEPS, act, note)
        rates.append(_ENV_STEPS * env.num_envs / (time.perf_counter() - started))
    training = _training_rate(env, workers, repeats)
    env.close()
    return EnvironmentSpeed(kind, workers, statistics.median(rates), training)


_ENV_STEPS = 40


class _BatchPolicy:
    """The shipped policy on a batch of observations, so that bodies walk while measured."""

    def __init__(self, path: Path) -> None:
        import onnxruntime as ort

        options = ort.SessionOptions()
        options.intra_op_num_threads = 1  # the cores belong to the physics
        self._session = ort.InferenceSession(str(path), options, ["CPUExecutionProvider"])

    def __call__(self, observation: np.ndarray) -> np.ndarray:
        return np.asarray(self._session.run(["action"], {"observation": observation})[0])


def _training_rate(env: Any, workers: int, repeats: int) -> float | None:  # noqa: ANN401 ImitationEnv
    """Steps per second of whole training iterations; None where torch is not installed."""
    try:
        import torch  # noqa: F401
    except ModuleNotFoundError:
        return None
    from kinesis_training.network import ActorCritic
    from kinesis_training.run_config import default_config
    from kinesis_training.trainer import Trainer
    from kinesis_training.weights import load_expert

    stage = "finetune" if env.body.muscles else "skeleton"
    config = default_config(stage)
    network = ActorCritic(config.network)
    network.load_state_dict(load_expert(default_policy("legs80").with_suffix(".pt")))
    loop = dataclasses.replace(config.trainer, threads=workers)
    with tempfile.TemporaryDirectory() as folder:
        trainer = Trainer(env, network, config.ppo, loop, Path(folder))
        return statistics.median(trainer.iterate().steps_per_second for _ in range(repeats))


def _closed_loop(simulation: Simulation, policy: PolicySession, reference: np.ndarray) -> float:
    simulation.reset(reference[0])
    frames = len(reference) - 1
    started = time.perf_counter()
    for frame in range(frames):
        simulation.apply(policy.act(simulation.state(), reference, now=frame))
    return frames / CONTROL_RATE / (time.perf_counter() - started)


def _mj_step_cost(body: Body, state: np.ndarray, repeats: int) -> float:
    simulation = Simulation(body)

    def steps() -> None:
        simulation.reset(state)
        for _ in range(_PHYSICS_STEPS):
            mujoco.mj_step(body.model, simulation.data)

    return _median_us(steps, 5, repeats) / _PHYSICS_STEPS


_PHYSICS_STEPS = 30


def _coordination_cost(body: Body, reference: np.ndarray, repeats: int) -> float:
    """Cost inside compiled code, as the control step calls it.

    Over a second of trying to walk, state by state: at one and the same state the solver would
    have nothing left to do. The states are five physics steps apart, which is farther than in use.

    Args:
        body: with muscles.
        reference: (frames, STATE_SIZE) that is walked.
        repeats: measurements that the median is taken of.
    """
    simulation = Simulation(body)
    simulation.reset(reference[0])
    visited = []
    for target in reference[1 : _STATES + 1]:
        simulation.step_setpoint(target[ks.JOINT_POSITION])
        visited.append(copy.copy(simulation.data))
    addresses_of = np.stack([addresses(data) for data in visited])
    setpoints = np.zeros((_STATES, len(body.joints)))
    setpoints[:, : ks.NUM_JOINTS] = reference[2 : _STATES + 2, ks.JOINT_POSITION]
    coordinator = Coordinator(body)
    timestep = body.model.opt.timestep

    def many() -> None:
        _coordinate_along(coordinator.tables, addresses_of, coordinator.work, setpoints, timestep)

    return _median_us(many, 5, repeats) / _STATES


_STATES = 30


@njit
def _coordinate_along(
    tables: CoordinationTables,
    addresses_of: np.ndarray,
    work: CoordinationWorkspace,
    setpoints: np.ndarray,
    timestep: float,
) -> None:
    for i in range(len(addresses_of)):
        coordinate(tables, view_at(addresses_of[i]), work, setpoints[i], timestep)


def _median_us(function: Callable[[], object], calls: int, repeats: int) -> float:
    """Median over `repeats` of the mean duration of `calls` calls [us]."""
    function()
    means = []
    for _ in range(repeats):
        started = time.perf_counter()
        for _ in range(calls):
            function()
        means.append((time.perf_counter() - started) / calls)
    return 1e6 * statistics.median(means)
