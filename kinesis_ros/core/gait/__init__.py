# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The motion generator: learned gaits, put on the floor, stepped along the walked line.

gaits (the file) -> gait (Fourier series) -> posture -> stepping (footprints, walked_line)
-> generator, which is the door.
"""

from kinesis_ros.core.gait.gait import Gait
from kinesis_ros.core.gait.gaits import GaitError, Gaits, Pace
from kinesis_ros.core.gait.generator import MotionGenerator
from kinesis_ros.core.gait.posture import Posture, PostureModel
from kinesis_ros.core.gait.walked_line import (
    LEAST_RUNNING,
    TOP_BACKWARD,
    TOP_SIDEWAYS,
    TOP_SPEED,
    TOP_WALKING,
    Velocity,
    Walked,
)

__all__ = [
    "LEAST_RUNNING",
    "TOP_BACKWARD",
    "TOP_SIDEWAYS",
    "TOP_SPEED",
    "TOP_WALKING",
    "Gait",
    "GaitError",
    "Gaits",
    "MotionGenerator",
    "Pace",
    "Posture",
    "PostureModel",
    "Velocity",
    "Walked",
]
