# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Mirroring and moving kinematic states."""

from collections.abc import Callable

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from kinesis_ros.core.body import Kinematics, load_body
from kinesis_ros.core.body import kinematic_state as ks

RandomStates = Callable[[np.random.Generator, int], np.ndarray]

# The two legs of the model are not exact mirror images: measured up to 1.5 mm at the toes over
# the joints' whole range.
ASYMMETRY = 2e-3  # [m]


@pytest.fixture(scope="module")
def kinematics() -> Kinematics:
    return Kinematics(load_body("legs80"))


def within_limits(states: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    lower, upper = load_body("legs80").leg_ranges.T
    states[:, ks.JOINT_POSITION] = rng.uniform(lower, upper, (len(states), ks.NUM_JOINTS))
    return states


def test_the_blocks_cover_the_state_without_overlap() -> None:
    blocks = (
        ks.POSITION,
        ks.QUATERNION,
        ks.LINEAR_VELOCITY,
        ks.ANGULAR_VELOCITY,
        ks.JOINT_POSITION,
        ks.JOINT_VELOCITY,
        ks.KEY_POSITION,
    )
    covered = np.concatenate([np.arange(ks.STATE_SIZE)[block] for block in blocks])
    np.testing.assert_array_equal(covered, np.arange(ks.STATE_SIZE))


def test_mirroring_twice_changes_nothing(random_states: RandomStates) -> None:
    states = random_states(np.random.default_rng(1), 7)
    np.testing.assert_array_equal(ks.mirror(ks.mirror(states)), states)


def test_many_states_are_mirrored_like_one(random_states: RandomStates) -> None:
    states = random_states(np.random.default_rng(2), 6)
    one_by_one = np.array([ks.mirror(state) for state in states])
    np.testing.assert_array_equal(ks.mirror(states), one_by_one)
    np.testing.assert_array_equal(ks.mirror(states.reshape(2, 3, -1)), one_by_one.reshape(2, 3, -1))


def test_mirrored_orientations_are_reflections(random_states: RandomStates) -> None:
    states = random_states(np.random.default_rng(3), 7)
    reflection = np.diag([1.0, -1.0, 1.0])
    before = Rotation.from_quat(np.roll(states[:, ks.QUATERNION], -1, axis=1)).as_matrix()
    mirrored = ks.mirror(states)[:, ks.QUATERNION]
    after = Rotation.from_quat(np.roll(mirrored, -1, axis=1)).as_matrix()
    np.testing.assert_allclose(after, reflection @ before @ reflection, atol=1e-14)


def test_the_mirror_image_of_a_pose_is_the_pose_of_the_mirrored_angles(
    kinematics: Kinematics, random_states: RandomStates
) -> None:
    rng = np.random.default_rng(4)
    states = kinematics.complete(within_limits(random_states(rng, 50), rng))
    mirrored = ks.mirror(states)
    posed = kinematics.complete(mirrored.copy())
    offsets = (posed - mirrored)[:, ks.KEY_POSITION].reshape(50, ks.NUM_KEYS, 3)
    assert np.linalg.norm(offsets, axis=-1).max() < ASYMMETRY
    np.testing.assert_allclose(posed[:, : ks.KEY_POSITION.start], mirrored[:, :41], atol=1e-12)


def test_moving_a_pose_moves_everything_with_it(
    kinematics: Kinematics, random_states: RandomStates
) -> None:
    rng = np.random.default_rng(5)
    states = kinematics.complete(within_limits(random_states(rng, 7), rng))
    moved = ks.transform(states, 0.7, np.array([1.0, -2.0, 0.3]))
    np.testing.assert_allclose(kinematics.complete(moved.copy()), moved, atol=1e-12)


def test_moving_turns_velocities_like_displacements(random_states: RandomStates) -> None:
    states = random_states(np.random.default_rng(6), 7)
    step = np.zeros_like(states)
    step[:, ks.POSITION] = states[:, ks.LINEAR_VELOCITY]
    nowhere = np.zeros(3)
    np.testing.assert_allclose(
        ks.transform(states, 1.1, nowhere)[:, ks.LINEAR_VELOCITY],
        ks.transform(step, 1.1, nowhere)[:, ks.POSITION],
        atol=1e-14,
    )


def test_moves_compose(random_states: RandomStates) -> None:
    states = random_states(np.random.default_rng(7), 7)
    first, second = np.array([0.5, -1.0, 0.2]), np.array([-2.0, 0.1, 0.0])
    turned = Rotation.from_euler("z", 1.3).apply(first)
    np.testing.assert_allclose(
        ks.transform(ks.transform(states, 0.4, first), 1.3, second),
        ks.transform(states, 1.7, turned + second),
        atol=1e-12,
    )


def test_a_move_and_its_inverse_cancel(random_states: RandomStates) -> None:
    states = random_states(np.random.default_rng(8), 7)
    there = ks.transform(states, 0.9, np.zeros(3))
    np.testing.assert_allclose(ks.transform(there, -0.9, np.zeros(3)), states, atol=1e-12)


def test_a_mirrored_left_turn_is_a_right_turn(random_states: RandomStates) -> None:
    states = random_states(np.random.default_rng(9), 7)
    aside = np.array([0.3, 0.8, -0.1])
    np.testing.assert_allclose(
        ks.mirror(ks.transform(states, 0.6, aside)),
        ks.transform(ks.mirror(states), -0.6, aside * [1.0, -1.0, 1.0]),
        atol=1e-12,
    )
