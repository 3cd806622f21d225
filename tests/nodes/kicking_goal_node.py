# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""goal_node for a body that is taken to be able to kick; run as a process by tests."""

import dataclasses
import functools

from kinesis_ros.core.goals import CAPABILITIES
from kinesis_ros.core.pursuit import Pursuit
from kinesis_ros.nodes import goal_node

if __name__ == "__main__":
    able = dataclasses.replace(CAPABILITIES, kick=True)
    goal_node.Pursuit = functools.partial(Pursuit, able=able)
    goal_node.main()
