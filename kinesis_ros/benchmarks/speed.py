# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""How fast the parts are on this machine; medians of repeated measurements in one run."""

import copy
import dataclasses
import statistics
import time
from collections.abc import Callable

import mujoco
import numpy as np

from kinesis_ros.core.body import CONTROL_RATE, Body, load_body
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.compiled import njit
from kinesis_ros.core.compiled.native import addresses, view_at
from kinesis_ros.core.gait import MotionGenerator
from kinesis_ros.core.muscles import CoordinationTables, CoordinationWorkspace, Coordinator
from kinesis_ros.core.muscles.coordination import coordinate
from kinesis_ros.core.policy import PolicySession, default_policy, observe
from kinesis_ros.core.simulation import Simulation

WALKING_SPEED = 1.2  # [m/s]


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


def measure_body(name: str, repeats: int) -> BodySpeed:
    """Measure one body while it walks (or tries to) along a generated reference.

    Args:
        name: of the body.
        repeats: measurements that the medians are taken of.
    """
    body = load_body(name)
    policy = PolicySession.load(default_policy(name), body)
    reference = MotionGenerator.load().walk(4.0, WALKING_SPEED)
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
