# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Quaternions against scipy's."""

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from kinesis_ros.core.maths import rotations

RNG = np.random.default_rng(1)
PAIRS = [tuple(Rotation.from_quat(RNG.normal(size=(2, 4)))) for _ in range(20)]


def wxyz(rotation: Rotation) -> np.ndarray:
    return np.roll(rotation.as_quat(), 1)


def matrix(quaternion: np.ndarray) -> np.ndarray:
    return Rotation.from_quat(np.roll(quaternion, -1)).as_matrix()


@pytest.mark.parametrize(("a", "b"), PAIRS)
def test_products_compose_rotations(a: Rotation, b: Rotation) -> None:
    product = rotations.multiply(wxyz(a), wxyz(b))
    np.testing.assert_allclose(matrix(product), (a * b).as_matrix(), atol=1e-14)


@pytest.mark.parametrize(("a", "b"), PAIRS)
def test_vectors_are_rotated_and_back(a: Rotation, b: Rotation) -> None:
    vector = b.as_rotvec()
    turned = rotations.rotate(wxyz(a), vector)
    np.testing.assert_allclose(turned, a.apply(vector), atol=1e-14)
    np.testing.assert_allclose(
        rotations.rotate(rotations.conjugate(wxyz(a)), turned), vector, atol=1e-14
    )


@pytest.mark.parametrize(("a", "b"), PAIRS)
def test_the_angle_between_orientations(a: Rotation, b: Rotation) -> None:
    expected = (a.inv() * b).magnitude()
    assert rotations.angle_between(wxyz(a), wxyz(b)) == pytest.approx(expected, abs=1e-7)
    assert rotations.angle_between(wxyz(a), -wxyz(b)) == pytest.approx(expected, abs=1e-7)


@pytest.mark.parametrize(("a", "b"), PAIRS)
def test_the_heading_is_where_the_x_axis_points(a: Rotation, b: Rotation) -> None:
    del b
    forward = a.apply([1.0, 0.0, 0.0])
    assert rotations.heading(wxyz(a)) == pytest.approx(np.arctan2(forward[1], forward[0]))


@pytest.mark.parametrize("angle", np.linspace(-3.1, 3.1, 9))
def test_heading_inverts_from_heading(angle: float) -> None:
    assert rotations.heading(rotations.from_heading(angle)) == pytest.approx(angle)


@pytest.mark.parametrize("angle", RNG.uniform(-50.0, 50.0, 20))
def test_wrapped_angles_point_the_same_way(angle: float) -> None:
    wrapped = rotations.wrap(angle)
    assert -np.pi <= wrapped < np.pi
    assert np.cos(wrapped) == pytest.approx(np.cos(angle))
    assert np.sin(wrapped) == pytest.approx(np.sin(angle))


@pytest.mark.parametrize(("a", "b"), PAIRS)
def test_matrices_and_euler_angles_are_those_of_scipy(a: Rotation, b: Rotation) -> None:
    np.testing.assert_allclose(rotations.matrix(wxyz(a)), a.as_matrix(), atol=1e-14)
    yaw, pitch, roll = b.as_euler("ZYX")
    quaternion = rotations.from_euler(yaw, pitch, roll)
    np.testing.assert_allclose(matrix(quaternion), b.as_matrix(), atol=1e-14)
