# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The simulated body and what is around it: physics, ground reaction, pushes, the penalty area."""

from kinesis_ros.core.simulation.goal_frame import POST_RADIUS, frame_bars, net_lines
from kinesis_ros.core.simulation.penalty_area import (
    BALL_RADIUS,
    KEEPER_SIZE,
    Ball,
    BallState,
    Goalkeeper,
    GoalWatch,
    ball_addresses,
)
from kinesis_ros.core.simulation.push import Push, Pusher, PushError
from kinesis_ros.core.simulation.simulation import CommandShapeError, Simulation

__all__ = [
    "BALL_RADIUS",
    "KEEPER_SIZE",
    "POST_RADIUS",
    "Ball",
    "BallState",
    "CommandShapeError",
    "GoalWatch",
    "Goalkeeper",
    "Push",
    "PushError",
    "Pusher",
    "Simulation",
    "ball_addresses",
    "frame_bars",
    "net_lines",
]
