# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Reaching places by the protocol of KINESIS, and farther ones with time by distance."""

import dataclasses
from collections.abc import Iterator

import numpy as np

from kinesis_ros.benchmarks.goal_trials import Track, Walker
from kinesis_ros.core.body import CONTROL_RATE
from kinesis_ros.core.plans import GoTo, Plan

PROTOCOL = (
    "x and y uniform in (-radius, radius), from standing at the origin, facing x; radius up to "
    "2 m: success when the pelvis is within 0.10 m of the place after exactly 5 s (150 control "
    "steps); farther: within 0.15 m after 5 s and 1.25 s per metre; a fall fails"
)
NEAR_RADIUS = 2.0  # [m]
NEAR_TIME, TIME_PER_METRE = 5.0, 1.25  # [s], [s/m]
NEAR_ERROR, FAR_ERROR = 0.10, 0.15  # [m]
SPEED = 1.2  # [m/s] at most


@dataclasses.dataclass(frozen=True)
class TargetTrial:
    """How one place was reached.

    Attributes:
        x: of the place, forward [m].
        y: of the place, left [m].
        time_s: that was allowed [s].
        error_m: distance of the pelvis from the place in the end [m].
        success: near enough, on its feet.
        fell: whether the body fell.
    """

    x: float
    y: float
    time_s: float
    error_m: float
    success: bool
    fell: bool


@dataclasses.dataclass(frozen=True)
class TargetSummary:
    """Shares of the trials.

    Attributes:
        n: trials.
        success: share that succeeded.
        fell: share that fell.
        median_error_m: of all [m].
    """

    n: int
    success: float
    fell: float
    median_error_m: float


def places(n: int, radius: float, seed: int) -> Iterator[tuple[float, float]]:
    """The places of a run [m]; the same for the same seed."""
    rng = np.random.default_rng(seed)
    for _ in range(n):
        x, y = rng.uniform(-radius, radius, 2)
        yield float(x), float(y)


def try_place(walker: Walker, x: float, y: float, radius: float) -> TargetTrial:
    """Go to one place from standing."""
    walker.reset()
    walker.reference.take(Plan("target", (GoTo(x, y, speed=SPEED),)))
    far = radius > NEAR_RADIUS
    time = NEAR_TIME + (TIME_PER_METRE * float(np.hypot(x, y)) if far else 0.0)
    track = Track()
    for _ in range(round(time * CONTROL_RATE)):
        track.add(walker.step())
        if walker.fell:
            break
    error = float(np.hypot(*(track.place - [x, y])))
    success = not walker.fell and error <= (FAR_ERROR if far else NEAR_ERROR)
    return TargetTrial(x, y, round(time, 3), error, success, walker.fell)


def summarise(trials: list[TargetTrial]) -> TargetSummary:
    """Shares of the trials, each counting the same."""
    return TargetSummary(
        n=len(trials),
        success=float(np.mean([trial.success for trial in trials])),
        fell=float(np.mean([trial.fell for trial in trials])),
        median_error_m=float(np.median([trial.error_m for trial in trials])),
    )
