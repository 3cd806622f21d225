# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Batched kinematics of a leg equal MuJoCo's, and the fit finds the angles back."""

import numpy as np
import pytest

from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.retargeting import Retargeter
from kinesis_ros.core.retargeting.leg_fit import LegTarget, fit_leg, foot_axes

LINKS = ("femur", "tibia", "talus", "calcn", "toes")


def random_angles(retargeter: Retargeter, count: int) -> np.ndarray:
    limits = retargeter.kinematics.body.leg_ranges
    return np.random.default_rng(5).uniform(limits[:, 0], limits[:, 1], (count, ks.NUM_JOINTS))


@pytest.mark.parametrize("side", [0, 1])
def test_the_chain_is_where_mujoco_puts_the_leg(retargeter: Retargeter, side: int) -> None:
    chain = retargeter.legs.chains[side]
    angles = random_angles(retargeter, 20)
    pose = chain.pose(angles[:, chain.columns])
    for i, state_angles in enumerate(angles):
        state = np.zeros(ks.STATE_SIZE)
        state[3] = 1.0
        state[ks.JOINT_POSITION] = state_angles
        data = retargeter.kinematics.place(state)
        for k, name in enumerate(LINKS):
            body = data.body(f"{name}_{chain.side}")
            np.testing.assert_allclose(pose.position[i, k], body.xpos, atol=1e-9)
            np.testing.assert_allclose(pose.rotation[i, k].ravel(), body.xmat, atol=1e-9)


@pytest.mark.parametrize("side", [0, 1])
def test_fitting_a_pose_of_the_model_itself_gives_its_angles_back(
    retargeter: Retargeter, side: int
) -> None:
    chain = retargeter.legs.chains[side]
    rng = np.random.default_rng(6)
    angles = np.zeros((50, 7))
    angles[:, :4] = rng.uniform([-0.3, -0.2, -0.2, 0.2], [0.8, 0.2, 0.2, 1.2], (50, 4))
    angles[:, 4] = rng.uniform(-0.3, 0.3, 50)
    pose = chain.pose(angles)
    forward, up = foot_axes(chain, pose)
    bones = np.diff(pose.position[:, :3], axis=1)
    bones /= np.linalg.norm(bones, axis=2, keepdims=True)
    start = angles + rng.uniform(-0.05, 0.05, angles.shape) * [1, 1, 0, 1, 1, 0, 0]
    target = LegTarget(
        thigh=bones[:, 0],
        shank=bones[:, 1],
        foot=np.stack([forward, np.cross(up, forward), up], axis=2),
        prior=start,
        ankle=pose.position[:, 2],
    )
    np.testing.assert_allclose(fit_leg(chain, target), angles, atol=np.radians(0.5))


def test_fitted_angles_stay_within_the_limits(retargeter: Retargeter) -> None:
    chain = retargeter.legs.chains[0]
    rng = np.random.default_rng(7)
    thigh, shank = (v / np.linalg.norm(v, axis=1)[:, None] for v in rng.normal(size=(2, 40, 3)))
    foot = np.linalg.qr(rng.normal(size=(40, 3, 3)))[0]
    target = LegTarget(thigh, shank, foot, rng.normal(size=(40, 7)), rng.normal(size=(40, 3)))
    angles = fit_leg(chain, target)
    assert np.all(angles >= chain.limits[:, 0])
    assert np.all(angles <= chain.limits[:, 1])
    assert np.isfinite(angles).all()
