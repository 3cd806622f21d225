# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The node of docs/add-a-node.md, taken from the page and run."""

import re
import time
from pathlib import Path
from typing import Any

import pytest
import rclpy
from rclpy.executors import SingleThreadedExecutor
from sensor_msgs.msg import JointState
from std_msgs.msg import Float64

from kinesis_ros.core.body import COORDINATES, NUM_COORDINATES
from kinesis_ros.nodes import qos

PAGE = Path(__file__).parents[2] / "docs" / "add-a-node.md"
IMPORTS = """
import math
from rclpy.node import Node
from sensor_msgs.msg import JointState
from std_msgs.msg import Float64
from kinesis_ros.nodes import qos
from kinesis_ros.nodes.process import run, spin
"""


def node_of_the_page() -> Any:  # noqa: ANN401 a class that the page defines
    block = re.search(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert block is not None
    code = "\n".join(line.removeprefix("   ") for line in block.group(1).splitlines())
    names: dict[str, Any] = {}
    exec(IMPORTS + code, names)
    assert callable(names["main"])
    return names["SpeedNode"]


def test_the_node_of_the_page_says_how_fast_the_body_goes(ros: None) -> None:
    node, tester = node_of_the_page()(), rclpy.create_node("tester")
    executor, heard = SingleThreadedExecutor(), []
    executor.add_node(node)
    executor.add_node(tester)
    states = tester.create_publisher(JointState, "body_state", qos.STATE)
    tester.create_subscription(Float64, "speed", lambda m: heard.append(m.data), qos.DISPLAY)
    velocity = [0.0] * NUM_COORDINATES
    velocity[COORDINATES.index("pelvis_tx")] = 3.0
    velocity[COORDINATES.index("pelvis_tz")] = -4.0
    message = JointState(name=list(COORDINATES), velocity=velocity)
    deadline = time.monotonic() + 30.0
    while not heard and time.monotonic() < deadline:
        states.publish(message)
        executor.spin_once(timeout_sec=0.1)
    for each in (node, tester):
        each.destroy_node()
    assert heard, "no speed within 30 s"
    assert heard[0] == pytest.approx(5.0)
