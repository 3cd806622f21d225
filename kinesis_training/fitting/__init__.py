# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Fits of the motion generator: gaits and kicks out of motion capture; people's kinetics."""

from kinesis_training.fitting.generator_fit import angle_error, fit_gaits
from kinesis_training.fitting.kick_fit import KICK_LABELS, fit_kick
from kinesis_training.fitting.people_kinetics import FORCE_AXES, KINETICS_SIZE, walking_kinetics

__all__ = [
    "FORCE_AXES",
    "KICK_LABELS",
    "KINETICS_SIZE",
    "angle_error",
    "fit_gaits",
    "fit_kick",
    "walking_kinetics",
]
