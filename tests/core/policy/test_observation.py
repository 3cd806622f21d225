# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What the policy sees does not depend on where the body is, and is symmetric."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.policy import LOOKAHEAD, OBSERVATION_SIZE, WINDOW, mirror_joints, observe
from kinesis_ros.core.policy.observation import BLOCKS, mirror_observation, observe_into

RandomStates = Callable[[np.random.Generator, int], np.ndarray]

GOLDEN = Path(__file__).parent / "golden" / "observation.txt"


def exact(state: np.ndarray, reference: np.ndarray, now: int = 0) -> np.ndarray:
    """Observation before it is rounded to float32."""
    observation = np.empty(OBSERVATION_SIZE)
    observe_into(state, reference, now, observation)
    return observation


def block(name: str) -> slice:
    start = 0
    for other, size, _ in BLOCKS:
        if other == name:
            return slice(start, start + size)
        start += size
    raise KeyError(name)


@pytest.fixture
def case(random_states: RandomStates) -> tuple[np.ndarray, np.ndarray]:
    """A state and a reference window, unrelated."""
    states = random_states(np.random.default_rng(1), WINDOW + 1)
    return states[0], states[1:]


def test_where_the_world_has_its_origin_and_north_does_not_matter(
    case: tuple[np.ndarray, np.ndarray],
) -> None:
    state, reference = case
    expected = exact(state, reference)
    for angle in (-2.5, 0.3, 3.0):
        move = np.array([3.0, -40.0, 0.0])  # level: the height over the floor is observed
        moved = exact(ks.transform(state, angle, move), ks.transform(reference, angle, move))
        np.testing.assert_allclose(moved, expected, atol=1e-11)


def test_the_sign_of_a_quaternion_does_not_matter(case: tuple[np.ndarray, np.ndarray]) -> None:
    state, reference = case
    expected = exact(state, reference)
    reference[::2, ks.QUATERNION] *= -1.0
    state[ks.QUATERNION] *= -1.0
    np.testing.assert_allclose(exact(state, reference), expected, atol=1e-14)


def test_the_mirrored_body_sees_the_mirrored_observation(
    case: tuple[np.ndarray, np.ndarray],
) -> None:
    state, reference = case
    np.testing.assert_allclose(
        exact(ks.mirror(state), ks.mirror(reference)),
        mirror_observation(exact(state, reference)),
        atol=1e-13,
    )


def test_mirroring_an_observation_or_an_action_twice_changes_nothing() -> None:
    rng = np.random.default_rng(2)
    observations = rng.normal(size=(7, OBSERVATION_SIZE))
    np.testing.assert_array_equal(
        mirror_observation(mirror_observation(observations)), observations
    )
    actions = rng.normal(size=(7, ks.NUM_JOINTS))
    np.testing.assert_array_equal(mirror_joints(mirror_joints(actions)), actions)


def test_a_body_at_its_target_sees_no_difference(case: tuple[np.ndarray, np.ndarray]) -> None:
    state, _ = case
    observation = exact(state, np.tile(state, (WINDOW, 1)))
    np.testing.assert_allclose(observation[block("key_difference")], 0.0, atol=1e-14)
    for ahead in LOOKAHEAD:
        target = observation[block(f"reference_{ahead}")]
        np.testing.assert_allclose(target[:5], [0.0, 0.0, 0.0, 0.0, 1.0], atol=1e-14)
        np.testing.assert_allclose(target[5:8], observation[block("up")], atol=1e-14)
        np.testing.assert_allclose(target[11:], 0.0, atol=1e-14)


def test_only_the_frames_of_the_lookahead_are_seen(case: tuple[np.ndarray, np.ndarray]) -> None:
    state, reference = case
    expected = exact(state, reference)
    unseen = [frame for frame in range(WINDOW) if frame not in LOOKAHEAD]
    reference[unseen] = np.nan
    np.testing.assert_array_equal(exact(state, reference), expected)


def test_now_shifts_the_window(random_states: RandomStates) -> None:
    states = random_states(np.random.default_rng(3), WINDOW + 6)
    state, reference = states[0], states[1:]
    for now in range(5):
        np.testing.assert_array_equal(
            exact(state, reference, now), exact(state, reference[now : now + WINDOW])
        )


def test_past_its_end_a_reference_holds_its_last_frame(
    case: tuple[np.ndarray, np.ndarray],
) -> None:
    state, reference = case
    held = np.concatenate([reference[:5], np.tile(reference[4], (WINDOW, 1))])
    for now in range(8):
        np.testing.assert_array_equal(exact(state, reference[:5], now), exact(state, held, now))


def test_the_observation_is_the_one_the_policies_were_trained_with() -> None:
    waves = np.sin(np.arange((WINDOW + 1) * ks.STATE_SIZE)).reshape(-1, ks.STATE_SIZE)
    waves[:, ks.QUATERNION] /= np.linalg.norm(waves[:, ks.QUATERNION], axis=1, keepdims=True)
    observation = observe(waves[0], waves[1:])
    assert observation.dtype == np.float32
    # If this fails, shipped policies see something else than they were trained on: restore the
    # layout, or raise the policy contract's version and train again.
    np.testing.assert_allclose(observation, np.loadtxt(GOLDEN), atol=1e-6)
