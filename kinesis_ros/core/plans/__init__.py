# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Plans: the steps that a goal consists of, what the body can do, and what becomes of goals."""

from kinesis_ros.core.plans.capabilities import CAPABILITIES, Capabilities
from kinesis_ros.core.plans.driving import Driving
from kinesis_ros.core.plans.events import GoalError, GoalEvent, GoalState
from kinesis_ros.core.plans.plan import GoTo, Kick, Move, Plan, PlanStep, Play, Stand

__all__ = [
    "CAPABILITIES",
    "Capabilities",
    "Driving",
    "GoTo",
    "GoalError",
    "GoalEvent",
    "GoalState",
    "Kick",
    "Move",
    "Plan",
    "PlanStep",
    "Play",
    "Stand",
]
