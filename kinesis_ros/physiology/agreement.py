# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""How alike two curves over the gait cycle are."""

import numpy as np


def correlation(ours: np.ndarray, theirs: np.ndarray) -> float:
    """Pearson's r at zero lag of two curves (points,); points without a value do not count.

    NaN when one of them is constant: it has no shape to compare.
    """
    known = np.isfinite(ours) & np.isfinite(theirs)
    a, b = ours[known] - ours[known].mean(), theirs[known] - theirs[known].mean()
    size = np.sqrt((a @ a) * (b @ b))
    return float(a @ b / size) if size > 1e-12 else float("nan")


def rms_error(ours: np.ndarray, theirs: np.ndarray) -> float:
    """Root of the mean squared difference of two curves (points,)."""
    return float(np.sqrt(np.nanmean((ours - theirs) ** 2)))


def best_lag(ours: np.ndarray, theirs: np.ndarray) -> tuple[int, float]:
    """Where the curves agree best, turned against each other around the cycle.

    Args:
        ours: (101,) over the cycle, 0 to 100 percent.
        theirs: likewise.

    Returns:
        By how many percent of the cycle ours is late, -50 to 49, and Pearson's r there.
    """
    a, b = ours[:-1], theirs[:-1]  # 100 percent is the next cycle's 0
    lags = np.arange(-(len(a) // 2), len(a) - len(a) // 2)
    r = np.array([correlation(np.roll(a, -lag), b) for lag in lags])
    if not np.isfinite(r).any():
        return 0, float("nan")
    best = int(np.nanargmax(r))
    return int(lags[best]), float(r[best])
