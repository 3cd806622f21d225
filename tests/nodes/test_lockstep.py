# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Runs in lockstep repeat bit for bit, however slow any of the nodes is."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
import pytest
import rclpy
from rclpy.executors import SingleThreadedExecutor
from rclpy.node import Node
from rclpy.qos import HistoryPolicy, QoSProfile, ReliabilityPolicy
from rclpy.utilities import try_shutdown
from sensor_msgs.msg import JointState

from kinesis_ros.graph import NAMESPACE, GraphOptions, Supervisor, describe
from kinesis_ros.nodes.messages import tick_of

DURATION = 2.0  # [s] of simulated time
ENOUGH = 40  # states that were heard in both runs; a listener may miss some

pytestmark = pytest.mark.timeout(900)


@contextmanager
def slowed(process: int) -> Iterator[None]:
    """Stop a process for half of the time."""
    over = threading.Event()

    def hold() -> None:
        with suppress(ProcessLookupError):  # it has ended
            while not over.wait(0.03):
                os.kill(process, signal.SIGSTOP)
                over.wait(0.03)
                os.kill(process, signal.SIGCONT)

    holder = threading.Thread(target=hold)
    holder.start()
    try:
        yield
    finally:
        over.set()
        holder.join()
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGCONT)


def run(slow: str, policy_file: Path) -> dict[int, np.ndarray]:
    """Let the body walk with the node `slow` slowed down: its states by control step."""
    rclpy.init()
    listener, executor = Node("listener", namespace=NAMESPACE), SingleThreadedExecutor()
    executor.add_node(listener)
    states: dict[int, np.ndarray] = {}

    def take(message: JointState) -> None:
        states[tick_of(message.header.stamp)] = np.array([message.position, message.velocity])

    everything = QoSProfile(
        history=HistoryPolicy.KEEP_ALL, depth=0, reliability=ReliabilityPolicy.RELIABLE
    )
    listener.create_subscription(JointState, "body_state", take, everything)
    options = GraphOptions(
        policy=str(policy_file),
        use_viewer=False,
        goal="walk forward",
        realtime=False,
        duration=DURATION,
    )
    lines: list[str] = []
    try:
        with Supervisor(describe(options), lambda _, line: lines.append(line)) as supervisor:
            with slowed(supervisor.processes[slow]):
                ended = None
                while ended is None:
                    executor.spin_once(timeout_sec=0.01)
                    ended = supervisor.wait(0.0)
            assert str(ended) == "sim_node ended with status 0", lines
    finally:
        executor.shutdown(timeout_sec=1.0)
        listener.destroy_node()
        try_shutdown()
    return states


def test_lockstep_repeats_whichever_node_is_slow(policy_file: Path) -> None:
    first, *others = [run(name, policy_file) for name in ("goal_node", "policy_node", "sim_node")]
    for other in others:
        common = sorted(first.keys() & other.keys())
        assert len(common) >= ENOUGH
        for tick in common:
            np.testing.assert_array_equal(first[tick], other[tick], err_msg=f"state {tick}")
