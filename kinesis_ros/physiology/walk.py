# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""One walk, measured as a gait laboratory would and held against people."""

import dataclasses

import numpy as np

from kinesis_ros.physiology.comparison import Comparison, compare, number
from kinesis_ros.physiology.cycles import WalkCycles
from kinesis_ros.physiology.figures import Effort, Strides, effort, strides, walked_speed
from kinesis_ros.physiology.loading import Impact, Stance
from kinesis_ros.physiology.people import Curve, People


@dataclasses.dataclass(frozen=True)
class WalkMeasures:
    """All of a walk.

    Attributes:
        name: of the walk.
        wanted_speed: [m/s]; None: a clip's.
        speed: measured [m/s].
        cycles: that were averaged over, of both feet.
        fell_at: time of the fall [s].
        curves: mean and standard deviation over the cycles, (101,) each, by quantity.
        people: curves that it was held against.
        comparison: with them.
        stance_force: of the mean vertical force.
        impact: of the strikes.
        strides: time and space.
        effort: energy.
    """

    name: str
    wanted_speed: float | None
    speed: float
    cycles: int
    fell_at: float | None
    curves: dict[str, tuple[np.ndarray, np.ndarray]]
    people: dict[str, Curve]
    comparison: Comparison
    stance_force: Stance
    impact: Impact
    strides: Strides
    effort: Effort

    def as_json(self) -> dict:
        """Plain numbers; curves as lists, None where there is no value."""
        return {
            "name": self.name,
            "speed": self.wanted_speed,
            "measured_speed": self.speed,
            "cycles": self.cycles,
            "fell_at": self.fell_at,
            **dataclasses.asdict(self.comparison),
            **dataclasses.asdict(self.stance_force),
            "humps": self.stance_force.humps,
            **dataclasses.asdict(self.impact),
            **dataclasses.asdict(self.strides),
            **dataclasses.asdict(self.effort),
            "centre_of_pressure": [number(v) for v in self.curves["cop_fore"][0]],
        }


def measure(
    name: str, cycles: WalkCycles, people: People, wanted: float | None, fell_at: float | None
) -> WalkMeasures | None:
    """Measure a walk.

    Args:
        name: of the walk.
        cycles: of it.
        people: to hold it against.
        wanted: speed [m/s].
        fell_at: time of the fall [s].

    Returns:
        None without a whole cycle.
    """
    if not cycles.number:
        return None
    rows = cycles.curves()
    curves = {quantity: _mean_and_spread(values) for quantity, values in rows.items()}
    means = {quantity: mean for quantity, (mean, _) in curves.items()}
    speed = walked_speed(cycles)
    theirs = people.at(speed if wanted is None else wanted)
    return WalkMeasures(
        name,
        wanted,
        speed,
        cycles.number,
        fell_at,
        curves,
        theirs,
        compare(means, theirs),
        Stance.of(means["force_up"]),
        cycles.impact(),
        strides(cycles),
        effort(cycles, means),
    )


def _mean_and_spread(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Over cycles (cycles, 101); NaN where fewer than four of five have a value."""
    known = np.isfinite(rows).mean(axis=0) >= 0.8
    filled = np.where(known, rows, 0.0)
    mean, spread = np.nanmean(filled, axis=0), np.nanstd(filled, axis=0)
    return np.where(known, mean, np.nan), np.where(known, spread, np.nan)
