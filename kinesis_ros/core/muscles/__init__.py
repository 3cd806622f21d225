# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Muscles: Hill-type curves, coordination (joint torques to excitations), and where they run."""

from kinesis_ros.core.muscles.coordination import (
    CoordinationConfig,
    CoordinationTables,
    CoordinationWorkspace,
    Coordinator,
    Weighting,
    coordination_tables,
    new_workspace,
)
from kinesis_ros.core.muscles.gait_muscles import GAIT_MUSCLES
from kinesis_ros.core.muscles.hill import mirror_muscles
from kinesis_ros.core.muscles.paths import activation_colors, muscle_segments

__all__ = [
    "GAIT_MUSCLES",
    "CoordinationConfig",
    "CoordinationTables",
    "CoordinationWorkspace",
    "Coordinator",
    "Weighting",
    "activation_colors",
    "coordination_tables",
    "mirror_muscles",
    "muscle_segments",
    "new_workspace",
]
