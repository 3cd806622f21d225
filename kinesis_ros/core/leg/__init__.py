# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""One leg as compiled kinematics: its chain of joints, its foot poses, how the foot rolls."""

from kinesis_ros.core.leg.chain import (
    FIXED,
    HINGE,
    NUM_LEG_JOINTS,
    SLIDE,
    Leg,
    LegOperation,
    leg_of,
    read_chain,
)
from kinesis_ros.core.leg.kinematics import solve_leg

__all__ = [
    "FIXED",
    "HINGE",
    "NUM_LEG_JOINTS",
    "SLIDE",
    "Leg",
    "LegOperation",
    "leg_of",
    "read_chain",
    "solve_leg",
]
