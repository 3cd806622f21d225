# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Inverse dynamics and the floor's forces obey mechanics."""

import copy

import mujoco
import numpy as np
import pytest

from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.dynamics import InverseDynamics
from kinesis_ros.core.dynamics.floor_forces import FRICTION, divide, transition
from kinesis_ros.core.dynamics.inverse import GeneralisedMotion, centre_of_pressure

GRAVITY = 9.81


@pytest.fixture(scope="module")
def dynamics() -> InverseDynamics:
    return InverseDynamics()


def standing(frames: int = 12) -> np.ndarray:
    states = np.zeros((frames, ks.STATE_SIZE))
    states[:, 2], states[:, 3] = 0.95, 1.0
    states[:, ks.JOINT_POSITION] = np.tile([0.2, 0.0, 0.0, 0.4, 0.2, 0.0, 0.0], 2)
    return states


def test_a_standing_body_asks_for_its_weight_under_its_centre_of_mass(
    dynamics: InverseDynamics,
) -> None:
    wrench = dynamics.demand(dynamics.motion(standing())).wrench
    np.testing.assert_allclose(wrench[:, :3], [[0.0, 0.0, dynamics.weight]] * 12, atol=1e-6)
    mujoco.mj_comPos(dynamics.model, dynamics.data)
    centre = dynamics.data.subtree_com[0, :2]
    np.testing.assert_allclose(centre_of_pressure(wrench), [centre] * 12, atol=1e-6)


def test_a_falling_body_asks_for_nothing(dynamics: InverseDynamics) -> None:
    states = standing()
    time = np.arange(len(states)) / 30.0
    states[:, 2] += 3.0 - 0.5 * GRAVITY * time**2
    states[:, 0] += 1.3 * time
    demand = dynamics.demand(dynamics.motion(states))
    np.testing.assert_allclose(demand.wrench, 0.0, atol=1e-5)
    np.testing.assert_allclose(demand.moments, 0.0, atol=1e-5)


def test_the_forces_of_a_simulated_motion_are_found_again(dynamics: InverseDynamics) -> None:
    body, random = dynamics.body, np.random.default_rng(0)
    model = copy.copy(body.model)
    alone = mujoco.mjtDisableBit.mjDSBL_CONTACT | mujoco.mjtDisableBit.mjDSBL_LIMIT
    model.opt.disableflags |= int(alone)
    data = mujoco.MjData(model)
    for _ in range(5):
        data.qpos[:3] = [0.0, 0.0, 3.0]  # off the floor
        data.qpos[3:7] = random.normal(size=4)
        data.qpos[3:7] /= np.linalg.norm(data.qpos[3:7])
        data.qpos[body.leg_qpos] = np.tile([0.3, 0.1, 0.0, 0.8, 0.1, 0.0, -0.1], 2)
        body.couplings.complete(data.qpos)
        data.qvel[:] = random.normal(size=model.nv)
        body.couplings.complete_velocity(data.qpos, data.qvel)
        data.qfrc_applied[:] = random.normal(size=model.nv) * 20.0
        data.qacc_warmstart[:] = 0.0
        mujoco.mj_forward(model, data)
        motion = GeneralisedMotion(
            data.qpos[None].copy(), data.qvel[None].copy(), data.qacc[None].copy()
        )
        demand = dynamics.demand(motion)
        forces = data.qfrc_applied + data.qfrc_passive + data.qfrc_actuator
        np.testing.assert_allclose(
            demand.moments[0], dynamics.folded(forces, data.qpos), rtol=1e-4, atol=0.02
        )
        np.testing.assert_allclose(demand.wrench[0, :3], data.qfrc_applied[:3], atol=0.02)


def soles(left: float = 0.1) -> np.ndarray:
    """Corners of two level feet side by side, (2, 1, 4, 3)."""
    corners = np.array([[-0.05, -0.04], [-0.05, 0.04], [0.2, -0.04], [0.2, 0.04]])
    feet = np.zeros((2, 1, 4, 3))
    feet[0, 0, :, :2] = corners - [0.0, left]
    feet[1, 0, :, :2] = corners - [0.0, -left]
    return feet


def pressing(x: float, y: float, weight: float = 700.0) -> np.ndarray:
    return np.array([[30.0, 10.0, weight, y * weight, -x * weight, 3.0]])


@pytest.mark.parametrize(("x", "y"), [(0.0, 0.0), (0.15, 0.1), (-0.04, -0.12), (0.1, 0.05)])
def test_both_feet_together_do_what_is_asked_if_they_can(x: float, y: float) -> None:
    wrench = pressing(x, y)
    floor = divide(wrench, soles(), np.ones((2, 1), dtype=bool), np.array([[1.0, 0.0]]))
    np.testing.assert_allclose(floor.force.sum(axis=1), wrench[:, :3], rtol=1e-3)
    assert np.abs(floor.residual[:, 3:5]).max() < 0.005 * wrench[0, 2]


def test_pressure_stays_inside_the_foot_that_stands() -> None:
    stands = np.array([[True], [False]])
    for x, y in [(0.5, 0.0), (-0.4, -0.3), (0.1, -0.1)]:
        floor = divide(pressing(x, y), soles(), stands, np.array([[1.0, 0.0]]))
        place = floor.pressure[0, 0]
        assert -0.05 - 1e-9 <= place[0] <= 0.2 + 1e-9
        assert -0.14 - 1e-9 <= place[1] <= -0.06 + 1e-9
        assert not floor.force[0, 1].any()


def test_forces_along_the_floor_are_within_friction_and_nothing_pulls() -> None:
    random = np.random.default_rng(1)
    frames = 40
    wrench = np.concatenate([pressing(*random.uniform(-0.1, 0.2, 2)) for _ in range(frames)])
    wrench[:, :3] = random.normal(scale=[300.0, 300.0, 500.0], size=(frames, 3))
    stands = random.random((2, frames)) < 0.7
    ahead = np.tile([1.0, 0.0], (frames, 1))
    floor = divide(wrench, np.tile(soles(), (1, frames, 1, 1)), stands, ahead)
    assert floor.force[..., 2].min() >= 0.0
    along = np.linalg.norm(floor.force[..., :2], axis=2)
    assert np.all(along <= FRICTION * floor.force[..., 2] + 1e-6)


def test_the_trailing_foot_hands_over_bit_by_bit() -> None:
    stands = np.ones((2, 16), dtype=bool)
    stands[1, :4] = False  # the right foot alone, then both, then the left one
    stands[0, 12:] = False
    share = transition(stands)
    np.testing.assert_allclose(share.sum(axis=1), 1.0)
    assert np.all(share[:4, 0] == 1.0)
    assert np.all(np.diff(share[3:13, 0]) < 0.0)
    assert np.all(share[12:, 0] == 0.0)
    np.testing.assert_allclose(transition(stands[::-1]), share[:, ::-1])
