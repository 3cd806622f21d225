# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Generated clips of kicks: walk to a ball, stand, kick it in some direction, and stand again."""

import numpy as np

from kinesis_ros.core.body import CONTROL_RATE
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.gait import MotionGenerator
from kinesis_ros.core.kick import KickConfig, KickPlanner
from kinesis_ros.core.maths import rotations
from kinesis_training.clips.schedules import Random

Experience = tuple[np.ndarray, np.ndarray]  # states and kicks of a clip

_FOOT_SPEEDS = 4.0, 8.0  # [m/s]
_OFF_BALL = 0.05  # [m] in all directions from where the body should stand
_OFF_AIM = 0.25  # [rad] between the heading and the direction of the kick
_WALKS = 0.5  # share of kicks after a walk
_PATIENCE = 5.0  # [s] until a walk has come to rest


def record_kicks(generator: MotionGenerator, seconds: float, random: Random) -> Experience:
    """States (frames, STATE_SIZE) of one kick after the other, and their balls (kicks, 5)."""
    generator.reset(heading=float(random.uniform(-np.pi, np.pi)))
    frames = round(seconds * CONTROL_RATE) + 1
    states, kicks = [generator.now], []
    while len(states) < frames:
        states += _approach(generator, random)
        motion, (ball_frame, *ball) = _kick(generator, random)
        kicks.append((len(states) - 1, len(states) - 1 + ball_frame, *ball))
        states += motion
    whole = [kick for kick in kicks if kick[1] < frames]
    return np.array(states[:frames]), np.array(whole, dtype=float).reshape(-1, 5)


def _approach(generator: MotionGenerator, random: Random) -> list[np.ndarray]:
    """Walk a little or not at all, then stand."""
    states = []
    if random.random() < _WALKS:
        generator.command(float(random.uniform(0.4, 1.2)), float(random.uniform(-0.4, 0.4)))
        states += _advance(generator, float(random.uniform(0.8, 2.0)))
    generator.command(0.0)
    for _ in range(round(_PATIENCE * CONTROL_RATE)):
        if generator.standing:
            break
        states.append(generator.advance())
    return states + _advance(generator, float(random.uniform(0.2, 0.8)))


def _advance(generator: MotionGenerator, seconds: float) -> list[np.ndarray]:
    return [generator.advance() for _ in range(round(seconds * CONTROL_RATE))]


def _kick(
    generator: MotionGenerator, random: Random
) -> tuple[list[np.ndarray], tuple[int, float, float, float]]:
    """A kick with a random speed at a ball that lies about where it should.

    Returns:
        The states after the present one; the frame in which the foot meets the ball, counted from
        the present one, the ball's x and y [m] and the direction of the kick [rad].
    """
    planner = KickPlanner.load(KickConfig(foot_speed=float(random.uniform(*_FOOT_SPEEDS))))
    now = generator.now
    heading = rotations.heading(now[ks.QUATERNION])
    aim = heading + float(random.uniform(-_OFF_AIM, _OFF_AIM))
    from_ball = planner.stance(np.zeros(2), aim)
    ball = now[:2] - from_ball[:2] + random.uniform(-_OFF_BALL, _OFF_BALL, 2)
    kick = planner.plan(now, ball, aim)
    end = kick.states[-1]
    place = (float(end[0]), float(end[1]))
    generator.reset(place, rotations.heading(end[ks.QUATERNION]))
    return list(kick.states[1:]), (kick.ball_frame, float(ball[0]), float(ball[1]), aim)
