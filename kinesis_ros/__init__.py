# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""A muscle-driven human body on the ROS 2 graph."""

__version__ = "0.1.0"
