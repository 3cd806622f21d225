# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Goals: what people and robot stacks ask for, as plans, and what becomes of them.

A sentence, a place, a velocity, a kick or a motion becomes a `Plan` of steps; the `GoalManager`
keeps the one that counts and turns it, in every control step, into a command of the motion
generator. `Capabilities` is the table of what the body can do.
"""

from kinesis_ros.core.goals.flood import FloodGate
from kinesis_ros.core.goals.manager import DRIVEN, GoalConfig, GoalManager, shortened
from kinesis_ros.core.goals.plan_runner import PlanRunner
from kinesis_ros.core.goals.situation import Situation

__all__ = [
    "DRIVEN",
    "FloodGate",
    "GoalConfig",
    "GoalManager",
    "PlanRunner",
    "Situation",
    "shortened",
]
