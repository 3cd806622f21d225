# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""A process that hangs while it ends is ended, with the status that was meant."""

import subprocess
import sys
import time

import pytest

from kinesis_ros.graph import deadline
from kinesis_ros.graph.deadline import ended_within

# PyDLL calls with the interpreter's lock held, as rclpy does when it destroys a node.
HANGING = """
import ctypes, signal, sys
from kinesis_ros.graph.deadline import ended_within
signal.signal(signal.SIGTERM, lambda *_: None)
with ended_within(0.2, int(sys.argv[1])):
    ctypes.PyDLL(None).sleep(60)
"""


@pytest.mark.parametrize("status", [0, 3])
def test_a_hang_with_the_interpreters_lock_held_is_ended_with_the_right_status(status: int) -> None:
    done = subprocess.run([sys.executable, "-c", HANGING, str(status)], check=False, timeout=30.0)
    assert done.returncode == status


def test_who_is_done_in_time_lives_on() -> None:
    with ended_within(0.1, 7):
        pass
    time.sleep(0.3)


def test_where_there_is_no_timer_an_alarm_does_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deadline, "_timer", lambda *_: None)
    with ended_within(0.1, 7):
        pass
    time.sleep(0.3)
    alarm = HANGING.replace("\nwith", "\nkinesis_deadline._timer = lambda *_: None\nwith")
    alarm = "import kinesis_ros.graph.deadline as kinesis_deadline\n" + alarm
    done = subprocess.run([sys.executable, "-c", alarm, "0"], check=False, timeout=30.0)
    assert done.returncode < 0
