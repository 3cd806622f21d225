# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The web page on viser, without ROS: what it draws, and what its controls ask for."""
