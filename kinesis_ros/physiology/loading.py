# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""How a foot takes the weight: what the vertical force does after the strike and in stance."""

import dataclasses

import numpy as np

_EARLY = 5  # percent of the cycle
_IMPACT_TIME = 0.05  # [s] after the strike
_FIRST, _VALLEY, _SECOND = (8, 31), (20, 46), (40, 63)  # percent: the humps and between them


@dataclasses.dataclass(frozen=True)
class Loading:
    """Figures of the vertical force, in body weights.

    Attributes:
        first_5_percent: largest within the first 5% of the mean cycle.
        impact_peak: largest within 50 ms of the strike; mean over the cycles.
        loading_rate: steepest rise within 50 ms of the strike, between samples 10 ms apart;
            mean over the cycles [body weights/s].
        first_hump: largest at 8 to 30% of the mean cycle.
        valley: least at 20 to 45%.
        second_hump: largest at 40 to 62%.
    """

    first_5_percent: float
    impact_peak: float
    loading_rate: float
    first_hump: float
    valley: float
    second_hump: float

    @property
    def humps(self) -> bool:
        """Whether the force has two, by a twentieth of the body weight."""
        return min(self.first_hump, self.second_hump) - self.valley > 0.05


def loading(cycles: np.ndarray, durations: np.ndarray) -> Loading:
    """Measure vertical forces.

    Args:
        cycles: (cycles, 101) over the gait cycle, in body weights.
        durations: (cycles,) [s].
    """
    mean = cycles.mean(axis=0)
    impacts = [_impact(cycle, t) for cycle, t in zip(cycles, durations, strict=True)]
    peak, rate = np.mean(impacts, axis=0)
    return Loading(
        first_5_percent=float(mean[: _EARLY + 1].max()),
        impact_peak=float(peak),
        loading_rate=float(rate),
        first_hump=float(mean[slice(*_FIRST)].max()),
        valley=float(mean[slice(*_VALLEY)].min()),
        second_hump=float(mean[slice(*_SECOND)].max()),
    )


def _impact(cycle: np.ndarray, duration: float) -> tuple[float, float]:
    """Peak and steepest rise of one cycle within 50 ms of its strike."""
    step = 0.01  # [s]: a whole number of percents would differ from walk to walk
    time = np.arange(0.0, _IMPACT_TIME + 0.5 * step, step)
    force = np.interp(time, np.linspace(0.0, duration, len(cycle)), cycle)
    return float(force.max()), float(np.diff(force).max() / step)
