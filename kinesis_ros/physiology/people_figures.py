# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The figures of a walk, and beside them what people have.

People's figures are taken from their curves by the same code; those that curves do not tell are
from the literature, see docs/physiology.md.
"""

import dataclasses
from collections.abc import Callable, Sequence

import numpy as np

from kinesis_ros.physiology.figures import STANCE
from kinesis_ros.physiology.loading import Impact, Stance
from kinesis_ros.physiology.people import FASTEST_WALK, Group
from kinesis_ros.physiology.walk import WalkMeasures

# Gross cost of walking on the level against speed [m/s, J/kg/m]: the curve of Abe et al. 2004 as
# digitised for Schertzer & Riemer 2014.
_COST = ((0.66, 4.5), (0.83, 3.8), (1.0, 3.4), (1.16, 3.2), (1.34, 3.2), (1.5, 3.3), (1.83, 3.6))
_LOADED = 0.05  # body weights
_STRIDE_TIME = 1.14  # [s] of the person at 1.24 m/s; curves over the cycle do not tell it


@dataclasses.dataclass(frozen=True)
class FigureRow:
    """One figure.

    Attributes:
        name: as in the JSON.
        title: in words, with its unit.
        value: of a walk.
        theirs: of a group of people; None: their curves do not tell.
        published: from the literature, in words.
    """

    name: str
    title: str
    value: Callable[[WalkMeasures], float | None]
    theirs: Callable[[Group], float | None] | None = None
    published: str = ""

    def people(self, groups: Sequence[Group]) -> list[float]:
        """The figure of every group whose curves tell it."""
        found = [self.theirs(group) for group in groups] if self.theirs else []
        return [value for value in found if value is not None]


def cost_of_people(speed: float) -> float | None:
    """Gross cost of transport of people who walk at `speed` [m/s]; None: too slow or too fast."""
    speeds, costs = zip(*_COST, strict=True)
    known = speeds[0] <= speed <= min(speeds[-1], FASTEST_WALK)
    return float(np.interp(speed, speeds, costs)) if known else None


def _of_force(figure: Callable[[np.ndarray], float]) -> Callable[[Group], float | None]:
    """A figure of the vertical force of a group."""

    def of(group: Group) -> float | None:
        return figure(group.curves["force_up"].mean) if "force_up" in group.curves else None

    return of


def _of_angle(name: str, figure: Callable[[np.ndarray], float]) -> Callable[[Group], float | None]:
    def of(group: Group) -> float | None:
        curve = group.curves.get(f"angle_{name}")
        return None if curve is None else float(figure(curve.mean))

    return of


def _stance_share(force: np.ndarray) -> float:
    return float(np.mean(force[:-1] > _LOADED))


def _impact(force: np.ndarray) -> Impact:
    """Of a mean curve (101,): what single strikes have beyond it is not known."""
    return Impact.of(_STRIDE_TIME * np.linspace(0.0, 1.0, len(force)), force, np.zeros(1))


def _range(name: str) -> FigureRow:
    title = f"{name.replace('_', ' ')}, range [deg]"
    return FigureRow(name, title, lambda w: w.strides.ranges[name], _of_angle(name, np.ptp))


ROWS = (
    FigureRow("cycles", "gait cycles", lambda w: float(w.cycles)),
    FigureRow("measured_speed", "speed [m/s]", lambda w: w.speed, lambda group: group.speed),
    FigureRow("stride_time", "stride time [s]", lambda w: w.strides.stride_time, None, "1.1"),
    FigureRow(
        "stride_time_variation",
        "stride time, variation",
        lambda w: w.strides.stride_time_variation,
        None,
        "a few hundredths",
    ),
    FigureRow("stance", "stance, share", lambda w: w.strides.stance, _of_force(_stance_share)),
    FigureRow(
        "double_support",
        "double support, share",
        lambda w: w.strides.double_support,
        _of_force(lambda force: 2.0 * _stance_share(force) - 1.0),
    ),
    FigureRow("step_width", "step width [m]", lambda w: w.strides.step_width, None, "0.12"),
    FigureRow(
        "least_knee_in_stance",
        "least knee in stance [deg]",
        lambda w: w.strides.least_knee_in_stance,
        _of_angle("knee_angle", lambda knee: knee[STANCE].min()),
    ),
    *(
        _range(f"{part}_{way}")
        for part in ("pelvis", "trunk")
        for way in ("tilt", "list", "rotation")
    ),
    FigureRow(
        "first_5_percent",
        "force in the first 5% [bw]",
        lambda w: w.stance_force.first_5_percent,
        _of_force(lambda force: Stance.of(force).first_5_percent),
    ),
    FigureRow(
        "impact_peak",
        "impact peak, 50 ms [bw]",
        lambda w: w.impact.impact_peak,
        _of_force(lambda force: _impact(force).impact_peak),
    ),
    FigureRow(
        "loading_rate",
        "loading rate [bw/s]",
        lambda w: w.impact.loading_rate,
        _of_force(lambda force: _impact(force).loading_rate),
    ),
    FigureRow(
        "first_hump",
        "first hump [bw]",
        lambda w: w.stance_force.first_hump,
        _of_force(lambda force: Stance.of(force).first_hump),
    ),
    FigureRow(
        "valley",
        "valley [bw]",
        lambda w: w.stance_force.valley,
        _of_force(lambda force: Stance.of(force).valley),
    ),
    FigureRow(
        "second_hump",
        "second hump [bw]",
        lambda w: w.stance_force.second_hump,
        _of_force(lambda force: Stance.of(force).second_hump),
    ),
    FigureRow(
        "cost_of_transport",
        "cost of transport [J/kg/m]",
        lambda w: w.effort.cost_of_transport,
        lambda group: cost_of_people(group.speed),
    ),
    FigureRow(
        "mean_square_activation",
        "mean squared activation",
        lambda w: w.effort.mean_square_activation,
    ),
    *(
        FigureRow(
            f"co_contraction_{joint}",
            f"co-contraction, {joint}",
            lambda w, joint=joint: w.effort.co_contraction[joint],
        )
        for joint in ("ankle", "knee")
    ),
)
