# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The ways to drive a body, readable by a launch file: this file imports nothing."""

CONTROL_DESCRIPTIONS = {
    "coordinated": "set-points of the joints, which muscle coordination turns into excitations",
    "direct": "excitations of the muscles",
}
CONTROLS = tuple(CONTROL_DESCRIPTIONS)
