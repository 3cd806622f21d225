# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The body, its policy and a reference in lockstep without ROS, and what came of it."""

from kinesis_ros.core.rollout.gait_cycles import GaitCycles, find_cycles
from kinesis_ros.core.rollout.lockstep import Lockstep, due
from kinesis_ros.core.rollout.pursuit import Pursuit
from kinesis_ros.core.rollout.references import (
    ClipReference,
    GoalReference,
    Reference,
    ReferenceWalker,
)
from kinesis_ros.core.rollout.rollout import Rollout, RolloutStep
from kinesis_ros.core.rollout.trajectory import Trajectory, key_distance

__all__ = [
    "ClipReference",
    "GaitCycles",
    "GoalReference",
    "Lockstep",
    "Pursuit",
    "Reference",
    "ReferenceWalker",
    "Rollout",
    "RolloutStep",
    "Trajectory",
    "due",
    "find_cycles",
    "key_distance",
]
