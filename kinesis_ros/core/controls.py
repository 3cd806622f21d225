# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The ways to drive a body, readable by a launch file: the standard library is enough."""

from typing import Annotated

from kinesis_ros.options import Choices

DEFAULT_CONTROL = "coordinated"

CONTROL_DESCRIPTIONS = {
    DEFAULT_CONTROL: "set-points of the joints, which muscle coordination turns into excitations",
    "direct": "excitations of the muscles",
}
CONTROLS = tuple(CONTROL_DESCRIPTIONS)
ControlName = Annotated[str, Choices(CONTROLS)]
