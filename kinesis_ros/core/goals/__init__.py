# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Goals: what people and robot stacks ask for, as plans, and what becomes of them.

A sentence, a place, a velocity, a kick or a motion becomes a `Plan` of steps; the `GoalKeeper`
keeps the one that counts and turns it, in every control step, into a command of the motion
generator. `Capabilities` is the table of what the body can do.
"""

from kinesis_ros.core.goals.capabilities import CAPABILITIES, Capabilities
from kinesis_ros.core.goals.driving import Driving
from kinesis_ros.core.goals.events import GoalError, GoalEvent, GoalState
from kinesis_ros.core.goals.executor import Executor
from kinesis_ros.core.goals.keeper import DRIVEN, GoalConfig, GoalKeeper, shortened
from kinesis_ros.core.goals.language import understand
from kinesis_ros.core.goals.plan import GoTo, Kick, Move, Plan, Play, Stand, Step
from kinesis_ros.core.goals.scene import Scene
from kinesis_ros.core.walked_line import Velocity

__all__ = [
    "CAPABILITIES",
    "DRIVEN",
    "Capabilities",
    "Driving",
    "Executor",
    "GoTo",
    "GoalConfig",
    "GoalError",
    "GoalEvent",
    "GoalKeeper",
    "GoalState",
    "Kick",
    "Move",
    "Plan",
    "Play",
    "Scene",
    "Stand",
    "Step",
    "Velocity",
    "shortened",
    "understand",
]
