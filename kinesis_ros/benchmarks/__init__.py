# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Measurements of the policies and the machine; none of them needs ROS or torch."""
