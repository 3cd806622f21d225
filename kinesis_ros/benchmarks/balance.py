# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Balance: pushes while walking, and minutes of quiet standing."""

import dataclasses
import math
from collections.abc import Iterator, Sequence

import numpy as np

from kinesis_ros.core.body import CONTROL_RATE, SIDES
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.rollout import GoalReference, Rollout
from kinesis_ros.core.simulation import Push

PUSH_PROTOCOL = (
    "walking at 1.2 m/s, one horizontal push on the pelvis over 0.1 s from each of 8 directions at "
    "random phases of the gait; survived: on its feet 5 s later"
)
STAND_PROTOCOL = (
    "5 minutes of standing after a small random push, without a goal; passed: no fall, and no foot "
    "farther than 5 cm from where it was when the body had settled"
)
IMPULSES = (10.0, 20.0, 30.0, 40.0)  # [N s]
DIRECTIONS = 8
SPEED = 1.2  # [m/s]
_PUSH_TIME = 0.1  # [s]
_WALKED = 4.0  # [s] before a push at the earliest
_STRIDE = 1.2  # [s] longer than any, over which the pushes are spread
_AFTER = 5.0  # [s]
STAND_TIME = 300.0  # [s]
_SETTLING = 3.0  # [s] after the random push
_NUDGE = 5.0  # [N s] largest random push on the standing body
_STEP = 0.05  # [m] a foot that moves farther has stepped
_ANKLES = [ks.KEY_BODIES.index(f"talus_{side}") for side in SIDES]


@dataclasses.dataclass(frozen=True)
class PushTrial:
    """One push.

    Attributes:
        impulse_ns: [N s].
        direction_deg: of the force, 0 forward, 90 to the left.
        time_s: after the start of walking [s].
        survived: on its feet in the end.
    """

    impulse_ns: float
    direction_deg: float
    time_s: float
    survived: bool


def push_trials(n: int, seed: int) -> Iterator[PushTrial]:
    """The pushes of a run, `n` from every direction with every impulse, not yet survived."""
    rng = np.random.default_rng(seed)
    for impulse in IMPULSES:
        for k in range(DIRECTIONS):
            for _ in range(n):
                time = _WALKED + float(rng.uniform(0.0, _STRIDE))
                yield PushTrial(impulse, 360.0 * k / DIRECTIONS, round(time, 3), survived=False)


def push(rollout: Rollout, trial: PushTrial) -> PushTrial:
    """Walk, be pushed, and walk on or fall.

    Raises:
        TypeError: the rollout does not follow goals.
    """
    reference = _goals_of(rollout)
    rollout.reset()
    direction = math.radians(trial.direction_deg)
    rollout.pusher.push(_horizontal(trial.impulse_ns, direction), delay=trial.time_s)
    for _ in range(round((trial.time_s + _AFTER) * CONTROL_RATE)):
        reference.drive(SPEED, 0.0)
        rollout.step()
        if rollout.fell_at is not None:
            return trial
    return dataclasses.replace(trial, survived=True)


def survival(trials: Sequence[PushTrial]) -> dict[str, float]:
    """Share of the pushes survived by impulse [N s]."""
    impulses = sorted({trial.impulse_ns for trial in trials})
    return {
        f"{impulse:g}": float(np.mean([t.survived for t in trials if t.impulse_ns == impulse]))
        for impulse in impulses
    }


@dataclasses.dataclass(frozen=True)
class StandTrial:
    """One stretch of quiet standing.

    Attributes:
        seed: of the small push at its beginning.
        time_s: until the end or the fall [s].
        fell: whether it fell.
        largest_step_m: farthest that an ankle came from its place [m].
        sway_mm: root mean square of the pelvis about its mean, horizontally [mm].
        effort: mean squared activation.
        passed: neither fell nor stepped.
    """

    seed: int
    time_s: float
    fell: bool
    largest_step_m: float
    sway_mm: float
    effort: float
    passed: bool


def stand(rollout: Rollout, seed: int, seconds: float = STAND_TIME) -> StandTrial:
    """Stand for `seconds` [s] after a small random push.

    Raises:
        TypeError: the rollout does not follow goals.
    """
    _goals_of(rollout)
    rng = np.random.default_rng(seed)
    rollout.reset()
    direction, impulse = rng.uniform(0.0, 2.0 * np.pi), rng.uniform(0.0, _NUDGE)
    rollout.pusher.push(_horizontal(impulse, direction), delay=0.5)
    ankles, pelvis, effort = [], [], []
    for frame in range(round(seconds * CONTROL_RATE)):
        state = rollout.step().state
        if rollout.fell_at is not None:
            break
        effort.append(float(np.mean(rollout.simulation.activation**2)))
        if frame >= round(_SETTLING * CONTROL_RATE):
            keys = state[ks.KEY_POSITION].reshape(ks.NUM_KEYS, 3)
            ankles.append(keys[_ANKLES, :2].copy())
            pelvis.append(state[ks.GROUND_POSITION].copy())
    moved, sway = 0.0, 0.0
    if ankles:
        moved = float(np.linalg.norm(np.array(ankles) - ankles[0], axis=2).max())
        sway = 1000.0 * float(np.sqrt(np.var(np.array(pelvis), axis=0).sum()))
    fell = rollout.fell_at is not None
    return StandTrial(
        seed=seed,
        time_s=rollout.time,
        fell=fell,
        largest_step_m=moved,
        sway_mm=sway,
        effort=float(np.mean(effort)) if effort else 0.0,
        passed=not fell and moved <= _STEP,
    )


def _horizontal(impulse: float, direction: float) -> Push:
    """A push on the pelvis of an impulse [N s] in a direction, 0 forward [rad]."""
    force = impulse / _PUSH_TIME
    x, y = force * math.cos(direction), force * math.sin(direction)
    return Push((x, y, 0.0), duration=_PUSH_TIME)


def _goals_of(rollout: Rollout) -> GoalReference:
    if not isinstance(rollout.reference, GoalReference):
        raise TypeError("the rollout has to follow goals")
    return rollout.reference
