# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Functions without corners: what they shape moves without jerks."""

import numpy as np

from kinesis_ros.core.compiled import njit

_SOFTNESS = 0.006  # [m]


@njit(cache=True, nogil=True)
def smooth_step(x: float) -> float:
    """From 0 at x <= 0 to 1 at x >= 1, level at both ends."""
    x = min(1.0, max(0.0, x))
    return x * x * (3.0 - 2.0 * x)


@njit(cache=True, nogil=True)
def softly_positive(x: float, softness: float = _SOFTNESS) -> float:
    """About max(x, 0), without the corner, where it is half the softness [m]."""
    return 0.5 * (x + np.hypot(x, softness))


def quintic_step(x: float | np.ndarray) -> np.ndarray:
    """From 0 at x <= 0 to 1 at x >= 1, without slope and curvature at both ends."""
    x = np.clip(x, 0.0, 1.0)
    return x**3 * (10.0 - 15.0 * x + 6.0 * x**2)
