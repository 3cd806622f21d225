# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Figures of a walk: time, space, energy and effort."""

import dataclasses

import numpy as np

from kinesis_ros.core.muscles.metabolism import Metabolism
from kinesis_ros.core.rollout.samples import Samples
from kinesis_ros.physiology.cycles import WalkCycles

# Muscles that work against each other, by their short names.
ANTAGONISTS = {"ankle": ("TA", "SOL"), "knee": ("VL", "BF")}
STANCE = slice(10, 61)  # percent: the heel is down, the toes are not yet off
_RANGES = tuple(
    f"{part}_{way}" for part in ("pelvis", "trunk") for way in ("tilt", "list", "rotation")
)


@dataclasses.dataclass(frozen=True)
class Strides:
    """Time and space.

    Attributes:
        stride_time: mean [s].
        stride_time_variation: standard deviation over mean.
        stance: share of the cycle on the floor.
        double_support: share of the cycle with both feet on the floor.
        step_width: mean distance of a footprint from the line between the other foot's two [m].
        least_knee_in_stance: of the mean knee flexion at 10 to 60% of the cycle [deg].
        ranges: of the mean cycle, 'pelvis_tilt' ... 'trunk_rotation' [deg], in the world.
    """

    stride_time: float
    stride_time_variation: float
    stance: float
    double_support: float
    step_width: float | None
    least_knee_in_stance: float
    ranges: dict[str, float]


@dataclasses.dataclass(frozen=True)
class Effort:
    """Energy and muscle work.

    Attributes:
        cost_of_transport: metabolic energy per way and body mass, basal included [J/kg/m].
        cost_terms: its parts 'activation', 'maintenance', 'shortening', 'work', 'rules' (what
            muscles may not give back) and 'basal' [J/kg/m].
        muscle_mass: of all muscles, after the metabolic model [kg].
        mean_square_activation: over muscles and time.
        co_contraction: of antagonists at a joint, 0..1: twice the common area of the mean curves
            over the sum of both (Falconer & Winter 1985).
    """

    cost_of_transport: float
    cost_terms: dict[str, float]
    muscle_mass: float
    mean_square_activation: float
    co_contraction: dict[str, float]


def strides(cycles: WalkCycles) -> Strides:
    """Measure time and space of a walk with whole cycles."""
    times = cycles.stride_times
    angles = {name: np.degrees(cycles.angle(name)).mean(axis=0) for name in _RANGES}
    knee = np.degrees(cycles.angle("knee_angle")).mean(axis=0)
    return Strides(
        float(times.mean()),
        float(times.std() / times.mean()),
        cycles.stance,
        _double_support(cycles),
        _step_width(cycles),
        float(knee[STANCE].min()),
        {name: float(np.ptp(angle)) for name, angle in angles.items()},
    )


def effort(cycles: WalkCycles, means: dict[str, np.ndarray]) -> Effort:
    """Measure energy and effort of a walk over the time of its cycles.

    Args:
        cycles: of the walk, at least one.
        means: mean curves (101,) by quantity.
    """
    samples, rows = cycles.samples, _walking(cycles)
    # Where it was not recorded, excitation is as activation, which follows it within 40 ms.
    excitation = samples.activation if samples.excitation is None else samples.excitation
    metabolism = Metabolism(cycles.body)
    power = metabolism.muscle_power(
        excitation[rows],
        samples.activation[rows],
        samples.muscle_length[rows],
        samples.muscle_velocity[rows],
        samples.muscle_tension[rows],
    )
    to_cost = 1.0 / (metabolism.body_mass * speed(samples, rows))
    names = ("activation", "maintenance", "shortening", "work", "total")
    terms = {name: float(getattr(power, name).sum(axis=1).mean() * to_cost) for name in names}
    total = terms.pop("total")
    terms["rules"] = total - sum(terms.values())
    terms["basal"] = metabolism.basal_power * to_cost
    return Effort(
        total + terms["basal"],
        terms,
        float(metabolism.muscle_mass.sum()),
        float(np.mean(samples.activation[rows] ** 2)),
        {joint: _common(means, pair) for joint, pair in ANTAGONISTS.items()},
    )


def speed(samples: Samples, rows: np.ndarray) -> float:
    """Mean horizontal speed of the pelvis over some rows [m/s]; curves count along the way."""
    way = np.linalg.norm(np.diff(samples.centre_of_mass[rows, :2], axis=0), axis=1).sum()
    return float(way / np.ptp(samples.time[rows]))


def walked_speed(cycles: WalkCycles) -> float:
    """Mean speed over the time of the cycles [m/s]."""
    return speed(cycles.samples, _walking(cycles))


def _walking(cycles: WalkCycles) -> np.ndarray:
    """Rows from the first strike that counts to the last one."""
    feet = [foot.cycles for foot in cycles.feet if len(foot.cycles)]
    first, last = min(c.start[0] for c in feet), max(c.end[-1] for c in feet)
    time = cycles.samples.time
    return np.flatnonzero((time >= first) & (time <= last))


def _double_support(cycles: WalkCycles) -> float:
    both = cycles.loaded()[_walking(cycles)].all(axis=1)
    return float(both.mean())


def _step_width(cycles: WalkCycles) -> float | None:
    _, places = cycles.footprints()
    before, here, after = places[:-2], places[1:-1], places[2:]
    way = after - before
    length = np.linalg.norm(way, axis=1)
    far = length > 0.2  # [m]: the same foot's next place; else a cycle was left out between
    if not far.any():
        return None
    off = here - before
    aside = np.abs(way[:, 0] * off[:, 1] - way[:, 1] * off[:, 0])[far] / length[far]
    return float(aside.mean())


def _common(means: dict[str, np.ndarray], pair: tuple[str, str]) -> float:
    a, b = (means[f"emg_{name}"] for name in pair)
    return float(2.0 * np.minimum(a, b).sum() / max(float((a + b).sum()), 1e-12))
