# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Small mathematics that everything else stands on: rotations, and functions without corners."""

from kinesis_ros.core.maths.smooth import quintic_step, smooth_step, softly_positive

__all__ = [
    "quintic_step",
    "smooth_step",
    "softly_positive",
]
