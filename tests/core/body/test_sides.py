# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What is on the left is on the left everywhere: in states, forces, trajectories and reports."""

import ast
from pathlib import Path

import numpy as np
import pytest

from kinesis_ros.core.body import LEFT, RIGHT, SIDE_NAMES, SIDES, load_body
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.leg import leg_of
from kinesis_ros.core.leg.kinematics import hip_of
from kinesis_ros.core.policy import PolicySession, default_policy
from kinesis_ros.core.rollout import GoalReference, Rollout, Trajectory
from kinesis_ros.core.simulation import Simulation
from kinesis_ros.reports.gait import GaitReport

ROOT = Path(__file__).parents[3]


def test_the_order_is_said_once_and_in_three_words() -> None:
    assert (SIDES[RIGHT], SIDES[LEFT]) == ("r", "l")
    assert (SIDE_NAMES[RIGHT], SIDE_NAMES[LEFT]) == ("right", "left")


def test_the_order_is_that_of_the_states_and_of_every_shipped_policy() -> None:
    half = ks.NUM_JOINTS // 2
    for side, joints in ((RIGHT, ks.LEG_JOINTS[:half]), (LEFT, ks.LEG_JOINTS[half:])):
        assert all(joint.endswith(f"_{SIDES[side]}") for joint in joints)
    policy = PolicySession.load(default_policy("legs80"), load_body("legs80"))
    assert policy.metadata.joints[: ks.NUM_JOINTS] == ks.LEG_JOINTS


def test_left_is_where_y_is_positive() -> None:
    body = load_body("legs80")
    simulation = Simulation(body)
    keys = simulation.state()[ks.KEY_POSITION].reshape(-1, 3)
    for side, sign in ((RIGHT, -1.0), (LEFT, 1.0)):
        y = keys[ks.KEY_BODIES.index(f"talus_{SIDES[side]}"), 1]
        assert sign * (y - simulation.state()[ks.Y]) > 0.05
        assert sign * hip_of(leg_of(body, SIDES[side]))[1] > 0.05


@pytest.fixture(scope="module")
def leaning() -> dict[str, np.ndarray]:
    """Forces on the feet of a body that stands on its left leg, the right one lifted."""
    simulation = Simulation(load_body("legs80"))
    state = simulation.state().copy()
    state[ks.JOINT0 + ks.LEG_JOINTS.index("hip_flexion_r")] = 0.8
    state[ks.JOINT0 + ks.LEG_JOINTS.index("knee_angle_r")] = 1.2
    simulation.reset(state)
    return {side: foot.force for side, foot in simulation.ground_reaction().items()}


def test_weight_on_the_left_foot_is_on_the_left_foot(leaning: dict[str, np.ndarray]) -> None:
    assert tuple(leaning) == SIDE_NAMES
    assert leaning["right"][2] == 0.0
    assert leaning["left"][2] > 0.0


def test_a_trajectory_has_the_forces_in_the_one_order() -> None:
    rollout = Rollout.load(GoalReference("walk forward"))
    run = rollout.run(0.5)
    assert run.ground_force is not None
    present = rollout.simulation.ground_reaction()
    for side, name in enumerate(SIDE_NAMES):
        np.testing.assert_array_equal(run.ground_force[-1, side], present[name].force)


def test_a_report_gives_the_left_foot_what_is_the_left_foots() -> None:
    body, rows = load_body("legs80"), 150
    time = np.arange(rows) / 30.0
    state = np.zeros((rows, ks.STATE_SIZE))
    state[:, ks.QW] = 1.0
    force = np.zeros((rows, 2, 3))
    force[:, LEFT, 2] = np.where(time % 1.0 < 0.6, 700.0, 0.0)  # a step each second
    qpos = np.tile(body.model.qpos0, (rows, 1))
    report = GaitReport(Trajectory(body.name, time, state, qpos, ground_force=force), body)
    assert len(report.cycles["left"]) > 2
    assert len(report.cycles["right"]) == 0


@pytest.mark.parametrize("folder", ["kinesis_ros", "kinesis_training", "urdf_mjcf"])
def test_no_other_file_writes_an_order_of_its_own(folder: str) -> None:
    """Words of the language are not an order, and sides.py says it."""
    pairs = [{"l", "r"}, {"left", "right"}]
    for path in sorted((ROOT / folder).rglob("*.py")):
        if path.name == "sides.py" or path.parent.name == "language":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            where = f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"
            if isinstance(node, ast.Constant):
                assert node.value != "rl", where
            if isinstance(node, ast.Tuple | ast.List):
                words = {item.value for item in node.elts if isinstance(item, ast.Constant)}
                assert len(node.elts) != 2 or words not in pairs, where
