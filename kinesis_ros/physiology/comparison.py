# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Mean curves of a walk held against those of people."""

import dataclasses

import numpy as np

from kinesis_ros.physiology.agreement import best_lag, correlation, rms_error
from kinesis_ros.physiology.people import Curve
from kinesis_ros.physiology.quantities import ANGLES, FORCES, MOMENTS, MUSCLES, NINE


@dataclasses.dataclass(frozen=True)
class MuscleAgreement:
    """How a muscle's activation agrees with people's electromyogram.

    Attributes:
        r: Pearson's at zero lag; None: one of the curves is constant.
        lag: by so many percent of the cycle it is late where it agrees best; negative: early.
        best_r: Pearson's there.
    """

    r: float | None
    lag: int
    best_r: float | None


@dataclasses.dataclass(frozen=True)
class EmgAgreement:
    """How the muscles agree with people's.

    Attributes:
        mean_r: mean of r over the nine muscles that are usually shown; None: nothing to compare.
        muscles: by short name, e.g. 'SOL'.
    """

    mean_r: float | None
    muscles: dict[str, MuscleAgreement]


@dataclasses.dataclass(frozen=True)
class CurveAgreement:
    """How a curve agrees with people's.

    Attributes:
        r: Pearson's at zero lag.
        rmse: root of the mean squared difference, in the curve's unit.
        least: of the walk's mean curve.
        greatest: likewise.
        people_least: of people's mean curve.
        people_greatest: likewise.
    """

    r: float | None
    rmse: float | None
    least: float
    greatest: float
    people_least: float | None
    people_greatest: float | None


@dataclasses.dataclass(frozen=True)
class Comparison:
    """A walk beside people.

    Attributes:
        emg: activation and electromyogram.
        angles: by name [deg].
        moments: by name [N m/kg].
        grf: ground reaction 'up', 'fore' and 'in' [body weights].
    """

    emg: EmgAgreement
    angles: dict[str, CurveAgreement]
    moments: dict[str, CurveAgreement]
    grf: dict[str, CurveAgreement]


def compare(means: dict[str, np.ndarray], people: dict[str, Curve]) -> Comparison:
    """Hold mean curves (101,), by quantity, against people's."""
    muscles = {
        muscle.short: _muscle(means[name], people[name].mean)
        for muscle in MUSCLES
        if (name := f"emg_{muscle.short}") in means and name in people
    }
    known = [r for name in NINE if name in muscles and (r := muscles[name].r) is not None]
    return Comparison(
        EmgAgreement(float(np.mean(known)) if known else None, muscles),
        {name: _curve(f"angle_{name}", means, people) for name in ANGLES},
        {name: _curve(f"moment_{name}", means, people) for name in MOMENTS},
        {name: _curve(f"force_{name}", means, people) for name in FORCES},
    )


def _muscle(ours: np.ndarray, theirs: np.ndarray) -> MuscleAgreement:
    lag, best = best_lag(ours, theirs)
    return MuscleAgreement(number(correlation(ours, theirs)), lag, number(best))


def _curve(name: str, means: dict[str, np.ndarray], people: dict[str, Curve]) -> CurveAgreement:
    ours = means[name]
    least, greatest = float(np.nanmin(ours)), float(np.nanmax(ours))
    if name not in people:
        return CurveAgreement(None, None, least, greatest, None, None)
    theirs = people[name].mean
    return CurveAgreement(
        number(correlation(ours, theirs)),
        number(rms_error(ours, theirs)),
        least,
        greatest,
        float(np.nanmin(theirs)),
        float(np.nanmax(theirs)),
    )


def number(value: float) -> float | None:
    """The value, None for NaN: JSON has no such number."""
    return float(value) if np.isfinite(value) else None
