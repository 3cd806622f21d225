# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The graph as processes over real DDS, seen from a node of another process."""

import math
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import rclpy
from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus
from rclpy.executors import SingleThreadedExecutor
from rclpy.node import Node
from rclpy.qos import QoSProfile
from rclpy.utilities import try_shutdown
from rosgraph_msgs.msg import Clock
from sensor_msgs.msg import JointState
from std_msgs.msg import Bool, String
from std_srvs.srv import Trigger
from trajectory_msgs.msg import JointTrajectory

from kinesis_ros.graph import GraphOptions, Supervisor, describe
from kinesis_ros.nodes import qos
from kinesis_ros.nodes.messages import SetpointMessage

PATIENCE = 30.0  # [s] a busy machine may need to start three nodes


class Observer:
    """A node that keeps everything it hears."""

    def __init__(self) -> None:
        rclpy.init()
        self.node = Node("observer", namespace="/kinesis")
        self._executor = SingleThreadedExecutor()
        self._executor.add_node(self.node)
        self.heard: dict[str, list] = {}

    def listen(self, kind: type, topic: str, profile: QoSProfile | int = 50) -> list:
        messages = self.heard.setdefault(topic, [])
        self.node.create_subscription(kind, topic, messages.append, profile)
        return messages

    def wait(
        self, done: Callable[[], object], what: str, again: Callable[[], object] | None = None
    ) -> None:
        """Wait; do `again` every second, for what is sent during discovery may get lost."""
        start = asked = time.monotonic()
        while not done():
            now = time.monotonic()
            assert now - start < PATIENCE, f"waited {PATIENCE:g} s for {what}"
            if again is not None and (asked == start or now - asked > 1.0):
                asked = now
                again()
            self._executor.spin_once(timeout_sec=0.05)

    def health_of(self, node: str) -> str:
        reports = [s for array in self.heard["/diagnostics"] for s in array.status]
        return next((s.message for s in reversed(reports) if s.name.startswith(node)), "")

    def close(self) -> None:
        self._executor.shutdown(timeout_sec=1.0)
        self.node.destroy_node()
        try_shutdown()


@pytest.fixture
def observer() -> Iterator[Observer]:
    observer = Observer()
    yield observer
    observer.close()


def test_the_graph_runs_serves_and_fails_in_the_open(observer: Observer, policy_file: Path) -> None:
    clock = observer.listen(Clock, "/clock")
    setpoints = observer.listen(JointTrajectory, "joint_setpoint")
    joints = observer.listen(JointState, "/joint_states")
    fallen = observer.listen(Bool, "fallen", qos.LATCHED)
    status = observer.listen(DiagnosticStatus, "goal_status")
    observer.listen(DiagnosticArray, "/diagnostics")
    lines: list[str] = []
    options = GraphOptions(policy=str(policy_file), use_viewer=False, goal="walk forward")
    with Supervisor(describe(options), lambda _node, line: lines.append(line)) as supervisor:
        observer.wait(lambda: len(clock) > 30, "the clock to run")
        assert supervisor.wait(0.0) is None, lines
        assert setpoints
        assert joints[-1].name

        text = observer.node.create_publisher(String, "text", qos.GOAL)
        observer.wait(lambda: text.get_subscription_count() > 0, "goal_node to listen")
        observer.wait(
            lambda: "refused" in [m.message for m in status],
            "the refusal",
            lambda: text.publish(String(data="make coffee")),
        )

        observer.wait(lambda: any(m.data for m in fallen), "the fall of a body without a policy")
        reset = observer.node.create_client(Trigger, "reset")
        observer.wait(reset.service_is_ready, "the reset service")
        answers = [reset.call_async(Trigger.Request())]
        observer.wait(
            lambda: any(answer.done() for answer in answers),
            "the reset",
            lambda: answers.append(reset.call_async(Trigger.Request())),
        )
        observer.wait(lambda: not fallen[-1].data, "the body to stand again")

        os.kill(supervisor.processes["policy_node"], signal.SIGKILL)
        observer.wait(
            lambda: "no joint_setpoint" in observer.health_of("sim_node"), "the muscles to relax"
        )
        command = observer.node.create_publisher(JointTrajectory, "joint_setpoint", qos.COMMAND)
        observer.wait(lambda: command.get_subscription_count() > 0, "sim_node to listen")
        bad = SetpointMessage()
        bad._position[:] = math.nan
        observer.wait(
            lambda: "value 0 of 14 is nan" in observer.health_of("sim_node"),
            "the reason",
            lambda: command.publish(bad.message),
        )
        ended = supervisor.wait(5.0)
        assert str(ended) == "policy_node was killed by SIGKILL"
        pids = supervisor.processes.values()
    assert not [pid for pid in pids if Path(f"/proc/{pid}").exists()]
    assert not [line for line in lines if "Traceback" in line]


def test_a_wrong_parameter_ends_the_node_with_one_line(tmp_path: Path, policy_file: Path) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text("/kinesis/goal_node:\n  ros__parameters:\n    walk_sped: 1.0\n")
    options = GraphOptions(policy=str(policy_file), use_viewer=False, params_file=str(file))
    goal = [node for node in describe(options) if node.name == "goal_node"]
    with Supervisor(goal, lambda _node, _line: None) as supervisor:
        ended = supervisor.wait(PATIENCE)
    assert ended is not None
    assert ended.status == 2
    assert "parameter 'walk_sped' is not known to goal_node; it has: goal," in ended.last_line
