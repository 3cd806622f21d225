# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Goals that preempt one another change the command gently, whatever their order."""

import math

import numpy as np
import pytest
from bodiless import Ground

from kinesis_ros.core.gait import Velocity
from kinesis_ros.core.plans import CAPABILITIES, GoTo, Move, Plan, SideToSide, Stand

_DT = 1.0 / 30.0
_EASING, _DRIVING = CAPABILITIES.easing, CAPABILITIES.driving


def some_goals(rng: np.random.Generator) -> Plan | Velocity:
    """A plan or a velocity that the body can be told."""
    side, share = rng.choice([-1.0, 1.0]), rng.uniform(0.4, 1.0)
    goals = (
        Stand(),
        Move(Velocity(share * CAPABILITIES.forward)),
        Move(Velocity(CAPABILITIES.run)),
        Move(Velocity(0.8, side * share * 0.6)),
        Move(Velocity(-share * CAPABILITIES.backward)),
        Move(Velocity(lateral=side * share * CAPABILITIES.lateral)),
        Move(Velocity(turn_rate=side * share * CAPABILITIES.turn_rate)),
        GoTo(*rng.uniform(-3.0, 3.0, 2), in_world=False),
        SideToSide(4.0),
    )
    k = rng.integers(len(goals) + 1)
    if k == len(goals):
        return Velocity(*rng.uniform((-0.5, -0.7, -0.2), (1.4, 0.7, 0.2)))
    return Plan("goal", (goals[k],))


@pytest.mark.parametrize("seed", [0, 1])
def test_no_sequence_of_goals_changes_the_command_faster_than_people_change(
    ground: Ground, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    pursuit = ground.pursuit(CAPABILITIES)
    update = pursuit.goals.update
    commands, velocities = [], []

    def noted(situation):  # noqa: ANN001, ANN202 the same as update
        velocities.append(situation.velocity)
        commands.append(update(situation))
        return commands[-1]

    pursuit.goals.update = noted  # type: ignore[method-assign]
    body = pursuit.planner.present
    driven = None
    for tick in range(30 * 40):
        if tick % 60 == 0:
            goal = some_goals(rng)
            driven = goal if isinstance(goal, Velocity) else None
            if isinstance(goal, Plan):
                pursuit.goals.take(goal)
        if driven is not None:
            pursuit.goals.drive(driven)
        body = pursuit.follow(tick, body, just_placed=tick == 0)[1].copy()
    most = np.array(
        [
            max(_EASING.speeding, _EASING.braking, _DRIVING.acceleration),
            _EASING.turning_on_the_spot,
            max(_EASING.sideways, _DRIVING.lateral_acceleration),
        ]
    )
    for before, command, now in zip(commands, commands[1:], velocities[1:], strict=False):
        if command.still:
            continue  # to stop is commanded at once
        change = np.minimum(np.abs(np.subtract(command, before)), np.abs(np.subtract(command, now)))
        limit = most.copy()
        turns_more = abs(command.turn_rate) > max(abs(before.turn_rate), abs(now.turn_rate))
        if abs(now.speed) >= _EASING.WALKING and turns_more:
            limit[1] = max(_EASING.turning, _DRIVING.turn_acceleration)
        assert np.all(change <= limit * _DT + 1e-6), (before, command, now)


@pytest.mark.parametrize(
    "then",
    [
        Move(Velocity(turn_rate=0.8)),
        Move(Velocity(-0.4)),
        Move(Velocity(lateral=0.3)),
        GoTo(0.3, 1.0, in_world=False),
    ],
)
@pytest.mark.parametrize("speed", [1.2, 2.5])
def test_another_way_is_gone_only_after_coming_to_rest(
    ground: Ground, speed: float, then: Move | GoTo
) -> None:
    pursuit = ground.pursuit(CAPABILITIES)
    pursuit.goals.take(Plan("before", (Move(Velocity(speed)),)))
    state = ground.run(pursuit, 4.0).states[-1]
    pursuit.goals.take(Plan("then", (then,)))
    slowest = math.inf
    for tick in range(120, 300):
        state = pursuit.follow(tick, state, just_placed=False)[1].copy()
        v = pursuit.planner.walked.velocity
        if abs(v.turn_rate) > 0.1 or abs(v.lateral) > 0.1 or v.speed < -0.1:
            break
        slowest = min(slowest, v.speed)
    assert slowest < 0.1


@pytest.mark.parametrize(
    "then", [Move(Velocity(0.5)), Move(Velocity(0.9, 0.4)), GoTo(6.0, 0.5, in_world=False)]
)
def test_who_walks_on_does_not_stop(ground: Ground, then: Move | GoTo) -> None:
    pursuit = ground.pursuit(CAPABILITIES)
    pursuit.goals.take(Plan("before", (Move(Velocity(1.2)),)))
    state = ground.run(pursuit, 4.0).states[-1]
    pursuit.goals.take(Plan("then", (then,)))
    for tick in range(120, 180):
        state = pursuit.follow(tick, state, just_placed=False)[1].copy()
        assert pursuit.planner.walked.velocity.speed > 0.4


@pytest.mark.parametrize("then", [Stand(), Move(Velocity(turn_rate=0.8))])
def test_first_steps_are_ended_before_the_next_goal_begins(
    ground: Ground, then: Stand | Move
) -> None:
    pursuit = ground.pursuit(CAPABILITIES)
    pursuit.goals.take(Plan("before", (Move(Velocity(1.2)),)))
    state = ground.run(pursuit, 0.8).states[-1]
    pursuit.goals.take(Plan("then", (then,)))
    fastest = pursuit.planner.walked.velocity.speed
    for tick in range(24, 34):
        state = pursuit.follow(tick, state, just_placed=False)[1].copy()
        speed = pursuit.planner.walked.velocity.speed
        assert speed == pytest.approx(fastest, abs=0.12)
    for tick in range(34, 120):
        state = pursuit.follow(tick, state, just_placed=False)[1].copy()
    assert pursuit.planner.walked.velocity.speed == pytest.approx(0.0, abs=0.02)
