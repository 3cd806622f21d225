# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""A recording as a trajectory: what pictures and reports show, one row per control step."""

import numpy as np

from kinesis_ros.core.body import CONTROL_RATE, SIDE_NAMES, Body, Kinematics, load_body
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.plans import GoalEvent, GoalState
from kinesis_ros.core.rollout import Trajectory
from kinesis_ros.recording.run import RecordedGoalEvent, Recording
from kinesis_ros.recording.samples import recorded_samples, resampled
from kinesis_ros.recording.series import Motion, RecordingError, Series
from urdf_mjcf.registry import DEFAULT_BODY, UnknownBodyError

_FORCE = ("force_x", "force_y", "force_z")


def recorded_trajectory(recording: Recording, body: str = DEFAULT_BODY) -> Trajectory:
    """Rows at every control step from the first recorded state to the last one.

    A state that is missing is the one before it; what was recorded more seldom than the states
    is interpolated, and constant before its first and after its last message.

    Args:
        recording: of a run.
        body: name of the body if the recording does not tell it.

    Raises:
        RecordingError: the body does not exist here, or names of the recording are not its.
    """
    try:
        model = load_body(recording.body or body)
    except UnknownBodyError as error:
        raise RecordingError(f"'{recording.path}': {error}") from error
    moved = recording.coordinates
    ticks = np.round(moved.time * CONTROL_RATE).astype(int)
    time = np.arange(ticks[0], ticks[-1] + 1) / CONTROL_RATE
    rows = _latest(moved.time, time)
    state = recording.states()[rows]
    reference = None
    if len(recording.reference):
        reference = recording.reference_states()[_latest(recording.reference.time, time)]
    falls = recording.falls
    qpos = _coordinates(model, moved.position, state, rows)
    moment = _moments(model, moved, time)
    return Trajectory(
        body=model.name,
        time=time,
        state=state,
        qpos=qpos,
        reference=reference,
        activation=_resampled(recording.activation, model.muscles, time),
        joint_moment=moment,
        ground_force=_forces(recording, time),
        expert_weights=_resampled(recording.expert_weights, recording.expert_weights.names, time),
        ball=_resampled(recording.ball, recording.ball.names, time),
        keeper=_resampled(recording.keeper, recording.keeper.names, time),
        events=tuple(_event(event, recording) for event in recording.goals),
        fell_at=float(falls[0]) if len(falls) else None,
        samples=recorded_samples(recording, model, time, state, qpos, moment),
    )


def _latest(recorded: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Rows of the newest values at the wanted times."""
    half = 0.5 / CONTROL_RATE
    return np.maximum(np.searchsorted(recorded, wanted + half) - 1, 0)


def _resampled(series: Series, names: tuple[str, ...], time: np.ndarray) -> np.ndarray | None:
    if not len(series):
        return None
    return resampled(series, names, time)


def _coordinates(body: Body, position: Series, state: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """MuJoCo's coordinates, (rows, nq): the legs from the state, the other joints by name."""
    others = body.joints[ks.NUM_JOINTS :]
    if missing := [name for name in others if name not in position.names]:
        raise RecordingError(f"body_state lacks '{missing[0]}', which {body.name} has")
    kinematics = Kinematics(body)
    qpos = np.array([kinematics.place(row).qpos.copy() for row in state])
    for name, address in zip(others, body.joint_qpos[ks.NUM_JOINTS :], strict=True):
        qpos[:, address] = position.column(name)[rows]
    return body.couplings.complete(qpos)


def _event(event: RecordedGoalEvent, recording: Recording) -> tuple[float, GoalEvent]:
    try:
        state = GoalState(event.state)
    except ValueError:
        states = ", ".join(state.value for state in GoalState)
        raise RecordingError(
            f"'{recording.path}': a goal cannot be '{event.state}'; choose one of {states}"
        ) from None
    return event.time, GoalEvent(event.goal, state, event.reason)


def _moments(body: Body, moved: Motion, time: np.ndarray) -> np.ndarray | None:
    return _resampled(moved.effort, body.joints, time)


def _forces(recording: Recording, time: np.ndarray) -> np.ndarray | None:
    feet = [_resampled(recording.ground_reaction[side], _FORCE, time) for side in SIDE_NAMES]
    if any(foot is None for foot in feet):
        return None
    return np.stack([foot for foot in feet if foot is not None], axis=1)
