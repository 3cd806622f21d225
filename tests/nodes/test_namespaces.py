# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Several bodies on one graph, each in its namespace; without one, the second is refused."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
import rclpy
from nav_msgs.msg import Odometry
from rclpy.executors import SingleThreadedExecutor
from rclpy.node import Node
from rclpy.utilities import try_shutdown
from sensor_msgs.msg import JointState

from kinesis_ros.graph import NAMESPACE, GraphOptions, NodeExit, Supervisor, describe
from kinesis_ros.graph.description import USUAL_TOPICS
from kinesis_ros.nodes import qos

DURATION = 4.0  # [s] of simulated time
PATIENCE = 300.0  # [s] for a start on a busy machine

pytestmark = pytest.mark.timeout(900)


@pytest.fixture
def listener(ros: None) -> Iterator[tuple[Node, SingleThreadedExecutor]]:
    node, executor = Node("listener"), SingleThreadedExecutor()
    executor.add_node(node)
    yield node, executor
    executor.shutdown(timeout_sec=1.0)
    node.destroy_node()
    try_shutdown()


def test_two_bodies_walk_side_by_side(listener: tuple[Node, SingleThreadedExecutor]) -> None:
    node, executor = listener
    heard: dict[str, list[Odometry]] = {}
    topics: set[str] = set()
    with ExitStack() as stack:
        graphs: dict[str, Supervisor] = {}
        ended: dict[str, NodeExit | None] = {}
        for name in ("anna", "lab/bert"):
            heard[name] = []
            node.create_subscription(Odometry, f"/{name}/odom", heard[name].append, 100)
            options = GraphOptions(
                namespace=name,
                goal="walk forward",
                use_viewer=False,
                realtime=False,
                duration=DURATION,
            )
            graphs[name] = Supervisor(describe(options), lambda *_: None)
            stack.enter_context(graphs[name])
        while len(ended) < len(graphs):
            executor.spin_once(timeout_sec=0.02)
            topics |= {topic for topic, _ in node.get_topic_names_and_types()}
            for name, graph in graphs.items():
                if name not in ended and (end := graph.wait(0.0)):
                    ended[name] = end
    assert [str(end) for end in ended.values()] == 2 * ["sim_node ended with status 0"]
    for name, messages in heard.items():
        assert messages[-1].pose.pose.position.x > 2.0, "it should have walked"
        assert messages[-1].pose.pose.position.z > 0.8, "it should stand"
        assert messages[-1].header.frame_id == f"{name}/odom"
        assert messages[-1].child_frame_id == f"{name}/base_link"
    assert not topics & set(USUAL_TOPICS)
    assert not [topic for topic in topics if topic.startswith(f"/{NAMESPACE}")]


def test_a_second_body_is_refused_with_one_line(ros: None) -> None:
    other = Node("other", namespace=NAMESPACE)
    other.create_publisher(JointState, "body_state", qos.STATE)
    [sim] = [n for n in describe(GraphOptions(use_viewer=False)) if n.name == "sim_node"]
    with Supervisor([sim], lambda *_: None) as supervisor:
        ended = supervisor.wait(PATIENCE)
    other.destroy_node()
    assert ended is not None
    assert ended.status == 2
    assert ended.last_line.startswith(
        "kinesis_ros: another body publishes /kinesis/body_state: give this one a namespace"
    )


def test_a_wildcard_parameter_file_holds_in_every_namespace() -> None:
    arguments = ["--ros-args", "-r", "__ns:=/anna", "-p", "walk_speed:=0.7", "-p", "body:=legs80"]
    from kinesis_ros.nodes.parameters import GoalParameters, PolicyParameters, declare

    rclpy.init(args=arguments)  # as '/**:' in a file, for every node
    try:
        assert declare(Node("goal_node"), GoalParameters).walk_speed == 0.7
        assert declare(Node("policy_node"), PolicyParameters).body == "legs80"
    finally:
        try_shutdown()
