# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Goals: sentences and velocities in, commands and their fate out."""

import numpy as np
import pytest

from kinesis_ros.core.goals import (
    EXAMPLES,
    MAX_SPEED,
    MAX_TURN_RATE,
    GoalConfig,
    GoalError,
    GoalKeeper,
    GoalState,
    understand,
)

HERE = np.zeros(2)


def fates(keeper: GoalKeeper) -> list[tuple[str, GoalState]]:
    return [(event.goal, event.state) for event in keeper.take_events()]


@pytest.mark.parametrize("text", EXAMPLES)
def test_what_is_offered_is_understood(text: str) -> None:
    assert understand(text, 1.1).text == text


@pytest.mark.parametrize(
    ("text", "speed", "side"),
    [
        ("walk forward", 1.1, 0),
        ("Walk  FORWARD!", 1.1, 0),
        ("please walk slowly to the right", 0.6, -1),
        ("go at 0.8 m/s", 0.8, 0),
        ("walk in a circle", 1.1, 1),
        ("turn left", 0.6, 1),
        ("stop", 0.0, 0),
        ("stand still", 0.0, 0),
    ],
)
def test_sentences_become_commands(text: str, speed: float, side: int) -> None:
    goal = understand(text, 1.1)
    assert goal.speed == speed
    assert np.sign(goal.turn_rate) == side


@pytest.mark.parametrize(
    "text",
    [
        "",
        "do a backflip",
        "walk and stop",
        "forward",
        "walk at 0 m/s",
        "walk 3 metres",
        "run at 9 m/s",
    ],
)
def test_what_cannot_be_done_is_refused(text: str) -> None:
    with pytest.raises(GoalError, match="walk"):
        understand(text, 1.1)


def test_too_fast_is_refused_with_the_limit() -> None:
    with pytest.raises(GoalError, match=f"to {MAX_SPEED:g} m/s"):
        understand("walk at 3 m/s", 1.1)


def test_a_new_goal_preempts_the_old_one() -> None:
    keeper = GoalKeeper()
    keeper.say("walk", HERE)
    keeper.say("turn left", HERE)
    assert fates(keeper) == [
        ("walk", GoalState.ACCEPTED),
        ("walk", GoalState.PREEMPTED),
        ("turn left", GoalState.ACCEPTED),
    ]


def test_a_refused_goal_leaves_the_old_one() -> None:
    keeper = GoalKeeper()
    keeper.say("walk", HERE)
    keeper.say("make coffee", HERE)
    assert keeper.goal.text == "walk"
    assert fates(keeper)[-1] == ("make coffee", GoalState.REFUSED)


def test_standing_succeeds_when_the_body_is_still() -> None:
    keeper = GoalKeeper()
    keeper.say("stop", HERE)
    keeper.update(0.0, HERE, speed=0.9)
    assert fates(keeper) == [("stop", GoalState.ACCEPTED)]
    keeper.update(1.0, HERE, speed=0.05)
    assert fates(keeper) == [("stop", GoalState.SUCCEEDED)]
    keeper.update(2.0, HERE, speed=0.05)
    assert fates(keeper) == []


def test_velocities_hold_until_they_expire() -> None:
    keeper = GoalKeeper(GoalConfig(velocity_timeout=0.5))
    for time in (0.0, 0.3, 0.6):
        keeper.drive(0.8, 0.1, time, HERE)
        keeper.update(time, HERE, 0.8)
    assert (keeper.goal.speed, keeper.goal.turn_rate) == (0.8, 0.1)
    assert fates(keeper) == [("velocity", GoalState.ACCEPTED)]  # one goal, not three
    keeper.update(1.2, HERE, 0.8)
    assert keeper.goal.stands


def test_velocities_are_cut_to_what_the_generator_can_do() -> None:
    keeper = GoalKeeper()
    keeper.drive(9.0, -9.0, 0.0, HERE)
    assert (keeper.goal.speed, keeper.goal.turn_rate) == (MAX_SPEED, -MAX_TURN_RATE)
    keeper.drive(-1.0, 0.0, 0.0, HERE)
    assert keeper.goal.speed == 0.0


def test_a_velocity_with_nan_is_refused() -> None:
    keeper = GoalKeeper()
    keeper.say("walk", HERE)
    keeper.drive(np.nan, 0.0, 0.0, HERE)
    assert keeper.goal.text == "walk"
    assert fates(keeper)[-1][1] is GoalState.REFUSED


def test_a_fall_fails_the_goal_but_it_goes_on() -> None:
    keeper = GoalKeeper()
    keeper.say("walk", HERE)
    keeper.fall()
    assert fates(keeper)[-1] == ("walk", GoalState.FAILED)
    assert keeper.goal.text == "walk"


def test_progress_tells_the_way_gone() -> None:
    keeper = GoalKeeper()
    assert keeper.progress(HERE) is None
    keeper.say("walk", HERE)
    progress = keeper.progress(np.array([3.0, 4.0]))
    assert progress is not None
    assert progress.state is GoalState.ACTIVE
    assert progress.reason.startswith("5.0 m")


def test_nonsense_configuration_is_refused() -> None:
    with pytest.raises(ValueError, match="walk_speed"):
        GoalConfig(walk_speed=5.0)
