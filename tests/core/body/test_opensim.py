# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""OpenSim coordinates: round trip, known poses, and rates that are derivatives."""

import numpy as np
import pytest

from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.body import opensim
from kinesis_ros.core.maths import rotations

BUT_KEYS = slice(0, 41)


def random_state(rng: np.random.Generator) -> np.ndarray:
    state = rng.normal(size=ks.STATE_SIZE)
    state[ks.QUATERNION] /= np.linalg.norm(state[ks.QUATERNION])
    return state


def coordinates_of(state: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    position, velocity = np.empty(20), np.empty(20)
    opensim.write_coordinates(state, position, velocity)
    return position, velocity


def test_any_state_survives_the_round_trip() -> None:
    rng = np.random.default_rng(1)
    for _ in range(200):
        state = random_state(rng)
        back = np.zeros(ks.STATE_SIZE)
        opensim.read_coordinates(*coordinates_of(state), back)
        if back[ks.QUATERNION] @ state[ks.QUATERNION] < 0.0:
            back[ks.QUATERNION] *= -1.0  # the same orientation
        np.testing.assert_allclose(back[BUT_KEYS], state[BUT_KEYS], atol=1e-9)


def test_a_pelvis_exactly_on_its_side_survives_the_round_trip() -> None:
    state = np.zeros(ks.STATE_SIZE)
    state[ks.QUATERNION] = np.sqrt(0.5), np.sqrt(0.5), 0.0, 0.0
    state[ks.ANGULAR_VELOCITY] = 0.3, -0.2, 0.5
    back = np.zeros(ks.STATE_SIZE)
    opensim.read_coordinates(*coordinates_of(state), back)
    assert rotations.angle_between(back[ks.QUATERNION], state[ks.QUATERNION]) < 1e-6
    np.testing.assert_allclose(back[10:13], state[10:13], atol=1e-9)


def test_rates_are_the_derivatives_of_the_coordinates() -> None:
    rng = np.random.default_rng(2)
    step = 1e-6
    for _ in range(20):
        state = random_state(rng)
        position, velocity = coordinates_of(state)
        if np.cos(position[1]) < 0.1:
            continue
        later = state.copy()
        later[ks.POSITION] += step * state[ks.LINEAR_VELOCITY]
        later[ks.JOINT_POSITION] += step * state[ks.JOINT_VELOCITY]
        turn = np.concatenate([[0.0], 0.5 * step * state[ks.ANGULAR_VELOCITY]])
        later[ks.QUATERNION] += rotations.multiply(state[ks.QUATERNION], turn)
        moved, _ = coordinates_of(later)
        np.testing.assert_allclose((moved - position) / step, velocity, atol=1e-3)


@pytest.mark.parametrize(
    ("axis", "coordinate", "sign"),
    [(1, "pelvis_tilt", -1.0), (0, "pelvis_list", 1.0), (2, "pelvis_rotation", 1.0)],
)
def test_a_turn_about_one_axis_is_one_coordinate(axis: int, coordinate: str, sign: float) -> None:
    state = np.zeros(ks.STATE_SIZE)
    state[3], state[4 + axis] = np.cos(0.2), np.sin(0.2)
    position, _ = coordinates_of(state)
    expected = np.zeros(20)
    expected[opensim.COORDINATES.index(coordinate)] = sign * 0.4
    np.testing.assert_allclose(position, expected, atol=1e-12)


def test_opensim_ground_is_x_forward_y_up_z_right() -> None:
    state = np.zeros(ks.STATE_SIZE)
    state[ks.POSITION] = 1.0, 2.0, 3.0  # forward, left, up
    state[3] = 1.0
    position, _ = coordinates_of(state)
    found = dict(zip(opensim.COORDINATES, position, strict=True))
    assert (found["pelvis_tx"], found["pelvis_ty"], found["pelvis_tz"]) == (1.0, 3.0, -2.0)
