# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What nodes write never stops them, and what strangers write never reaches the terminal raw."""

import subprocess
import sys

from kinesis_ros.graph import printable

WRITER = """
from rclpy.logging import get_logger
from kinesis_ros.nodes.process import never_wait_for_readers
never_wait_for_readers()
for _ in range(500):
    get_logger("writer").warning(1000 * "x")
"""


def test_a_node_whose_output_nobody_reads_goes_on() -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    try:
        assert process.wait(timeout=120.0) == 0
    finally:
        process.kill()
        process.communicate()


def test_control_characters_are_spelled_out() -> None:
    assert printable("walk\x1b[2J\nsim_node all is well\u202e") == (
        "walk\\x1b[2J\\nsim_node all is well\\u202e"
    )
    assert printable("gehe 2 m nach Süden, 走") == "gehe 2 m nach Süden, 走"
