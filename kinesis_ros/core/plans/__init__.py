# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Plans: the steps that a goal consists of, what the body can do, and what becomes of goals.

capabilities (the table) -> step (what every step tells) -> move, stand, go_to, ... -> plan.
"""

from kinesis_ros.core.plans.capabilities import CAPABILITIES, Capabilities
from kinesis_ros.core.plans.driving import Driving
from kinesis_ros.core.plans.easing import Easing
from kinesis_ros.core.plans.events import GoalError, GoalEvent, GoalState
from kinesis_ros.core.plans.go_to import GoTo
from kinesis_ros.core.plans.kick import Kick
from kinesis_ros.core.plans.move import JOG_SPEED, STEP_LENGTHS, Move
from kinesis_ros.core.plans.plan import Plan
from kinesis_ros.core.plans.play import Play
from kinesis_ros.core.plans.side_to_side import SideToSide
from kinesis_ros.core.plans.stand import Stand
from kinesis_ros.core.plans.step import Place, PlanStep

__all__ = [
    "CAPABILITIES",
    "JOG_SPEED",
    "STEP_LENGTHS",
    "Capabilities",
    "Driving",
    "Easing",
    "GoTo",
    "GoalError",
    "GoalEvent",
    "GoalState",
    "Kick",
    "Move",
    "Place",
    "Plan",
    "PlanStep",
    "Play",
    "SideToSide",
    "Stand",
]
