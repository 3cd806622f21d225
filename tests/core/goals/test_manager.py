# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Goals come and go: one counts, and everybody hears what became of the others."""

import dataclasses

import numpy as np
import pytest

from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.gait import Velocity
from kinesis_ros.core.goals import FloodGate, GoalConfig, GoalManager, Situation
from kinesis_ros.core.plans import CAPABILITIES, GoalState, GoTo, Move, Plan

STANDING = Situation(
    time=0.0,
    line=np.zeros(3),
    velocity=Velocity(),
    reference_stands=True,
    body=np.zeros(3),
    body_speed=0.0,
    frame=np.zeros(ks.STATE_SIZE),
)


def at(time: float, speed: float = 0.0, x: float = 0.0) -> Situation:
    return dataclasses.replace(
        STANDING,
        time=time,
        line=np.array([x, 0.0, 0.0]),
        velocity=Velocity(speed),
        reference_stands=speed == 0.0,
        body_speed=speed,
    )


def fates(manager: GoalManager) -> list[tuple[str, GoalState]]:
    return [(event.goal, event.state) for event in manager.take_events()]


def test_a_new_goal_preempts_the_old_one() -> None:
    manager = GoalManager()
    manager.say("walk")
    manager.say("turn left")
    assert fates(manager) == [
        ("walk", GoalState.ACCEPTED),
        ("walk", GoalState.PREEMPTED),
        ("turn left", GoalState.ACCEPTED),
    ]


@pytest.mark.parametrize(
    "bad",
    [
        lambda manager: manager.say("make coffee"),
        lambda manager: manager.say(""),
        lambda manager: manager.drive(Velocity(np.nan)),
        lambda manager: manager.drive(Velocity(0.1, np.inf)),
        lambda manager: manager.take(Plan("go", (GoTo(1e9, 0.0),))),
        lambda manager: manager.take(Plan("go", (GoTo(np.nan, 0.0),))),
        lambda manager: manager.take(Plan("fast", (Move(Velocity(9.0)),))),
    ],
)
def test_a_refused_goal_leaves_the_old_one(bad) -> None:  # noqa: ANN001 a lambda
    manager = GoalManager()
    manager.say("walk")
    wanted = manager.config.walk_speed
    manager.update(at(0.0, wanted))
    bad(manager)
    assert manager.plan.text == "walk"
    assert manager.update(at(0.1, wanted)).speed == wanted
    assert fates(manager)[-1][1] is GoalState.REFUSED


def test_standing_succeeds_when_the_body_is_still() -> None:
    manager = GoalManager()
    manager.say("stop")
    manager.update(at(0.0, speed=0.9))
    assert fates(manager) == [("stop", GoalState.ACCEPTED)]
    manager.update(at(1.0))
    assert fates(manager) == [("stop", GoalState.SUCCEEDED)]
    manager.update(at(2.0))
    assert fates(manager) == []


def test_velocities_hold_until_they_expire() -> None:
    manager = GoalManager(GoalConfig(velocity_timeout=0.5))
    for time in (0.0, 0.3, 0.6):
        manager.update(at(time, 0.8))
        manager.drive(Velocity(0.8))
        assert manager.update(at(time, 0.8)) == Velocity(0.8)
    assert fates(manager) == [("velocity", GoalState.ACCEPTED)]  # one goal, not three
    assert manager.update(at(1.2, 0.8)).still
    assert ("velocity", GoalState.SUCCEEDED) in fates(manager)


def test_velocities_are_cut_to_what_the_body_can_do() -> None:
    manager, time, command = GoalManager(), 0.0, Velocity()
    most = CAPABILITIES.driving
    for wanted, able in (
        (Velocity(99.0, 0.0, 99.0), Velocity(most.forward, 0.0, most.lateral)),
        (Velocity(-99.0, -99.0, 99.0), Velocity(-most.backward, -most.turn_rate, 0.0)),
        (
            Velocity(0.0, 0.25 * most.turn_rate, -99.0),
            Velocity(0.0, 0.25 * most.turn_rate, -0.5 * most.lateral),
        ),
    ):
        for tick in range(120):
            manager.drive(wanted)
            command = manager.update(at(time + tick / 30.0))
        time += 4.0
        assert command == pytest.approx(able)


def test_a_changed_velocity_is_gone_along_with_step_by_step() -> None:
    manager, able, last = GoalManager(), CAPABILITIES.driving, Velocity()
    manager.update(at(0.0))
    for tick in range(1, 200):
        wanted = Velocity(1.0, 0.2, 0.1) if tick < 100 else Velocity(-0.3, -0.2, -0.1)
        manager.drive(wanted)
        command = manager.update(at(tick / 30.0))
        change = np.abs(np.subtract(command, last))
        rates = (able.acceleration, able.turn_acceleration, able.lateral_acceleration)
        assert np.all(change <= np.array(rates) / 30.0 + 1e-9)
        last = command
        if tick in (99, 199):
            assert command == pytest.approx(wanted)


def test_a_sentence_takes_over_from_velocities() -> None:
    manager = GoalManager()
    manager.drive(Velocity(0.5))
    manager.update(at(0.0, 0.5))
    manager.say("stop")
    assert manager.update(at(0.1, 0.5)).still
    assert ("velocity", GoalState.PREEMPTED) in fates(manager)


def test_after_a_fall_endless_goals_go_on_and_others_have_failed() -> None:
    manager = GoalManager()
    manager.say("walk")
    manager.fall()
    assert fates(manager)[-1] == ("walk", GoalState.FAILED)
    assert manager.update(at(1.0)).speed > 0.0
    manager.say("walk 3 metres")
    manager.update(at(1.1))
    manager.fall()
    assert manager.update(at(1.2)).still
    assert fates(manager)[-1] == ("walk 3 metres", GoalState.FAILED)
    assert manager.progress() is None


def test_a_step_that_does_not_end_fails() -> None:
    manager = GoalManager()
    manager.say("walk 2 metres")
    for time in np.arange(0.0, 60.0, 0.5):
        manager.update(at(float(time), 0.0))  # it never moves
    assert fates(manager)[-1] == ("walk 2 metres", GoalState.FAILED)


def test_progress_tells_the_way_gone() -> None:
    manager = GoalManager()
    assert manager.progress() is None
    manager.say("walk")
    for step in range(31):
        manager.update(at(0.1 * step, 1.0, x=0.1 * step))
    progress = manager.progress()
    assert progress is not None
    assert progress.state is GoalState.ACTIVE
    assert "3.0 m walked" in progress.reason


def test_nonsense_configuration_is_refused() -> None:
    with pytest.raises(ValueError, match="walk_speed"):
        GoalConfig(walk_speed=5.0)
    with pytest.raises(ValueError, match="velocity_timeout"):
        GoalConfig(velocity_timeout=0.0)


def test_a_flood_is_held_back_and_counted() -> None:
    gate = FloodGate(limit=10)
    passed = [gate.lets_pass(0.001 * i) for i in range(3000)]
    assert sum(passed) == 30  # three seconds of them
    assert gate.take_held_back() == 2970
    assert gate.take_held_back() == 0
    assert gate.lets_pass(10.0)
