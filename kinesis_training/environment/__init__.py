# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The imitation environment: the task in compiled code, its bodies, and how policies do in it."""

from kinesis_training.environment.environment import ACTION_SIZE, ImitationConfig, ImitationEnv
from kinesis_training.environment.evaluation import Scores, evaluate
from kinesis_training.environment.kinetics import KineticConfig
from kinesis_training.environment.randomisation import NO_RANDOMISATION, RandomisationConfig

__all__ = [
    "ACTION_SIZE",
    "NO_RANDOMISATION",
    "ImitationConfig",
    "ImitationEnv",
    "KineticConfig",
    "RandomisationConfig",
    "Scores",
    "evaluate",
]
