# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The body: its model, its joints by name, and its kinematic state.

model -> gains; sides (their one order); kinematic_state (what one flat vector holds)
-> state_access (from and to MuJoCo's arrays), kinematics (from root motion and joint angles),
opensim (as OpenSim coordinates).
"""

from kinesis_ros.core.body.kinematic_state import JOINT_KINDS
from kinesis_ros.core.body.kinematics import Kinematics, states_from_motion
from kinesis_ros.core.body.model import (
    CONTROL_RATE,
    GRAVITY,
    ROOT_TO_BASE,
    SUBSTEPS,
    Body,
    load_body,
    load_skeleton,
)
from kinesis_ros.core.body.opensim import (
    COORDINATES,
    NUM_COORDINATES,
    PELVIS_COORDINATES,
    read_coordinates,
    write_coordinates,
)
from kinesis_ros.core.body.sides import LEFT, RIGHT, SIDE_NAMES, SIDES
from kinesis_ros.core.body.state_access import read_state, state_tables, write_state

__all__ = [
    "CONTROL_RATE",
    "COORDINATES",
    "GRAVITY",
    "JOINT_KINDS",
    "LEFT",
    "NUM_COORDINATES",
    "PELVIS_COORDINATES",
    "RIGHT",
    "ROOT_TO_BASE",
    "SIDES",
    "SIDE_NAMES",
    "SUBSTEPS",
    "Body",
    "Kinematics",
    "load_body",
    "load_skeleton",
    "read_coordinates",
    "read_state",
    "state_tables",
    "states_from_motion",
    "write_coordinates",
    "write_state",
]
