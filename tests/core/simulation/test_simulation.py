# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The simulated body: standing, falling, relaxing, and what the floor and muscles do."""

import mujoco
import numpy as np
import pytest

from kinesis_ros.core.body import CONTROL_RATE, load_body
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.simulation import CommandShapeError, Simulation
from kinesis_ros.core.simulation.simulation import SimulationConfig

STRAIGHT = np.zeros(ks.NUM_JOINTS)
GRAVITY = 9.81


@pytest.fixture(scope="module")
def simulation() -> Simulation:
    return Simulation(load_body("legs80"))


def mass(simulation: Simulation) -> float:
    return float(simulation.body.model.body_mass.sum())


def test_standing_touches_the_floor_and_does_not_sink_in(simulation: Simulation) -> None:
    simulation.reset()
    assert 0.8 < simulation.state()[2] < 1.1
    assert abs(simulation._ground.clearance()) < 1e-6


def test_a_coordinated_body_stands_for_a_second(simulation: Simulation) -> None:
    simulation.reset()
    for _ in range(30):
        simulation.step_setpoint(STRAIGHT)
    assert not simulation.fallen
    assert simulation.time == pytest.approx(30 / CONTROL_RATE)


def test_the_floor_carries_the_weight_of_a_standing_body(simulation: Simulation) -> None:
    simulation.reset()
    carried = []
    for _ in range(15):
        simulation.step_setpoint(STRAIGHT)
        feet = simulation.ground_reaction()
        carried.append(feet["left"].force[2] + feet["right"].force[2])
    assert np.mean(carried[3:]) == pytest.approx(mass(simulation) * GRAVITY, rel=0.15)


def test_each_foot_reports_its_own_side(simulation: Simulation) -> None:
    simulation.reset()
    simulation.step_setpoint(STRAIGHT)
    feet = simulation.ground_reaction()
    assert feet["left"].sole[1] > 0.0 > feet["right"].sole[1]
    assert feet["left"].sole[2] == 0.0


def test_reading_the_ground_reaction_does_not_change_the_motion(simulation: Simulation) -> None:
    ends = []
    for reads in (False, True):
        simulation.reset()
        for _ in range(20):
            simulation.step_setpoint(STRAIGHT)
            if reads:
                simulation.ground_reaction()
        ends.append(simulation.data.qpos.copy())
    np.testing.assert_array_equal(*ends)


def test_a_relaxed_body_falls_and_its_muscles_go_slack(simulation: Simulation) -> None:
    simulation.reset()
    simulation.step_setpoint(STRAIGHT)
    before = simulation.activation.max()
    for _ in range(60):
        simulation.relax()
    assert simulation.fallen
    assert simulation.activation.max() < 0.1 * before


def test_reset_into_a_state_reads_the_same_state_back(simulation: Simulation) -> None:
    rng = np.random.default_rng(3)
    state = simulation.standing_state
    state[ks.POSITION] = 3.0, -2.0, 1.5
    state[ks.QUATERNION] = np.array([0.9, 0.1, -0.2, 0.3]) / np.linalg.norm([0.9, 0.1, 0.2, 0.3])
    state[ks.JOINT_POSITION] = rng.uniform(0.05, 0.3, ks.NUM_JOINTS)
    state[7:13] = rng.normal(size=6)
    state[ks.JOINT_VELOCITY] = rng.normal(size=ks.NUM_JOINTS)
    simulation.reset(state)
    np.testing.assert_allclose(simulation.state()[:41], state[:41], atol=1e-12)


def test_the_same_commands_give_the_same_motion_after_a_reset(simulation: Simulation) -> None:
    runs = []
    for _ in range(2):
        simulation.reset()
        for _ in range(20):
            simulation.step_setpoint(STRAIGHT + 0.05)
        runs.append(simulation.state())
    np.testing.assert_array_equal(runs[0], runs[1])


def test_excitations_are_cut_to_their_range(simulation: Simulation) -> None:
    simulation.reset()
    for _ in range(6):
        simulation.step_excitation(np.full(80, 7.0))
    assert simulation.activation.min() > 0.9
    assert simulation.activation.max() < 1.001
    assert simulation.muscle_tension.max() > 100.0


@pytest.mark.parametrize(
    ("values", "complaint"),
    [
        (np.zeros(13), "13 values instead of 14"),
        (np.array([0.0] * 5 + [np.nan] + [0.0] * 8), "value 5 of 14 is nan"),
        (np.full(14, np.inf), "value 0 of 14 is inf"),
    ],
)
def test_a_bad_command_is_refused_and_changes_nothing(
    simulation: Simulation, values: np.ndarray, complaint: str
) -> None:
    simulation.reset()
    before = simulation.state()
    with pytest.raises(CommandShapeError, match=complaint):
        simulation.step_setpoint(values)
    np.testing.assert_array_equal(simulation.state(), before)


def test_the_knees_moment_is_the_work_of_the_muscles_per_angle(simulation: Simulation) -> None:
    state = simulation.standing_state
    state[ks.POSITION] = 0.0, 0.0, 3.0
    state[ks.JOINT_POSITION] = 0.2
    knee = simulation.body.joints.index("knee_angle_r")
    step = 1e-6
    lengths = []
    for sign in (-1.0, 1.0):
        moved = state.copy()
        moved[13 + ks.LEG_JOINTS.index("knee_angle_r")] += sign * step
        simulation.reset(moved)
        lengths.append(simulation.muscle_length.copy())
    simulation.reset(state)
    simulation.data.act[:] = 0.3
    mujoco.mj_forward(simulation.body.model, simulation.data)
    arms = (lengths[1] - lengths[0]) / (2.0 * step)
    work = -float(arms @ simulation.muscle_tension)
    assert simulation.joint_moment()[knee] == pytest.approx(work, rel=1e-4)


def test_nonsense_configuration_is_refused() -> None:
    with pytest.raises(ValueError, match="fall_height"):
        SimulationConfig(fall_height=1.5)
