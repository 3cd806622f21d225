# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Refinement of a policy through a learned, differentiable model of the body."""

from kinesis_training.refinement.refinement import RefinementConfig, Refiner

__all__ = [
    "RefinementConfig",
    "Refiner",
]
