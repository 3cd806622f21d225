# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The two sides and their one order, right first: as in the kinematic state and every policy."""

RIGHT, LEFT = 0, 1
SIDES = "rl"  # as the names of joints, bodies and muscles end
SIDE_NAMES = ("right", "left")  # as topics and people say
