# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Thin ROS 2 nodes around the core: parse, call one core object, publish."""
