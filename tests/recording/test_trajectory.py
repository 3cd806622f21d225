# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What was recorded is shown: a trajectory made into a recording comes back as it was."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from kinesis_ros.core.body import (
    COORDINATES,
    NUM_COORDINATES,
    SIDE_NAMES,
    Kinematics,
    load_body,
    write_coordinates,
)
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.gait import MotionGenerator
from kinesis_ros.recording import (
    Motion,
    RecordedGoalEvent,
    Recording,
    RecordingError,
    Series,
    recorded_trajectory,
)

ROWS = 30
START = 300  # control step of the first row
NOTHING = Series(np.empty(0), (), np.empty((0, 0)))
BODY = load_body("back290")  # it has joints that the kinematic state does not tell


@pytest.fixture(scope="module")
def states() -> np.ndarray:
    generator = MotionGenerator.load()
    generator.command(1.0)
    return np.array([generator.advance() for _ in range(90)][-ROWS:])


@pytest.fixture
def recording(states: np.ndarray) -> Recording:
    """The walk as recorded, the back's joints turning slowly."""
    rng = np.random.default_rng(5)
    time = (START + np.arange(ROWS)) / 30.0
    position, velocity = np.zeros((2, ROWS, NUM_COORDINATES))
    for state, row, speed in zip(states, position, velocity, strict=True):
        write_coordinates(state, row, speed)
    others = BODY.joints[ks.NUM_JOINTS :]
    back = np.linspace(0.0, 0.1, ROWS)[:, None] * np.ones(len(others))
    names = COORDINATES + others
    still = np.zeros_like(back)

    def motion(names: tuple[str, ...], q: np.ndarray, qd: np.ndarray) -> Motion:
        moment = Series(time, names, rng.normal(size=q.shape))
        return Motion(Series(time, names, q), Series(time, names, qd), moment)

    forces = tuple(f"{kind}_{axis}" for kind in ("force", "torque") for axis in "xyz")
    return Recording(
        path=Path("run.mcap"),
        body=BODY.name,
        counts={},
        coordinates=motion(names, np.hstack([position, back]), np.hstack([velocity, still])),
        reference=motion(COORDINATES, position, velocity),
        setpoint=NOTHING,
        excitation=NOTHING,
        muscles=Motion(NOTHING, NOTHING, NOTHING),
        # As often as every third state.
        activation=Series(time[::3], BODY.muscles, rng.uniform(size=(10, len(BODY.muscles)))),
        ground_reaction={
            side: Series(time, forces, rng.normal(size=(ROWS, 6))) for side in ("left", "right")
        },
        expert_weights=NOTHING,
        ball=NOTHING,
        keeper=NOTHING,
        falls=np.array([time[20]]),
        goals=(RecordedGoalEvent(time[0], "accepted", "walk", "now"),),
        health=(),
    )


def test_the_states_come_back(recording: Recording, states: np.ndarray) -> None:
    trajectory = recorded_trajectory(recording)
    assert trajectory.body == "back290"
    np.testing.assert_allclose(trajectory.time, recording.coordinates.time)
    # Round trip through OpenSim's angles; the key positions are computed anew, of legs80.
    np.testing.assert_allclose(trajectory.state, states, atol=1e-6)
    assert trajectory.tracking_error is not None
    np.testing.assert_allclose(trajectory.tracking_error, 0.0, atol=1e-9)
    assert trajectory.fell_at == recording.falls[0]
    assert trajectory.expert_weights is None
    assert (trajectory.ball, trajectory.keeper, trajectory.scene) == (None, None, "none")


def test_a_ball_and_a_keeper_come_back_where_they_were(recording: Recording) -> None:
    time = recording.coordinates.time
    ball = Series(time, ("x", "y", "z"), np.linspace(0.0, 1.0, 3 * ROWS).reshape(ROWS, 3))
    keeper = Series(time, ("x", "y", "z"), -ball.values)
    seen = dataclasses.replace(recording, ball=ball)
    assert recorded_trajectory(seen).scene == "penalty"
    trajectory = recorded_trajectory(dataclasses.replace(seen, keeper=keeper))
    assert trajectory.scene == "penalty_keeper"
    assert trajectory.ball is not None
    assert trajectory.keeper is not None
    np.testing.assert_allclose(trajectory.ball, ball.values)
    np.testing.assert_allclose(trajectory.keeper, keeper.values)


def test_all_joints_are_where_they_were(recording: Recording, states: np.ndarray) -> None:
    qpos = recorded_trajectory(recording).qpos
    legs = Kinematics(BODY).place(states[7]).qpos[BODY.leg_qpos]
    np.testing.assert_allclose(qpos[7, BODY.leg_qpos], legs, atol=1e-9)
    for name, address in zip(BODY.joints, BODY.joint_qpos, strict=True):
        if name not in ks.LEG_JOINTS:
            np.testing.assert_allclose(
                qpos[:, address], recording.coordinates.position.column(name)
            )
    np.testing.assert_array_equal(BODY.couplings.complete(qpos.copy()), qpos)


def test_forces_and_moments_belong_to_their_feet_and_joints(recording: Recording) -> None:
    trajectory = recorded_trajectory(recording)
    assert trajectory.ground_force is not None
    assert trajectory.joint_moment is not None
    for side, force in zip(SIDE_NAMES, np.moveaxis(trajectory.ground_force, 1, 0), strict=True):
        expected = recording.ground_reaction[side].column("force_z")
        np.testing.assert_allclose(force[:, 2], expected)
    knee = recording.coordinates.effort.column("knee_angle_l")
    np.testing.assert_allclose(trajectory.joint_moment[:, BODY.joints.index("knee_angle_l")], knee)


def test_what_was_recorded_seldom_is_interpolated(recording: Recording) -> None:
    activation = recorded_trajectory(recording).activation
    assert activation is not None
    recorded = recording.activation.values
    np.testing.assert_allclose(activation[3], recorded[1])
    np.testing.assert_allclose(activation[4], (2.0 * recorded[1] + recorded[2]) / 3.0)
    np.testing.assert_allclose(activation[-1], recorded[-1])


def test_a_lost_state_is_the_one_before_it(recording: Recording) -> None:
    kept = np.delete(np.arange(ROWS), 12)
    whole = recording.coordinates
    moved = Motion(
        *(
            Series(series.time[kept], series.names, series.values[kept])
            for series in (whole.position, whole.velocity, whole.effort)
        )
    )
    trajectory = recorded_trajectory(dataclasses.replace(recording, coordinates=moved))
    assert len(trajectory) == ROWS
    np.testing.assert_array_equal(trajectory.state[12], trajectory.state[11])


def test_a_joint_that_was_not_recorded_is_named(recording: Recording) -> None:
    legs_only = recording.reference
    with pytest.raises(RecordingError, match="which back290 has"):
        recorded_trajectory(dataclasses.replace(recording, coordinates=legs_only))


def test_an_unknown_fate_of_a_goal_is_named(recording: Recording) -> None:
    strange = (RecordedGoalEvent(0.0, "forgotten", "walk", ""),)
    with pytest.raises(RecordingError, match="a goal cannot be 'forgotten'"):
        recorded_trajectory(dataclasses.replace(recording, goals=strange))


def test_muscles_moments_and_pressure_are_samples(recording: Recording) -> None:
    assert recorded_trajectory(recording).samples is None  # the muscles were not recorded
    time = recording.coordinates.time
    rng = np.random.default_rng(6)
    values = [
        Series(time, BODY.muscles, rng.uniform(size=(ROWS, len(BODY.muscles)))) for _ in range(3)
    ]
    moments = Series(time, BODY.joints, rng.normal(size=(ROWS, len(BODY.joints))))
    names = tuple(f"{kind}_{axis}" for kind in ("force", "torque") for axis in "xyz")
    wrench = np.tile([0.0, 0.0, 500.0, 10.0, -20.0, 0.0], (ROWS, 1))  # 0.04 m ahead, 0.02 m left
    seen = dataclasses.replace(
        recording,
        coordinates=dataclasses.replace(recording.coordinates, effort=moments),
        muscles=Motion(*values),
        ground_reaction={side: Series(time, names, wrench) for side in ("left", "right")},
    )
    samples = recorded_trajectory(seen).samples
    assert samples is not None
    assert samples.heel_force is None
    assert samples.excitation is None
    np.testing.assert_allclose(samples.muscle_tension, values[2].values)
    np.testing.assert_allclose(samples.joint_moment, moments.values)
    off = samples.centre_of_pressure - samples.ankle[..., :2]
    np.testing.assert_allclose(off, np.tile([0.04, 0.02], (ROWS, 2, 1)), atol=1e-9)
    np.testing.assert_allclose(samples.centre_of_mass[:, :2], samples.state[:, :2], atol=0.3)
