# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""From root motion and joint angles to kinematic states."""

from collections.abc import Callable

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from kinesis_ros.core.body import CONTROL_RATE, Kinematics, load_body, states_from_motion
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.body.kinematics import angular_velocity, continuous

FRAMES = 31
TIME = np.arange(FRAMES) / CONTROL_RATE


def quaternions(rotation: Rotation) -> np.ndarray:
    return np.roll(rotation.as_quat(), 1, axis=-1)


@pytest.fixture(scope="module")
def kinematics() -> Kinematics:
    return Kinematics(load_body("legs80"))


def test_key_positions_are_mujocos_body_positions(kinematics: Kinematics) -> None:
    rng = np.random.default_rng(1)
    state = np.zeros(ks.STATE_SIZE)
    state[ks.QUATERNION] = quaternions(Rotation.from_quat(rng.normal(size=4)))
    state[ks.POSITION] = rng.normal(size=3)
    state[ks.JOINT_POSITION] = rng.uniform(0.0, 0.4, ks.NUM_JOINTS)
    (completed,) = kinematics.complete(state[None].copy())
    data = kinematics.place(state)
    expected = np.array([data.body(name).xpos for name in ks.KEY_BODIES])
    np.testing.assert_array_equal(completed[ks.KEY_POSITION].reshape(-1, 3), expected)


def test_completing_twice_is_completing_once(
    kinematics: Kinematics, random_states: Callable[[np.random.Generator, int], np.ndarray]
) -> None:
    states = kinematics.complete(random_states(np.random.default_rng(2), 7))
    np.testing.assert_allclose(kinematics.complete(states.copy()), states, atol=1e-12)


def test_a_steady_screw_motion_has_constant_velocities(kinematics: Kinematics) -> None:
    velocity, spin, rates = np.array([1.2, 0.3, 0.0]), 0.8, np.linspace(-0.5, 0.5, ks.NUM_JOINTS)
    states = states_from_motion(
        kinematics,
        TIME[:, None] * velocity + [0.0, 0.0, 0.9],
        quaternions(Rotation.from_euler("z", spin * TIME[:, None])),
        TIME[:, None] * rates,
        CONTROL_RATE,
    )
    np.testing.assert_allclose(states[:, ks.LINEAR_VELOCITY] - velocity, 0.0, atol=1e-12)
    np.testing.assert_allclose(states[:, ks.JOINT_VELOCITY] - rates, 0.0, atol=1e-12)
    # A central difference of a rotation by 0.03 rad a frame, one-sided at the ends.
    np.testing.assert_allclose(
        states[:, ks.ANGULAR_VELOCITY], [[0.0, 0.0, spin]] * FRAMES, atol=2e-4
    )


def test_angular_velocity_is_in_the_rotating_frame() -> None:
    tilted = Rotation.from_euler("x", 0.5)
    about_own_axis = quaternions(tilted * Rotation.from_euler("z", 0.7 * TIME[:, None]))
    expected = [[0.0, 0.0, 0.7]] * (FRAMES - 2)
    measured = angular_velocity(about_own_axis, CONTROL_RATE)[1:-1]
    np.testing.assert_allclose(measured, expected, atol=1e-4)


def test_the_angular_velocitys_error_falls_with_the_square_of_the_frame_time() -> None:
    spin = np.array([0.4, -1.1, 0.9])
    errors = []
    for rate in (30.0, 60.0, 120.0):
        time = np.arange(11) / rate
        motion = quaternions(Rotation.from_rotvec(time[:, None] * spin))
        errors.append(np.abs(angular_velocity(motion, rate)[5] - spin).max())
    assert errors[1] < 0.26 * errors[0]
    assert errors[2] < 0.26 * errors[1]


def test_sign_flips_of_a_quaternion_are_removed() -> None:
    smooth = quaternions(Rotation.from_euler("z", 6.0 * TIME[:, None]))
    smooth = continuous(smooth)
    assert (np.abs(np.diff(smooth, axis=0)) < 0.2).all()
    flipped = smooth.copy()
    flipped[5:12] *= -1.0
    flipped[20] *= -2.0  # not a unit quaternion either
    np.testing.assert_allclose(continuous(flipped), smooth, atol=1e-14)


def test_a_single_frame_stands_still(kinematics: Kinematics) -> None:
    (state,) = states_from_motion(
        kinematics,
        np.array([[0.0, 0.0, 0.95]]),
        np.array([[1.0, 0.0, 0.0, 0.0]]),
        np.zeros((1, ks.NUM_JOINTS)),
        CONTROL_RATE,
    )
    for velocity in (ks.LINEAR_VELOCITY, ks.ANGULAR_VELOCITY, ks.JOINT_VELOCITY):
        np.testing.assert_array_equal(state[velocity], 0.0)
