# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Small mathematics that everything else stands on.

rotations, smooth (functions without corners), polynomial (of coupled coordinates).
"""

from kinesis_ros.core.maths.polynomial import (
    compiled_quartic,
    compiled_quartic_slope,
    quartic,
    quartic_slope,
)
from kinesis_ros.core.maths.smooth import quintic_step, smooth_step, softly_positive

__all__ = [
    "compiled_quartic",
    "compiled_quartic_slope",
    "quartic",
    "quartic_slope",
    "quintic_step",
    "smooth_step",
    "softly_positive",
]
