# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Fits of the motion generator: gaits and kicks out of motion capture."""

from kinesis_training.fitting.generator_fit import angle_error, fit_gaits
from kinesis_training.fitting.kick_fit import KICK_LABELS, fit_kick

__all__ = [
    "KICK_LABELS",
    "angle_error",
    "fit_gaits",
    "fit_kick",
]
