# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""How a foot takes the weight: what the vertical force does after the strike and in stance."""

import dataclasses

import numpy as np

IMPACT_TIME = 0.05  # [s] after the strike

_RISE_TIME = 0.02  # [s] over which a rise is taken: one sample would be the noise of contacts
_EARLY = 5  # percent of the cycle
_FIRST, _VALLEY, _SECOND = (8, 31), (20, 46), (40, 63)  # percent: the humps and between them


@dataclasses.dataclass(frozen=True)
class Stance:
    """Figures of the mean vertical force over the gait cycle, in body weights.

    Attributes:
        first_5_percent: largest within the first 5% of the cycle.
        first_hump: largest at 8 to 30%.
        valley: least at 20 to 45%.
        second_hump: largest at 40 to 62%.
    """

    first_5_percent: float
    first_hump: float
    valley: float
    second_hump: float

    @property
    def humps(self) -> bool:
        """Whether the force has two, by a twentieth of the body weight."""
        return min(self.first_hump, self.second_hump) - self.valley > 0.05

    @classmethod
    def of(cls, mean: np.ndarray) -> "Stance":
        """Of a mean curve (101,) in body weights."""
        return cls(
            first_5_percent=float(mean[: _EARLY + 1].max()),
            first_hump=float(mean[slice(*_FIRST)].max()),
            valley=float(mean[slice(*_VALLEY)].min()),
            second_hump=float(mean[slice(*_SECOND)].max()),
        )


@dataclasses.dataclass(frozen=True)
class Impact:
    """What happens within 50 ms of the strike.

    Attributes:
        impact_peak: largest vertical force [body weights].
        loading_rate: steepest rise over 20 ms [body weights/s].
    """

    impact_peak: float
    loading_rate: float

    @classmethod
    def of(cls, time: np.ndarray, force: np.ndarray, strikes: np.ndarray) -> "Impact":
        """Means over the strikes.

        Args:
            time: (rows,) evenly spaced [s].
            force: (rows,) vertical, in body weights.
            strikes: (strikes,) when [s].
        """
        step = 0.001  # [s]
        before, after = round(_RISE_TIME / step), round(IMPACT_TIME / step)
        moments = strikes[:, None] + step * np.arange(-before, after + 1)
        forces = np.interp(moments, time, force)
        rises = (forces[:, before:] - forces[:, :-before]) / _RISE_TIME
        peaks = forces[:, before:].max(axis=1)
        return cls(float(peaks.mean()), float(rises.max(axis=1).mean()))
