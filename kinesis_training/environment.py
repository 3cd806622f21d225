# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Vectorised imitation environments, compiled: a control step runs without Python.

Every environment owns one MjData; worker threads step their share in compiled code that calls
MuJoCo directly and holds no interpreter lock. There is one environment for both stages: the
fast skeleton (joint servos) and the muscle body (coordination) differ in one compiled branch.
"""

import dataclasses
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import mujoco
import numpy as np
from numba import njit

from kinesis_ros.core import kinematic_state as ks
from kinesis_ros.core import native, physics, rotations
from kinesis_ros.core.body import SUBSTEPS, Body, load_body
from kinesis_ros.core.coordination import (
    CoordinationConfig,
    coordination_tables,
    new_workspace,
    settle,
)
from kinesis_ros.core.observation import OBSERVATION_SIZE, observe_into
from kinesis_training.corpus import Corpus

_mj_forward = native.mj_forward
_mj_reset_data = native.mj_reset_data
_mj_step = native.mj_step
_mj_kinematics = native.mj_kinematics

ACTION_SIZE = ks.NUM_JOINTS


@dataclasses.dataclass(frozen=True)
class ImitationConfig:
    """The imitation task.

    Attributes:
        action_scale: set-point offset per unit of action [rad].
        termination_distance: an episode fails beyond this mean key-body distance [m].
        episode_frames: longest episode [control steps].
        effort_weight: reward lost per mean squared activation.
        push_rate: pushes per second [Hz].
        push_impulse: largest horizontal impulse of a push on the pelvis [N s].
        initial_noise: std of the start pose's joint angles [rad]; speeds get ten times this.
        discount: reward discount per control step, used to bootstrap time limits.
    """

    action_scale: float = 0.8
    termination_distance: float = 0.14
    episode_frames: int = 300
    effort_weight: float = 0.3
    push_rate: float = 0.2
    push_impulse: float = 15.0
    initial_noise: float = 0.03
    discount: float = 0.97

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            if not getattr(self, field.name) >= 0:
                raise ValueError(f"{field.name} must not be negative")


class _Task(NamedTuple):
    """`ImitationConfig` and the corpus for compiled code."""

    states: np.ndarray
    starts: np.ndarray
    lengths: np.ndarray
    action_scale: float
    termination_distance: float
    episode_frames: int
    effort_weight: float
    push_rate: float  # pushes per control step
    push_impulse: float
    initial_noise: float
    pelvis: int


class _Fleet(NamedTuple):
    """State of all environments; the first axis is the environment."""

    models: np.ndarray  # (n,) addresses
    datas: np.ndarray  # (n,) addresses
    addresses: np.ndarray  # (n, 2, fields)
    clip: np.ndarray  # (n,)
    frame: np.ndarray  # (n,) index within the clip
    age: np.ndarray  # (n,) control steps since the reset
    push_left: np.ndarray  # (n,) control steps that the present push still lasts
    random: np.ndarray  # (n,) uint64 generator states
    work_activation: np.ndarray  # (n, num_muscles) wanted activation
    state: np.ndarray  # (n, STATE_SIZE)


class StepOutput(NamedTuple):
    """What one control step of all environments gives, each (n,) unless noted."""

    observation: np.ndarray  # (n, OBSERVATION_SIZE) after an automatic reset where it ended
    final_observation: np.ndarray  # (n, OBSERVATION_SIZE) before that reset
    reward: np.ndarray
    failed: np.ndarray  # the body lost its reference
    ended: np.ndarray  # failed, clip over, or time limit
    distance: np.ndarray  # mean key-body distance [m]
    effort: np.ndarray  # mean squared activation
    episode_length: np.ndarray  # age at the end, 0 where not ended
    clip: np.ndarray  # clip that was played in this step


class ImitationEnv:
    """`num_envs` bodies imitating clips of a corpus.

    Args:
        body: muscle body or fast skeleton.
        corpus: clips to imitate.
        config: the task.
        num_envs: number of bodies.
        workers: threads that step them.
        seed: of clip choice, start frames, noise and pushes.
        coordination: load sharing options of the muscle body.
    """

    def __init__(
        self,
        body: Body,
        corpus: Corpus,
        config: ImitationConfig | None = None,
        *,
        num_envs: int = 32,
        workers: int = 2,
        seed: int = 0,
        coordination: CoordinationConfig | None = None,
    ) -> None:
        self.body, self.corpus, self.num_envs = body, corpus, num_envs
        self.config = config or ImitationConfig()
        self.clip_probability = corpus.lengths / corpus.lengths.sum()
        self._data = [mujoco.MjData(body.model) for _ in range(num_envs)]
        self._pool = ThreadPoolExecutor(workers)
        self._shares = np.linspace(0, num_envs, workers + 1).astype(int)
        self._muscles = bool(body.muscles)
        # Compiled code wants the muscles' tables even where the skeleton leaves them unused.
        source = body if self._muscles else load_body(body.name)
        self._tables = coordination_tables(source, coordination or CoordinationConfig())
        self._workspaces = [new_workspace(self._tables) for _ in range(workers)]
        self._state_tables = physics.state_tables(body)
        self._task = self._make_task()
        self._fleet = self._make_fleet(seed)
        self._output = StepOutput(
            observation=np.zeros((num_envs, OBSERVATION_SIZE), dtype=np.float32),
            final_observation=np.zeros((num_envs, OBSERVATION_SIZE), dtype=np.float32),
            reward=np.zeros(num_envs, dtype=np.float32),
            failed=np.zeros(num_envs, dtype=np.bool_),
            ended=np.zeros(num_envs, dtype=np.bool_),
            distance=np.zeros(num_envs, dtype=np.float32),
            effort=np.zeros(num_envs, dtype=np.float32),
            episode_length=np.zeros(num_envs, dtype=np.int64),
            clip=np.zeros(num_envs, dtype=np.int64),
        )

    def reset(self) -> np.ndarray:
        """Start every environment anew; returns observations (num_envs, OBSERVATION_SIZE)."""
        self._run(_reset_share)
        return self._output.observation.copy()

    def step(self, action: np.ndarray) -> StepOutput:
        """Advance every environment by one control step.

        Args:
            action: (num_envs, ACTION_SIZE) set-point offsets in units of `action_scale`.

        Returns:
            Arrays that the next step overwrites.
        """
        self._run(_step_share, np.ascontiguousarray(action, dtype=np.float64))
        return self._output

    def set_clip_probability(self, probability: np.ndarray) -> None:
        """Sample clips with these probabilities (clips,) from now on."""
        self.clip_probability = probability / probability.sum()

    def checkpoint(self) -> dict[str, np.ndarray]:
        """Everything needed to continue bit-exactly with `restore`."""
        model = self.body.model
        kind = mujoco.mjtState.mjSTATE_INTEGRATION
        physics_state = np.empty((self.num_envs, mujoco.mj_stateSize(model, kind)))
        for data, row in zip(self._data, physics_state, strict=True):
            mujoco.mj_getState(model, data, row, kind)
        fleet = {name: getattr(self._fleet, name).copy() for name in _FLEET_STATE}
        return {
            "physics": physics_state,
            "observation": self._output.observation.copy(),
            "clip_probability": self.clip_probability.copy(),
            **fleet,
        }

    def restore(self, saved: dict[str, np.ndarray]) -> np.ndarray:
        """Continue from a `checkpoint`; returns the observations it was taken at."""
        model = self.body.model
        for data, row in zip(self._data, saved["physics"], strict=True):
            mujoco.mj_setState(model, data, row, mujoco.mjtState.mjSTATE_INTEGRATION)
            mujoco.mj_kinematics(model, data)
        for name in _FLEET_STATE:
            getattr(self._fleet, name)[:] = saved[name]
        self.clip_probability = saved["clip_probability"].copy()
        self._output.observation[:] = saved["observation"]
        return self._output.observation.copy()

    def close(self) -> None:
        """Stop the worker threads."""
        self._pool.shutdown()

    def _run(self, share: Any, *arguments: np.ndarray) -> None:  # noqa: ANN401 numba function
        cumulative = np.cumsum(self.clip_probability)
        futures = [
            self._pool.submit(
                share,
                first,
                last,
                self._fleet,
                self._task,
                self._state_tables,
                self._tables,
                workspace,
                self._muscles,
                cumulative,
                self.body.model.opt.timestep,
                self._output,
                *arguments,
            )
            for first, last, workspace in zip(
                self._shares[:-1], self._shares[1:], self._workspaces, strict=True
            )
        ]
        for future in futures:
            future.result()

    def _make_task(self) -> _Task:
        config = self.config
        return _Task(
            states=np.ascontiguousarray(self.corpus.states),
            starts=self.corpus.starts,
            lengths=self.corpus.lengths,
            action_scale=config.action_scale,
            termination_distance=config.termination_distance,
            episode_frames=config.episode_frames,
            effort_weight=config.effort_weight,
            push_rate=config.push_rate / 30.0,
            push_impulse=config.push_impulse,
            initial_noise=config.initial_noise,
            pelvis=self.body.model.body("pelvis").id,
        )

    def _make_fleet(self, seed: int) -> _Fleet:
        n, model = self.num_envs, self.body.model
        seeds = np.random.SeedSequence(seed).generate_state(n, np.uint64)
        return _Fleet(
            models=np.full(n, model._address, dtype=np.int64),
            datas=np.array([data._address for data in self._data], dtype=np.int64),
            addresses=np.stack([native.addresses(data) for data in self._data]),
            clip=np.zeros(n, dtype=np.int64),
            frame=np.zeros(n, dtype=np.int64),
            age=np.zeros(n, dtype=np.int64),
            push_left=np.zeros(n, dtype=np.int64),
            random=seeds | np.uint64(1),
            work_activation=np.zeros((n, self._tables.span.shape[0])),
            state=np.zeros((n, ks.STATE_SIZE)),
        )


_FLEET_STATE = ("clip", "frame", "age", "push_left", "random", "work_activation", "state")


@njit(cache=True, nogil=True)
def _uniform(random: np.ndarray, i: int) -> float:
    """Next number in [0, 1) of environment `i` (xorshift64*, Vigna 2016)."""
    x = random[i]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    random[i] = x
    return ((x * np.uint64(2685821657736338717)) >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@njit(cache=True, nogil=True)
def _normal(random: np.ndarray, i: int) -> float:
    radius = np.sqrt(-2.0 * np.log(1.0 - _uniform(random, i)))
    return radius * np.cos(2.0 * np.pi * _uniform(random, i))


@njit(nogil=True)
def reset_one(  # noqa: PLR0913 compiled code takes its records one by one
    i,
    fleet,
    task,
    state_tables,
    tables,
    work,
    muscles,
    cumulative,
    timestep,  # noqa: ANN001
):  # noqa: ANN202
    """Reference-state initialisation: put body `i` at a random frame of a random clip."""
    random = fleet.random
    clip = min(np.searchsorted(cumulative, _uniform(random, i)), len(cumulative) - 1)
    length = task.lengths[clip]
    frame = int(_uniform(random, i) * max(1, length - 20))
    view = native.view_at(fleet.addresses[i])
    _mj_reset_data(fleet.models[i], fleet.datas[i])
    state = task.states[task.starts[clip] + frame].copy()
    for j in range(ks.NUM_JOINTS):
        state[13 + j] += task.initial_noise * _normal(random, i)
        state[27 + j] += 10.0 * task.initial_noise * _normal(random, i)
    for axis in range(3):
        state[7 + axis] += 3.0 * task.initial_noise * _normal(random, i)
    state[2] += 0.005
    physics.write_state(state_tables, view, state)
    nominal = task.states[task.starts[clip] + min(frame + 1, length - 1)]
    _mj_forward(fleet.models[i], fleet.datas[i])
    if muscles:
        setpoint = np.zeros(tables.stiffness.shape[0])
        setpoint[: ks.NUM_JOINTS] = nominal[13:27]
        settle(tables, view, work, setpoint, timestep)
        fleet.work_activation[i] = work.activation
    else:
        view.act[: ks.NUM_JOINTS] = state[13:27]
    fleet.clip[i], fleet.frame[i], fleet.age[i], fleet.push_left[i] = clip, frame, 0, 0
    physics.read_state(state_tables, view, fleet.state[i])


@njit(nogil=True)
def observe_one(i, fleet, task, out):  # noqa: ANN001, ANN202
    clip = fleet.clip[i]
    start, length = task.starts[clip], task.lengths[clip]
    observation = np.empty(OBSERVATION_SIZE)
    observe_into(fleet.state[i], task.states[start : start + length], fleet.frame[i], observation)
    out[i] = observation


@njit(nogil=True)
def _reset_share(  # noqa: PLR0913
    first,
    last,
    fleet,
    task,
    state_tables,
    tables,
    work,
    muscles,
    cumulative,
    timestep,
    out,  # noqa: ANN001
):  # noqa: ANN202
    for i in range(first, last):
        reset_one(i, fleet, task, state_tables, tables, work, muscles, cumulative, timestep)
        observe_one(i, fleet, task, out.observation)


@njit(nogil=True)
def start_push(i, fleet, task, view):  # noqa: ANN001, ANN202
    """Start, keep up or end a horizontal push of 0.1 s on the pelvis."""
    steps = 3
    row = 6 * task.pelvis
    if fleet.push_left[i] > 0:
        fleet.push_left[i] -= 1
        if fleet.push_left[i] == 0:
            view.xfrc_applied[row : row + 3] = 0.0
    elif _uniform(fleet.random, i) < task.push_rate:
        direction = 2.0 * np.pi * _uniform(fleet.random, i)
        force = task.push_impulse * _uniform(fleet.random, i) / (steps / 30.0)
        view.xfrc_applied[row] = force * np.cos(direction)
        view.xfrc_applied[row + 1] = force * np.sin(direction)
        fleet.push_left[i] = steps


@njit(nogil=True)
def _step_share(  # noqa: PLR0913
    first,
    last,
    fleet,
    task,
    state_tables,
    tables,
    work,
    muscles,
    cumulative,
    timestep,
    out,
    action,  # noqa: ANN001
):  # noqa: ANN202
    setpoint = np.zeros(tables.stiffness.shape[0])
    for i in range(first, last):
        view = native.view_at(fleet.addresses[i])
        clip = fleet.clip[i]
        start, final = task.starts[clip], task.lengths[clip] - 1
        target = task.states[start + min(fleet.frame[i] + 1, final)]
        for j in range(ks.NUM_JOINTS):
            setpoint[j] = target[13 + j] + task.action_scale * action[i, j]
        start_push(i, fleet, task, view)
        effort = 0.0
        if muscles:
            work.activation[:] = fleet.work_activation[i]
            effort = physics.advance_coordinated(
                fleet.models[i], fleet.datas[i], view, tables, work, setpoint, SUBSTEPS, timestep
            )
            fleet.work_activation[i] = work.activation
        else:
            view.ctrl[: ks.NUM_JOINTS] = setpoint[: ks.NUM_JOINTS]
            physics.advance_held(fleet.models[i], fleet.datas[i], SUBSTEPS)
        smooth = 0.0
        for j in range(ks.NUM_JOINTS):
            smooth += action[i, j] * action[i, j]
        bonus = 0.05 * np.exp(-3.0 * smooth / ks.NUM_JOINTS)
        if finish_one(i, fleet, task, state_tables, view, target, bonus, effort, out):
            reset_one(i, fleet, task, state_tables, tables, work, muscles, cumulative, timestep)
            observe_one(i, fleet, task, out.observation)


@njit(nogil=True)
def finish_one(i, fleet, task, state_tables, view, target, bonus, effort, out):  # noqa: ANN001, ANN202, PLR0913
    """After the physics: reward, end of episode, observation. Returns whether it ended."""
    fleet.frame[i] += 1
    fleet.age[i] += 1
    clip = fleet.clip[i]
    physics.read_state(state_tables, view, fleet.state[i])
    distance, reward = imitation_reward(fleet.state[i], target)
    failed = not distance < task.termination_distance
    ended = (
        failed or fleet.frame[i] >= task.lengths[clip] - 1 or fleet.age[i] >= task.episode_frames
    )
    out.reward[i] = 0.0 if failed else reward + bonus - task.effort_weight * effort
    out.failed[i], out.ended[i] = failed, ended
    out.distance[i], out.effort[i], out.clip[i] = distance, effort, clip
    out.episode_length[i] = fleet.age[i] if ended else 0
    observe_one(i, fleet, task, out.final_observation)
    out.observation[i] = out.final_observation[i]
    return ended


@njit(cache=True, nogil=True)
def imitation_reward(state: np.ndarray, target: np.ndarray) -> tuple[float, float]:
    """Mean key-body distance [m] and imitation reward (0 to 0.95) of `state` against `target`.

    0.4 exp(-40 mean |dx|^2) + 0.2 exp(-2 |dq|^2) + 0.15 exp(-|dv|^2) + 0.2 exp(-5 (3 - tr R))
    with x the key positions, q the joints, v the pelvis velocity, R the pelvis rotation error.
    """
    squared, distance = 0.0, 0.0
    for key in range(ks.NUM_KEYS):
        d = state[41 + 3 * key : 44 + 3 * key] - target[41 + 3 * key : 44 + 3 * key]
        norm = d[0] * d[0] + d[1] * d[1] + d[2] * d[2]
        squared += norm / ks.NUM_KEYS
        distance += np.sqrt(norm) / ks.NUM_KEYS
    joints = 0.0
    for j in range(ks.NUM_JOINTS):
        joints += (state[13 + j] - target[13 + j]) ** 2
    velocity = 0.0
    for axis in range(3):
        velocity += (state[7 + axis] - target[7 + axis]) ** 2
    turned = rotations.angle_between(state[3:7], target[3:7])
    rotation = 2.0 * (1.0 - np.cos(turned))  # 3 - trace of the rotation error
    return distance, (
        0.4 * np.exp(-40.0 * squared)
        + 0.2 * np.exp(-2.0 * joints)
        + 0.15 * np.exp(-velocity)
        + 0.2 * np.exp(-5.0 * rotation)
    )
