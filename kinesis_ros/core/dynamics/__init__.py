# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Dynamics of a motion that is told: what joints and floor must do so that the body moves so.

inverse (joint moments and the wrench of the floor) -> floor_forces (divided between the feet).
"""

from kinesis_ros.core.dynamics.floor_forces import FloorForces
from kinesis_ros.core.dynamics.inverse import InverseDynamics

__all__ = [
    "FloorForces",
    "InverseDynamics",
]
