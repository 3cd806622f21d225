# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Legs as compiled chains: against MuJoCo, and there and back."""

import mujoco
import numpy as np
import pytest

from kinesis_ros.core.body import SIDES, Body, Kinematics, load_body
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.leg import Leg, leg_of, solve_leg
from kinesis_ros.core.leg.foot_rolling import footprint_of, planted
from kinesis_ros.core.leg.kinematics import (
    ankle_of,
    euler_angles,
    euler_matrix,
    foot_pose,
    hip_of,
    lowest_point,
)

BODY = "legs80"


@pytest.fixture(scope="module")
def body() -> Body:
    return load_body(BODY)


def random_state(body: Body, rng: np.random.Generator) -> np.ndarray:
    """A body somewhere in the air, moderately bent."""
    state = np.zeros(ks.STATE_SIZE)
    state[ks.POSITION] = rng.normal(size=3)
    mujoco.mju_mat2Quat(state[ks.QUATERNION], euler_matrix(*rng.normal(scale=0.4, size=3)).ravel())
    state[ks.JOINT_POSITION] = 0.6 * rng.uniform(*body.leg_ranges.T)
    return state


def rotation_of(state: np.ndarray) -> np.ndarray:
    matrix = np.zeros(9)
    mujoco.mju_quat2Mat(matrix, state[ks.QUATERNION])
    return matrix.reshape(3, 3)


@pytest.mark.parametrize("side", SIDES)
def test_feet_are_where_mujoco_puts_them(body: Body, side: str) -> None:
    leg, kinematics, rng = leg_of(body, side), Kinematics(body), np.random.default_rng(1)
    for _ in range(10):
        state = random_state(body, rng)
        data = kinematics.place(state)
        angles = state[ks.JOINT_POSITION].reshape(2, 7)[SIDES.index(side)]
        foot = foot_pose(leg, state[ks.POSITION], rotation_of(state), angles)
        assert foot[:3] == pytest.approx(data.body(f"calcn_{side}").xpos, abs=1e-9)
        hip = state[ks.POSITION] + rotation_of(state) @ hip_of(leg)
        assert hip == pytest.approx(data.body(f"femur_{side}").xpos, abs=1e-9)
        assert ankle_of(leg, foot) == pytest.approx(data.body(f"talus_{side}").xpos, abs=0.025)


@pytest.mark.parametrize("side", SIDES)
def test_the_lowest_point_touches_a_floor_at_its_height(body: Body, side: str) -> None:
    leg, kinematics = leg_of(body, side), Kinematics(body)
    rng = np.random.default_rng(2)
    model = body.model
    geoms = [
        geom
        for geom in range(model.ngeom)
        if model.geom_contype[geom]
        and model.body(model.geom_bodyid[geom]).name in (f"calcn_{side}", f"toes_{side}")
    ]
    for _ in range(10):
        state = random_state(body, rng)
        data = kinematics.place(state)
        angles = state[ks.JOINT_POSITION].reshape(2, 7)[SIDES.index(side)]
        foot = foot_pose(leg, state[ks.POSITION], rotation_of(state), angles)
        between, floor = np.zeros(6), model.geom("floor").id
        nearest = min(
            mujoco.mj_geomDistance(model, data, floor, geom, 9.0, between) for geom in geoms
        )
        assert lowest_point(leg, foot) == pytest.approx(nearest, abs=1e-6)


@pytest.mark.parametrize("side", SIDES)
def test_inverse_kinematics_finds_the_angles_that_made_a_pose(body: Body, side: str) -> None:
    leg, rng = leg_of(body, side), np.random.default_rng(3)
    for _ in range(20):
        angles = leg.lower + (leg.upper - leg.lower) * rng.uniform(0.3, 0.7, size=7)
        position, rotation = rng.normal(size=3), euler_matrix(*rng.normal(scale=0.3, size=3))
        foot = foot_pose(leg, position, rotation, angles)
        near = angles + rng.normal(scale=0.1, size=7)
        found = solve_leg(leg, position, rotation, foot, near, np.array([300.0, 30.0, 1e-3]))
        assert found == pytest.approx(angles, abs=1e-4)


def test_euler_angles_invert_euler_matrix() -> None:
    for angles in np.random.default_rng(4).uniform(-1.4, 1.4, size=(20, 3)):
        assert euler_angles(euler_matrix(*angles)) == pytest.approx(angles)


def contact_point(leg: Leg, pitch: float) -> np.ndarray:
    """Where the pivot of a foot pitched by `pitch` is on the floor."""
    foot = planted(leg, np.array([0.3, 0.1, 0.2]), pitch, -min(max(pitch, 0.0), -leg.lower[6]))
    assert lowest_point(leg, foot) == pytest.approx(0.0, abs=1e-12)
    assert footprint_of(leg, foot) == pytest.approx([0.3, 0.1, 0.2])
    pivot = leg.heel if pitch < 0.0 else leg.ball
    return (foot[:3] + euler_matrix(*foot[3:6]) @ pivot)[:2]


def test_a_planted_foot_rolls_over_its_heel_and_about_its_ball(body: Body) -> None:
    leg = leg_of(body, "r")
    forward = np.array([np.cos(0.2), np.sin(0.2)])
    pitches = np.array([-0.5, -0.3, -0.01])
    heels = np.array([contact_point(leg, pitch) for pitch in pitches])
    way = leg.heel_radius * (pitches - pitches[0])[:, None] * forward
    np.testing.assert_allclose(heels - heels[0], way, atol=1e-9)
    balls = [contact_point(leg, pitch) for pitch in (0.01, 0.2, 0.5)]
    assert np.ptp(balls, axis=0) == pytest.approx([0.0, 0.0], abs=1e-9)
