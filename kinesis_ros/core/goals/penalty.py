# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""How a kick is carried out: where to stand, the way there, and the kick from there."""

import math

import numpy as np

from kinesis_ros.core.goals.situation import Situation
from kinesis_ros.core.kick import default_planner
from kinesis_ros.core.motion import SeamlessClip
from kinesis_ros.core.plans import GoalError, GoTo, Kick
from kinesis_ros.core.simulation.penalty_area import aim_point

_HIT = 0.3  # [m] that a ball which was kicked has moved
_IN_PLACE = 0.15  # [m] of the reference from where it should stand: the kick can begin

_NEAREST_TARGET = 0.5  # [m] from the ball
_BESIDE, _BACK = 0.8, 0.5  # [m] from the stance of a detour around the ball
_BEFORE = 0.1  # [m] in front of the stance: from there the ball is in the way
_SPEED = 1.0  # [m/s] of the approach


def direction_of(step: Kick, ball: np.ndarray) -> float:
    """Direction [rad] in which a ball (2,) has to go.

    Raises:
        GoalError: it is there already.
    """
    target = step.target or aim_point(step.aim)
    x, y = target[0] - ball[0], target[1] - ball[1]
    if math.hypot(x, y) < _NEAREST_TARGET:
        raise GoalError("the ball is there already")
    return math.atan2(y, x)


def stance_of(step: Kick, ball: np.ndarray) -> np.ndarray:
    """Where to stand before the kick, x, y [m] and heading [rad], (3,)."""
    return default_planner().stance(ball, direction_of(step, ball))


def approach(step: Kick, situation: Situation) -> tuple[GoTo, ...]:
    """The way to the stance, around the ball if it is in the way.

    Raises:
        GoalError: there is no ball, or nothing to do.
    """
    if situation.ball is None:
        raise GoalError("there is no ball")
    x, y, heading = stance_of(step, situation.ball)
    c, s = math.cos(heading), math.sin(heading)
    ahead = c * (situation.line[0] - x) + s * (situation.line[1] - y)
    aside = -s * (situation.line[0] - x) + c * (situation.line[1] - y)
    last = GoTo(float(x), float(y), float(heading), speed=_SPEED)
    if ahead < _BEFORE or math.hypot(ahead, aside) < _IN_PLACE:
        return (last,)
    side = math.copysign(_BESIDE, aside)
    detour = GoTo(float(x - c * _BACK - s * side), float(y - s * _BACK + c * side), speed=_SPEED)
    return (detour, last)


def kick_motion(step: Kick, situation: Situation) -> SeamlessClip:
    """The kick from where the reference stands.

    Raises:
        GoalError: there is no ball, or the reference does not stand where it can kick it.
    """
    if situation.ball is None:
        raise GoalError("there is no ball")
    off = float(np.hypot(*(stance_of(step, situation.ball) - situation.line)[:2]))
    if off > _IN_PLACE:
        raise GoalError(f"the ball is {off:.2f} m from where it can be kicked")
    aim = direction_of(step, situation.ball)
    kick = default_planner().plan(situation.frame, situation.ball, aim)
    return SeamlessClip("kick", "kick", kick.states)


def check_hit(before: np.ndarray | None, after: np.ndarray | None) -> None:
    """See whether the ball has moved from where it was before the kick, (2,).

    Raises:
        GoalError: the foot has missed it.
    """
    if before is None or after is None or float(np.hypot(*(after - before))) < _HIT:
        raise GoalError("the foot has missed the ball")
