# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Random commands for the motion generator, by the kind of motion that they make."""

import itertools
from collections.abc import Callable, Iterator

import numpy as np

from kinesis_ros.core.gait import (
    LEAST_RUNNING,
    TOP_BACKWARD,
    TOP_SIDEWAYS,
    TOP_SPEED,
    TOP_WALKING,
    Velocity,
)
from kinesis_ros.core.gait.walked_line import STILL

Piece = tuple[float, Velocity]  # duration [s], command
Schedule = Iterator[Piece]  # endless
Random = np.random.Generator

_TURN_RATE = 1.5  # [rad/s] on the spot
_DRIVEN_TURN_RATE, _DRIVEN_SIDEWAYS = 1.1, 0.4  # [rad/s], [m/s]
_AXIS_SHARE, _LET_GO_SHARE = 0.7, 0.15  # of commands: with this axis; after the stick was let go
_TOP_JOGGING = 2.8  # [m/s]
_CENTRIPETAL = 1.2  # [m/s^2] speed times turn rate of bends
_STEADY_SHARE, _WINDING_SHARE = 0.2, 0.4  # of walks: one long straight one, bend after bend


def _between(random: Random, low: float, high: float) -> float:
    return float(random.uniform(low, high))


def _bend(random: Random, speed: float, share: float = 1.0) -> float:
    most = share * min(_TURN_RATE, _CENTRIPETAL / max(abs(speed), 1e-3))
    return _between(random, -most, most)


def walk(random: Random) -> Schedule:
    """One straight walk, one bend after the other, or anything a walker does."""
    style = random.random()
    if style < _STEADY_SHARE:
        steady = Velocity(_between(random, 0.9, 1.5))
        yield from itertools.repeat((10.0, steady))
    if style < _STEADY_SHARE + _WINDING_SHARE:
        yield from winding(random)
    while True:
        speed = _between(random, 0.1, TOP_WALKING)
        straight = random.random() < 0.5
        duration = _between(random, 1.5, 4.0)
        yield duration, Velocity(speed, 0.0 if straight else _bend(random, speed))
        if random.random() < 0.15:
            yield _between(random, 1.0, 3.0), STILL


def winding(random: Random) -> Schedule:
    """One bend after the other, wide ones and nearly on the spot."""
    while True:
        speed = _between(random, 0.1, 1.2)
        straight = random.random() < 0.25
        duration = _between(random, 0.7, 3.0)
        yield duration, Velocity(speed, 0.0 if straight else _bend(random, speed))


def run(random: Random) -> Schedule:
    """Jogs and runs, with bends, from a walk and back to it now and then."""
    while True:
        if random.random() < 0.3:
            yield _between(random, 1.0, 2.5), Velocity(_between(random, 0.8, TOP_WALKING))
        for _ in range(int(random.integers(1, 4))):
            speed = _between(random, LEAST_RUNNING + 0.1, TOP_SPEED)
            straight = random.random() < 0.6
            turn_rate = 0.0 if straight else _bend(random, speed)
            yield _between(random, 2.0, 4.0), Velocity(speed, turn_rate)


def jog(random: Random) -> Schedule:
    """Jogs as goals ask for them: from standing, straight or nearly so, and to a stop."""
    while True:
        yield _between(random, 0.5, 1.5), STILL
        for _ in range(int(random.integers(1, 3))):
            speed = _between(random, LEAST_RUNNING, _TOP_JOGGING)
            straight = random.random() < 0.7
            turn_rate = 0.0 if straight else _bend(random, speed, 0.5)
            yield _between(random, 1.5, 5.0), Velocity(speed, turn_rate)


def backward(random: Random) -> Schedule:
    """Backward at all speeds, straight and in bends, with stops."""
    while True:
        if random.random() < 0.3:
            yield _between(random, 0.5, 2.0), STILL
        speed = -_between(random, 0.15, TOP_BACKWARD)
        straight = random.random() < 0.6
        turn_rate = 0.0 if straight else _bend(random, speed, 0.5)
        yield _between(random, 1.5, 4.0), Velocity(speed, turn_rate)


def sideways(random: Random) -> Schedule:
    """Sidesteps to both sides, some of them diagonal, with stops."""
    while True:
        if random.random() < 0.3:
            yield _between(random, 0.5, 2.0), STILL
        lateral = random.choice([-1.0, 1.0]) * _between(random, 0.1, TOP_SIDEWAYS)
        diagonal = random.random() < 0.25
        speed = _between(random, -0.4, 0.8) if diagonal else 0.0
        yield _between(random, 1.5, 4.0), Velocity(speed, 0.0, float(lateral))


def turn_in_place(random: Random) -> Schedule:
    """Turns on the spot, with stops."""
    while True:
        if random.random() < 0.4:
            yield _between(random, 0.5, 2.0), STILL
        yield _between(random, 1.0, 4.0), Velocity(0.0, _between(random, -_TURN_RATE, _TURN_RATE))


def start_stop(random: Random) -> Schedule:
    """Stand, walk or run a few steps, stand, and so on: the hardest frames, and few elsewhere."""
    while True:
        yield _between(random, 0.3, 1.5), STILL
        fast = random.random() < 0.15
        speed = _between(random, LEAST_RUNNING, TOP_SPEED) if fast else _between(random, 0.4, 1.6)
        turn_rate = 0.0 if fast or random.random() < 0.5 else _between(random, -0.5, 0.5)
        yield _between(random, 1.5, 3.5), Velocity(speed, turn_rate)


def stand(random: Random) -> Schedule:
    """Nothing but standing."""
    del random
    yield from itertools.repeat((10.0, STILL))


def mixed(random: Random) -> Schedule:
    """From any kind to any other."""
    others = [walk, run, backward, sideways, turn_in_place]
    while True:
        yield next(others[int(random.integers(len(others)))](random))


def drive(random: Random) -> Schedule:
    """What somebody drives with a stick: forward, sideways and turning at once, soon changed."""
    while True:
        if random.random() < _LET_GO_SHARE:
            yield _between(random, 0.3, 1.5), STILL
        used = random.random(3) < _AXIS_SHARE
        speed = used[0] * _between(random, -0.7, 1.6)
        turn_rate = used[1] * _between(random, -_DRIVEN_TURN_RATE, _DRIVEN_TURN_RATE)
        lateral = used[2] * _between(random, -_DRIVEN_SIDEWAYS, _DRIVEN_SIDEWAYS)
        yield _between(random, 0.7, 3.0), Velocity(speed, turn_rate, lateral).limited()


SCHEDULES: dict[str, Callable[[Random], Schedule]] = {
    kind.__name__: kind
    for kind in (walk, run, jog, backward, sideways, turn_in_place, start_stop, stand, mixed)
}
