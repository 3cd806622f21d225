# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The body in lockstep without ROS: repeatable, on the clip's clock, pushed by what is said."""

import numpy as np
import pytest

from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.gait import MotionGenerator
from kinesis_ros.core.motion import Clip
from kinesis_ros.core.plans import GoalError, GoalState
from kinesis_ros.core.rollout import ClipReference, GoalReference, Rollout, key_distance
from kinesis_ros.core.simulation import Push


@pytest.fixture(scope="module")
def rollout() -> Rollout:
    return Rollout.load(GoalReference("walk forward"))


def test_a_goal_is_walked_and_every_row_is_consistent(rollout: Rollout) -> None:
    rollout.reset()
    walked = rollout.run(3.0)
    assert walked.fell_at is None
    assert len(walked) == 90
    np.testing.assert_allclose(walked.time, np.arange(1, 91) / 30.0)
    assert walked.state[-1, 0] > 1.0  # [m] in three seconds with the start
    assert next(event.state for _, event in walked.events) is GoalState.ACCEPTED
    assert walked.activation is not None
    assert walked.activation.shape == (90, 80)
    assert walked.effort is not None
    np.testing.assert_allclose(walked.effort, (walked.activation**2).mean(axis=1))
    assert walked.expert_weights is not None
    np.testing.assert_allclose(walked.expert_weights.sum(axis=1), 1.0, atol=1e-5)
    weight = 9.81 * rollout.simulation.body.model.body_mass.sum()
    steady = rollout.run(8.0).ground_force
    assert steady is not None
    # A gait's mean vertical force is the weight, but for the change of momentum, a third of a
    # percent here, and for sampling at 30 Hz.
    assert steady[:, :, 2].sum(axis=1).mean() == pytest.approx(weight, rel=0.03)


def test_the_same_run_twice_is_the_same_to_the_last_bit(rollout: Rollout) -> None:
    runs = []
    for _ in range(2):
        rollout.reset()
        runs.append(rollout.run(1.0).qpos)
    np.testing.assert_array_equal(*runs)


def test_a_push_moves_the_body_where_it_points_and_ends(rollout: Rollout) -> None:
    lateral = []
    for force in (-300.0, 0.0, 300.0):
        rollout.reset()
        rollout.pusher.push(Push((0.0, force, 0.0)), delay=0.2)
        lateral.append(rollout.run(0.5).state[-1, 1])
        assert not rollout.simulation.data.xfrc_applied.any()
    assert lateral[0] < lateral[1] - 0.01 < lateral[1] + 0.01 < lateral[2]


def test_a_goal_that_is_not_understood_is_refused() -> None:
    with pytest.raises(GoalError, match="fly"):
        GoalReference("fly to the moon")


def test_a_velocity_that_is_not_renewed_expires(rollout: Rollout) -> None:
    reference = GoalReference()
    driven = Rollout(rollout.simulation, rollout.policy, reference)
    reference.drive(0.5, 0.0)
    driven.run(1.0)
    assert reference.goals.plan.stands


def test_a_clip_is_compared_frame_by_frame(rollout: Rollout) -> None:
    generator = MotionGenerator.load()
    generator.command(1.0)
    states = np.array([generator.advance() for _ in range(60)])
    clip = Clip("walk", "walk", states)
    imitated = Rollout(rollout.simulation, rollout.policy, ClipReference(clip)).run(clip.duration)
    assert imitated.reference is not None
    np.testing.assert_array_equal(imitated.reference, states[1:])
    assert imitated.tracking_error is not None
    assert imitated.tracking_error.max() < 0.2


def test_the_distance_of_a_moved_state_is_how_far_it_was_moved() -> None:
    states = np.random.default_rng(1).normal(size=(7, ks.STATE_SIZE))
    moved = ks.transform(states, 0.0, np.array([0.3, 0.0, 0.4]))
    np.testing.assert_allclose(key_distance(moved, states), 0.5)
