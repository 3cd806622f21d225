# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Plans are carried out to the centimetre and the degree, by the reference alone."""

import math

import numpy as np
import pytest
from bodiless import EVERYTHING, Ground

from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.gait import Velocity
from kinesis_ros.core.maths import rotations
from kinesis_ros.core.motion import Clip
from kinesis_ros.core.plans import Capabilities, GoalState, GoTo, Kick, Move, Plan, Play, Stand

# A frame at 1.3 m/s is 4 cm; the pelvis stands up to 3 cm beside the middle of the feet's path.
_NEAR = 0.08  # [m]
_ALONG = math.radians(4.0)


def ends(states: np.ndarray) -> tuple[float, float, float]:
    last = states[-1]
    return last[0], last[1], float(rotations.heading(last[ks.QUATERNION]))


def turned(a: float, b: float) -> float:
    return abs(float(rotations.wrap(a - b)))


@pytest.mark.parametrize("distance", [0.5, 2.3])
@pytest.mark.parametrize("speed", [0.5, 1.3, -0.5])
def test_a_distance_is_walked_and_no_more(ground: Ground, distance: float, speed: float) -> None:
    walk = ground.carry_out(Plan("walk", (Move(Velocity(speed), distance=distance),)))
    x, y, heading = ends(walk.states)
    assert walk.events[-1].state is GoalState.SUCCEEDED
    assert x == pytest.approx(math.copysign(distance, speed), abs=_NEAR)
    assert y == pytest.approx(0.0, abs=_NEAR)
    assert turned(heading, 0.0) < _ALONG


@pytest.mark.parametrize("angle", [-3.1, 0.4, 6.28])
def test_an_angle_is_turned_and_no_more(ground: Ground, angle: float) -> None:
    rate = math.copysign(0.9, angle)
    walk = ground.carry_out(Plan("turn", (Move(Velocity(turn_rate=rate), angle=angle),)))
    x, y, heading = ends(walk.states)
    assert turned(heading, angle) < _ALONG
    assert np.hypot(x, y) < _NEAR


def test_a_circle_closes_and_has_its_radius(ground: Ground) -> None:
    step = Move(Velocity(0.8, 0.5), angle=2.0 * math.pi)
    states = ground.carry_out(Plan("circle", (step,))).states
    x, y, heading = ends(states)
    assert np.hypot(x, y) < 0.35  # to stop from 0.8 m/s takes 0.27 m, after the whole turn
    assert turned(heading, 0.0) < _ALONG
    # Its width is the diameter, and the sway of the gait.
    assert np.ptp(states[:, 1]) == pytest.approx(2.0 * 0.8 / 0.5, abs=0.15)


def test_errors_of_steps_do_not_add_up(ground: Ground) -> None:
    edge = (
        Move(Velocity(1.0), distance=1.5),
        Move(Velocity(turn_rate=0.8), angle=0.5 * math.pi),
    )
    x, y, heading = ends(ground.carry_out(Plan("square", edge * 4)).states)
    assert np.hypot(x, y) < 0.12
    assert turned(heading, 0.0) < _ALONG


def test_a_sidestep_goes_aside_and_faces_on(ground: Ground) -> None:
    step = Move(Velocity(lateral=0.3), distance=0.8)
    x, y, heading = ends(ground.carry_out(Plan("sidestep", (step,))).states)
    assert y == pytest.approx(0.8, abs=_NEAR)
    assert x == pytest.approx(0.0, abs=_NEAR)
    assert turned(heading, 0.0) < _ALONG


@pytest.mark.parametrize("bearing", [0.0, -1.6, 2.6])
def test_a_place_is_reached_whatever_its_bearing(ground: Ground, bearing: float) -> None:
    x, y = 1.7 * math.cos(bearing), 1.7 * math.sin(bearing)
    walk = ground.carry_out(Plan("go", (GoTo(x, y),)))
    assert walk.events[-1].state is GoalState.SUCCEEDED
    assert np.hypot(*(walk.states[-1, :2] - [x, y])) < 0.1  # as the protocol of KINESIS wants it


def test_a_place_is_faced_from_as_wanted(ground: Ground) -> None:
    x, y, heading = ends(ground.carry_out(Plan("go", (GoTo(1.0, 0.5, heading=-2.0),))).states)
    assert np.hypot(x - 1.0, y - 0.5) < _NEAR
    assert turned(heading, -2.0) < _ALONG


def test_a_pause_is_as_long_as_wanted(ground: Ground) -> None:
    walk = ground.carry_out(Plan("wait", (Stand(2.0),)))
    assert len(walk.states) / 30.0 == pytest.approx(2.0, abs=0.1)


def test_a_time_ends_a_walk(ground: Ground) -> None:
    walk = ground.carry_out(Plan("walk", (Move(Velocity(0.8), duration=3.0),)))
    moving = np.abs(walk.states[:, 7]) > 0.5
    # From standing to 0.8 m/s takes 1.1 s, and braking to half of it 0.3 s.
    assert moving.sum() / 30.0 == pytest.approx(3.0 - 0.8 + 0.3, abs=0.3)


def test_a_new_goal_begins_where_the_old_one_was_left(ground: Ground) -> None:
    pursuit = ground.pursuit()
    pursuit.goals.take(Plan("walk", (Move(Velocity(1.2)),)))
    first = ground.run(pursuit, 3.0)
    pursuit.goals.take(Plan("turn", (Move(Velocity(turn_rate=0.9), angle=1.0),)))
    then = ground.run(pursuit, 20.0, first=90, state=first.states[-1])
    states = np.concatenate([first.states, then.states])
    assert then.events[0].state is GoalState.PREEMPTED
    assert then.events[-1].state is GoalState.SUCCEEDED
    assert turned(ends(states)[2], 1.0) < _ALONG
    joints = states[:, ks.JOINT_POSITION]
    assert np.degrees(np.abs(np.diff(joints, axis=0)).max()) < 25.0


def test_a_motion_is_played_where_the_body_stands_and_left_smoothly(ground: Ground) -> None:
    source = ground.carry_out(Plan("walk", (Move(Velocity(1.0), duration=2.0),))).states[20:60]
    clip = Clip("stride", "walk", ks.transform(source, 1.3, np.array([5.0, -7.0, 0.0])))
    plan = Plan("play", (Move(Velocity(turn_rate=0.8), angle=1.0), Play(clip)))
    walk = ground.carry_out(plan)
    x, y, heading = ends(walk.states)
    way = source[-1, :2] - source[0, :2]
    assert walk.events[-1].state is GoalState.SUCCEEDED
    # From standing it has to get up to speed in some steps, and it has to come to rest.
    assert np.hypot(*way) < np.hypot(x, y) < np.hypot(*way) + 4.0
    assert math.atan2(y, x) == pytest.approx(1.0, abs=0.15)
    assert turned(heading, 1.0) < math.radians(10.0)
    # The way in and out bends no joint faster than walking does.
    fastest = np.abs(np.diff(source[:, ks.JOINT_POSITION], axis=0)).max()
    assert np.abs(np.diff(walk.states[:, ks.JOINT_POSITION], axis=0)).max() < 1.2 * fastest


@pytest.mark.parametrize(
    ("able", "reason"), [(EVERYTHING, "no ball"), (Capabilities(kick=False), "no kick skill")]
)
def test_a_kick_without_a_ball_or_the_skill_is_refused(
    ground: Ground, able: Capabilities, reason: str
) -> None:
    pursuit = ground.pursuit(able)
    pursuit.goals.take(Plan("kick", (Kick(),)))
    event = pursuit.goals.take_events()[-1]
    assert event.state is GoalState.REFUSED
    assert reason in event.reason


@pytest.mark.parametrize("ball", [(1.2, 0.3), (-1.0, -0.6)])
def test_the_body_goes_behind_the_ball_and_its_foot_to_where_the_ball_is(
    ground: Ground, ball: tuple[float, float]
) -> None:
    pursuit = ground.pursuit()
    pursuit.goals.ball = np.array(ball)
    pursuit.goals.take(Plan("kick", (Kick((10.0, 1.0, 0.0)),)))
    walk = ground.run(pursuit, 40.0)
    # Nobody moved the ball, so the foot has missed it.
    assert walk.events[-1].state is GoalState.FAILED
    assert "missed" in walk.events[-1].reason
    keys = walk.states[:, ks.KEY_POSITION].reshape(-1, ks.NUM_KEYS, 3)
    toes = keys[:, ks.KEY_BODIES.index("toes_r")]
    speed = np.linalg.norm(np.diff(toes, axis=0), axis=1) * 30.0
    at_ball = int(np.argmax(speed))
    assert speed[at_ball] > 3.5  # walking: less than 3 m/s
    # The toes' joint is behind the ball's surface, by less than half a foot.
    assert np.hypot(*(toes[at_ball, :2] - ball)) < 0.4
    aim = math.atan2(1.0 - ball[1], 10.0 - ball[0])
    way = toes[at_ball + 1, :2] - toes[at_ball - 1, :2]
    assert math.atan2(way[1], way[0]) == pytest.approx(aim, abs=0.25)
    assert np.abs(np.diff(walk.states[:, ks.JOINT_POSITION], axis=0)).max() < 0.35
