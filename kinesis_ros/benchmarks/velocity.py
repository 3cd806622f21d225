# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Following velocities: a grid over what can be commanded, and changes at random."""

import dataclasses
import itertools
from collections.abc import Callable, Iterator

import numpy as np

from kinesis_ros.benchmarks.goal_trials import Walker
from kinesis_ros.core.body import CONTROL_RATE
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.gait import Velocity
from kinesis_ros.core.maths import rotations
from kinesis_ros.core.plans import Driving

PROTOCOL = (
    "grid: each velocity of the envelope for 7 s from standing, means of the last 4 s; random: a "
    "new velocity of the envelope every 2 s for 3 minutes, standing up again after a fall; "
    "errors: means of the absolute differences over the grid's trials without a fall; falls: of "
    "the grid and the random run"
)
GRID_TIME, SETTLING = 7.0, 3.0  # [s]
RANDOM_TIME, CHANGE_PERIOD = 180.0, 2.0  # [s]


@dataclasses.dataclass(frozen=True)
class VelocityTrial:
    """How one velocity was followed.

    Attributes:
        speed, lateral, turn_rate: wanted [m/s], [m/s], [rad/s].
        measured_speed, measured_lateral, measured_turn_rate: of the body.
        fell: whether the body fell.
    """

    speed: float
    lateral: float
    turn_rate: float
    measured_speed: float
    measured_lateral: float
    measured_turn_rate: float
    fell: bool


@dataclasses.dataclass(frozen=True)
class RandomRun:
    """How velocities that change at random were followed.

    Attributes:
        seconds: duration [s].
        changes: of the velocity.
        falls: of the body.
        speed_error: mean absolute error in the second half of each period [m/s].
        turn_error: the same of the turn rate [rad/s].
    """

    seconds: float
    changes: int
    falls: int
    speed_error: float
    turn_error: float


@dataclasses.dataclass(frozen=True)
class VelocitySummary:
    """All of it.

    Attributes:
        n: trials of the grid.
        falls: of the grid and of the random run.
        speed_error: mean absolute error over the grid [m/s].
        turn_error: mean absolute error over the grid [rad/s].
    """

    n: int
    falls: int
    speed_error: float
    turn_error: float


def grid(able: Driving) -> list[Velocity]:
    """Velocities of the envelope and its corners: forward and backward with turns, and aside."""
    backward = np.linspace(-able.backward, 0.0, 3)[:-1]
    forward = np.linspace(0.0, able.forward, 5)
    turns = np.linspace(-able.turn_rate, able.turn_rate, 5)
    aside = np.linspace(-able.lateral, able.lateral, 5)
    pairs = itertools.product([*backward, *forward], turns, [0.0])
    steps = itertools.product([0.0, 0.25 * able.forward], [0.0], aside[aside != 0.0])
    wanted = (Velocity(*map(float, v)) for v in itertools.chain(pairs, steps))
    return [v for v in wanted if not v.still and is_within(v, able)]


def is_within(velocity: Velocity, able: Driving) -> bool:
    """Whether the body can be asked for it."""
    return able.limited(velocity).limited() == velocity


def try_velocity(walker: Walker, velocity: Velocity) -> VelocityTrial:
    """Follow one velocity from standing."""
    walker.reset()
    states = []
    for _ in range(round(GRID_TIME * CONTROL_RATE)):
        walker.reference.drive(*velocity)
        states.append(walker.step())
        if walker.fell:
            break
    measured = mean_velocity(states[round(SETTLING * CONTROL_RATE) :])
    return VelocityTrial(
        velocity.speed,
        velocity.lateral,
        velocity.turn_rate,
        measured.speed,
        measured.lateral,
        measured.turn_rate,
        walker.fell,
    )


def mean_velocity(states: list[np.ndarray]) -> Velocity:
    """Mean velocity in the heading frame; zeros of fewer than two states."""
    if len(states) < 2:
        return Velocity()
    headings = np.unwrap([float(rotations.heading(state[ks.QUATERNION])) for state in states])
    steps = np.diff([state[ks.GROUND_POSITION] for state in states], axis=0)
    c, s = np.cos(headings[:-1]), np.sin(headings[:-1])
    time = (len(states) - 1) / CONTROL_RATE
    along = float((c * steps[:, 0] + s * steps[:, 1]).sum()) / time
    aside = float((-s * steps[:, 0] + c * steps[:, 1]).sum()) / time
    return Velocity(along, float(headings[-1] - headings[0]) / time, aside)


def random_velocities(able: Driving, seed: int) -> Iterator[Velocity]:
    """Velocities of the envelope without end; one of five stands."""
    rng = np.random.default_rng(seed)
    while True:
        velocity = able.sample(rng)
        yield velocity if rng.uniform() > 0.2 else Velocity()


def periods() -> int:
    """How often the velocity changes in a random run."""
    return round(RANDOM_TIME / CHANGE_PERIOD)


def follow_random(
    walker: Walker, able: Driving, seed: int, tick: Callable[[], None] = lambda: None
) -> RandomRun:
    """Follow velocities that change at random.

    Args:
        walker: that follows.
        able: the envelope.
        seed: of the velocities.
        tick: called after each period, for a progress bar.
    """
    walker.reset()
    falls, errors = 0, []
    for velocity in itertools.islice(random_velocities(able, seed), periods()):
        states = []
        for _ in range(round(CHANGE_PERIOD * CONTROL_RATE)):
            walker.reference.drive(*velocity)
            states.append(walker.step())
            if walker.fell:
                falls += 1
                walker.reset()
                break
        else:
            measured = mean_velocity(states[len(states) // 2 :])
            errors.append(np.abs(np.subtract(measured, velocity)))
        tick()
    mean = np.mean(errors, axis=0) if errors else np.full(3, np.nan)
    return RandomRun(RANDOM_TIME, periods(), falls, float(mean[0]), float(mean[1]))


def summarise(trials: list[VelocityTrial], run: RandomRun) -> VelocitySummary:
    """Falls of both, and errors of the grid."""
    stood = [trial for trial in trials if not trial.fell]
    errors = [
        (abs(t.measured_speed - t.speed), abs(t.measured_turn_rate - t.turn_rate)) for t in stood
    ]
    speed, turn = np.mean(errors, axis=0) if errors else (np.nan, np.nan)
    falls = sum(trial.fell for trial in trials) + run.falls
    return VelocitySummary(len(trials), falls, float(speed), float(turn))
