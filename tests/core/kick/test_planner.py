# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Kicks: what holds for all of them, whatever the aim, the foot and the speed."""

import math
from pathlib import Path

import numpy as np
import pytest

from kinesis_ros.core.body import LEFT, RIGHT, SIDES, Kinematics
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.gait import MotionGenerator
from kinesis_ros.core.kick import KickConfig, KickPlanner, KickStyle, PlannedKick
from kinesis_ros.core.kick.balance import Balancer, zero_moment_points
from kinesis_ros.core.kick.style import DEFAULT_PATH, KickStyleError
from kinesis_ros.core.leg import leg_of
from kinesis_ros.core.leg.kinematics import foot_pose, lowest_point
from kinesis_ros.core.maths import rotations

BALL = np.array([1.4, -0.3])


@pytest.fixture(scope="module")
def kinematics() -> Kinematics:
    return Kinematics()


@pytest.fixture(scope="module")
def planner() -> KickPlanner:
    return KickPlanner.load()


def standing(planner: KickPlanner, aim: float, side: int) -> np.ndarray:
    generator = MotionGenerator.load()
    x, y, heading = planner.stance(BALL, aim, side)
    generator.reset((x, y), heading)
    return generator.now


def kick_at(planner: KickPlanner, aim: float = 0.0, side: int = RIGHT) -> PlannedKick:
    return planner.plan(standing(planner, aim, side), BALL, aim, side)


@pytest.fixture(scope="module", params=[4.5, 6.0, 8.0])
def kick(request: pytest.FixtureRequest) -> PlannedKick:
    return kick_at(KickPlanner.load(KickConfig(foot_speed=request.param)), 0.4)


def bottoms(kinematics: Kinematics, states: np.ndarray) -> np.ndarray:
    """Lowest points (frames, 2) of the right and the left foot [m]."""
    legs = [leg_of(kinematics.body, side) for side in SIDES]
    result = np.empty((len(states), 2))
    for i, state in enumerate(states):
        axes = [rotations.rotate(state[ks.QUATERNION], axis) for axis in np.eye(3)]
        rotation = np.stack(axes, axis=1)
        joints = state[ks.JOINT_POSITION].reshape(2, -1)
        for j, leg in enumerate(legs):
            pose = foot_pose(leg, state[ks.POSITION], rotation, joints[j])
            result[i, j] = lowest_point(leg, pose)
    return result


def test_it_begins_where_the_body_stands_and_ends_in_standing(kick: PlannedKick) -> None:
    still = (ks.LINEAR_VELOCITY, ks.ANGULAR_VELOCITY, ks.JOINT_VELOCITY)
    for state in (kick.states[0], kick.states[-1]):
        assert max(np.abs(state[block]).max() for block in still) < 0.1
    generator = MotionGenerator.load()
    end = kick.states[-1]
    generator.reset((end[0], end[1]), rotations.heading(end[ks.QUATERNION]))
    off = end[ks.JOINT_POSITION] - generator.now[ks.JOINT_POSITION]
    assert np.abs(off).max() < math.radians(2.0)


def test_joints_stay_within_their_limits_and_do_not_jump(
    kick: PlannedKick, kinematics: Kinematics
) -> None:
    joints = kick.states[:, ks.JOINT_POSITION]
    low, high = kinematics.body.leg_ranges.T
    assert (joints > low - 1e-6).all()
    assert (joints < high + 1e-6).all()
    # The knee of a penalty in the motion capture extends by 35 degrees a frame.
    assert np.abs(np.diff(joints, axis=0)).max() < math.radians(26.0)
    # No jump of the velocity: what a frame adds is of the size of what the next one adds.
    change = np.linalg.norm(np.diff(kick.states[:, ks.POSITION], n=2, axis=0), axis=1)
    assert change.max() < 0.03


def test_no_foot_goes_under_the_floor_and_standing_feet_stay(
    kick: PlannedKick, kinematics: Kinematics
) -> None:
    assert bottoms(kinematics, kick.states).min() > -0.004
    keys = kick.states[:, ks.KEY_POSITION].reshape(-1, ks.NUM_KEYS, 3)
    plant = keys[:, ks.KEY_BODIES.index("toes_l")]
    # The other foot stands from well before the ball is met until well after it.
    during = plant[kick.ball_frame - 12 : kick.ball_frame + 8]
    assert np.ptp(during[:, :2], axis=0).max() < 0.005


def test_the_floor_can_carry_the_body_all_the_way(
    kick: PlannedKick, kinematics: Kinematics
) -> None:
    points = zero_moment_points(kinematics, kick.states)[3:-3]
    keys = kick.states[3:-3, ks.KEY_POSITION].reshape(-1, ks.NUM_KEYS, 3)
    feet = keys[:, [ks.KEY_BODIES.index(f"toes_{side}") for side in SIDES], :2]
    # From the joint of the toes: no farther than the heel, or than half a foot's width and the
    # sway of the other leg, in the mean of a tenth of a second.
    far = np.linalg.norm(points[:, None] - feet, axis=2).min(axis=1)
    mean = np.convolve(far, np.ones(3) / 3.0, mode="valid")
    assert mean.max() < 0.28


@pytest.mark.parametrize("aim", [-2.5, 0.7])
def test_turning_the_aim_turns_the_kick(planner: KickPlanner, aim: float) -> None:
    plain, turned = kick_at(planner), kick_at(planner, aim)
    moved = ks.transform(plain.states, 0.0, np.array([-BALL[0], -BALL[1], 0.0]))
    moved = ks.transform(moved, aim, np.array([*BALL, 0.0]))
    for block in (ks.POSITION, ks.JOINT_POSITION, ks.KEY_POSITION):
        assert np.abs(moved[:, block] - turned.states[:, block]).max() < 1e-6


def test_the_left_foot_kicks_as_the_mirrored_right_one(planner: KickPlanner) -> None:
    shift = np.array([-BALL[0], -BALL[1], 0.0])
    right = ks.transform(kick_at(planner).states, 0.0, shift)
    left = ks.transform(kick_at(planner, side=LEFT).states, 0.0, shift)
    # The legs of the model are not mirror images to the last digit.
    for block in (ks.POSITION, ks.JOINT_POSITION, ks.KEY_POSITION):
        assert np.abs(ks.mirror(right)[:, block] - left[:, block]).max() < 5e-3


def test_a_faster_kick_has_a_faster_foot() -> None:
    speeds = []
    for wanted in (4.5, 6.0, 8.0):
        kick = kick_at(KickPlanner.load(KickConfig(foot_speed=wanted)))
        keys = kick.states[:, ks.KEY_POSITION].reshape(-1, ks.NUM_KEYS, 3)
        toes = keys[kick.ball_frame - 1 : kick.ball_frame + 2, ks.KEY_BODIES.index("toes_r")]
        speeds.append(float(np.linalg.norm(toes[2] - toes[0])) * 15.0)
        # What 30 frames a second show of the peak.
        assert 0.75 * wanted < speeds[-1] < 1.1 * wanted
    assert speeds == sorted(speeds)


def test_options_that_nobody_can_kick_with_are_named() -> None:
    with pytest.raises(ValueError, match="foot_speed"):
        KickConfig(foot_speed=30.0)


def test_the_balancer_moves_a_pendulum_to_its_support() -> None:
    balancer = Balancer(90, 0.9)
    frames = np.arange(90)
    support = np.stack([np.where(frames < 45, 0.0, 0.1), np.zeros(90)], axis=1)
    way = np.clip((frames - 30.0) / 30.0, 0.0, 1.0)
    centre = np.stack([0.1 * way**3 * (10.0 - 15.0 * way + 6.0 * way**2), np.zeros(90)], axis=1)
    moved = centre + balancer.correction(centre, support)
    before, after = (
        path[1:-1] - 0.9 / 9.81 * 900.0 * np.diff(path, n=2, axis=0) for path in (centre, moved)
    )
    wanted = support[1:-1]
    assert np.square(after - wanted).mean() < 0.2 * np.square(before - wanted).mean()
    assert np.array_equal(moved[:2], centre[:2])


def test_a_kick_file_says_what_is_wrong_with_it(tmp_path: Path) -> None:
    path = tmp_path / "kick.npz"
    with pytest.raises(KickStyleError, match="does not exist"):
        KickStyle.load(path)
    path.write_bytes(DEFAULT_PATH.read_bytes()[:200])
    with pytest.raises(KickStyleError, match="cannot be read"):
        KickStyle.load(path)
    style = KickStyle.load()
    style.save(path)
    again = KickStyle.load(path)
    assert np.array_equal(again.swing, style.swing)
    assert again.provenance == style.provenance
