# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The figures of a walk, and beside them what people have.

People's figures are computed from the curves that come along (two adults at 1.24 and 1.33 m/s), or
read from the literature; docs/physiology.md says which is which.
"""

import dataclasses
from collections.abc import Callable

from kinesis_ros.physiology.walk import WalkMeasures


@dataclasses.dataclass(frozen=True)
class FigureRow:
    """One figure.

    Attributes:
        title: in words, with its unit.
        value: of a walk.
        people: theirs, in words.
    """

    title: str
    value: Callable[[WalkMeasures], float | None]
    people: str


ROWS = (
    FigureRow("gait cycles", lambda w: float(w.cycles), "12"),
    FigureRow("speed [m/s]", lambda w: w.speed, "1.24, 1.33"),
    FigureRow("stride time [s]", lambda w: w.strides.stride_time, "1.1"),
    FigureRow(
        "stride time, variation [%]",
        lambda w: 100.0 * w.strides.stride_time_variation,
        "1 to 3",
    ),
    FigureRow("stance [%]", lambda w: 100.0 * w.strides.stance, "62 to 66"),
    FigureRow("double support [%]", lambda w: 100.0 * w.strides.double_support, "20 to 32"),
    FigureRow("step width [m]", lambda w: w.strides.step_width, "0.08 to 0.13"),
    FigureRow("least knee in stance [deg]", lambda w: w.strides.least_knee_in_stance, "7, 12"),
    FigureRow("pelvis tilt, range [deg]", lambda w: w.strides.ranges["pelvis_tilt"], "2, 4"),
    FigureRow("pelvis list, range [deg]", lambda w: w.strides.ranges["pelvis_list"], "8, 12"),
    FigureRow("pelvis rotation, range [deg]", lambda w: w.strides.ranges["pelvis_rotation"], "7"),
    FigureRow("trunk tilt, range [deg]", lambda w: w.strides.ranges["trunk_tilt"], "2 to 4"),
    FigureRow("trunk list, range [deg]", lambda w: w.strides.ranges["trunk_list"], "3 to 7"),
    FigureRow("force in the first 5% [bw]", lambda w: w.loading.first_5_percent, "0.35"),
    FigureRow("impact peak, 50 ms [bw]", lambda w: w.loading.impact_peak, "0.4"),
    FigureRow("loading rate [bw/s]", lambda w: w.loading.loading_rate, "10"),
    FigureRow("first hump [bw]", lambda w: w.loading.first_hump, "1.0"),
    FigureRow("valley [bw]", lambda w: w.loading.valley, "0.7"),
    FigureRow("second hump [bw]", lambda w: w.loading.second_hump, "1.0"),
    FigureRow("cost of transport [J/kg/m]", lambda w: w.effort.cost_of_transport, "3.3"),
    FigureRow("mean squared activation", lambda w: w.effort.mean_square_activation, ""),
    FigureRow("co-contraction, ankle", lambda w: w.effort.co_contraction["ankle"], ""),
    FigureRow("co-contraction, knee", lambda w: w.effort.co_contraction["knee"], ""),
)
