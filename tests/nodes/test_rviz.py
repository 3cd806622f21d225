# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""launch/rviz/kinesis.rviz shows topics and frames that the nodes have."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import rclpy
import yaml
from rclpy.qos import DurabilityPolicy, QoSProfile, ReliabilityPolicy
from rclpy.utilities import try_shutdown

from kinesis_ros.nodes.goal_node import GoalNode
from kinesis_ros.nodes.messages import BASE_FRAME, ODOM_FRAME
from kinesis_ros.nodes.policy_node import PolicyNode
from kinesis_ros.nodes.sim_node import SimNode

FILE = Path(__file__).parents[2] / "launch" / "rviz" / "kinesis.rviz"

# What RViz's displays listen to, and what its tools publish.
SHOWN = {
    "RobotModel": "std_msgs/msg/String",
    "MarkerArray": "visualization_msgs/msg/MarkerArray",
    "Wrench": "geometry_msgs/msg/WrenchStamped",
    "Odometry": "nav_msgs/msg/Odometry",
}
SENT = {
    "SetGoal": "geometry_msgs/msg/PoseStamped",
    "PublishPoint": "geometry_msgs/msg/PointStamped",
}
RELIABILITY = {"Reliable": ReliabilityPolicy.RELIABLE, "Best Effort": ReliabilityPolicy.BEST_EFFORT}
DURABILITY = {
    "Volatile": DurabilityPolicy.VOLATILE,
    "Transient Local": DurabilityPolicy.TRANSIENT_LOCAL,
}


@pytest.fixture(scope="module")
def config() -> dict[str, Any]:
    return yaml.safe_load(FILE.read_text(encoding="utf-8"))["Visualization Manager"]


@pytest.fixture(scope="module")
def nodes(policy_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Any]]:
    folder = tmp_path_factory.mktemp("rviz")
    parameters = folder / "parameters.yaml"
    parameters.write_text(f"/kinesis/policy_node: {{ros__parameters: {{policy: '{policy_file}'}}}}")
    rclpy.init(args=["--ros-args", "-r", "__ns:=/kinesis", "--params-file", str(parameters)])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder))
        made = [SimNode(), PolicyNode(), GoalNode()]
    yield made
    for node in made:
        node.destroy_node()
    try_shutdown()


def kind(entry: dict[str, Any]) -> str:
    return entry["Class"].removeprefix("rviz_default_plugins/")


def topic(entry: dict[str, Any]) -> dict[str, Any]:
    return entry["Description Topic" if kind(entry) == "RobotModel" else "Topic"]


def test_displays_show_what_the_nodes_publish(nodes: list[Any], config: dict[str, Any]) -> None:
    published: dict[str, QoSProfile] = {}
    for node in nodes:
        for publisher in node.publishers:
            published[publisher.topic_name] = publisher.qos_profile
    types = dict(nodes[0].get_topic_names_and_types())
    shown = [display for display in config["Displays"] if kind(display) in SHOWN]
    assert {kind(display) for display in shown} == SHOWN.keys()
    for display in shown:
        wanted = topic(display)
        offered = published[wanted["Value"]]
        assert SHOWN[kind(display)] in types[wanted["Value"]]
        # A subscriber may ask for less than what is offered, not for more.
        assert RELIABILITY[wanted["Reliability Policy"]] >= offered.reliability
        assert DURABILITY[wanted["Durability Policy"]] >= offered.durability


def test_tools_send_what_the_nodes_hear(nodes: list[Any], config: dict[str, Any]) -> None:
    heard = {s.topic_name: s.msg_type for node in nodes for s in node.subscriptions}
    sent = [tool for tool in config["Tools"] if kind(tool) in SENT]
    assert {kind(tool) for tool in sent} == SENT.keys()
    for tool in sent:
        package, _, name = SENT[kind(tool)].split("/")
        found = heard[topic(tool)["Value"]]
        assert (found.__module__.split(".")[0], found.__name__) == (package, name)


def test_the_camera_follows_the_body_in_the_odometry_frame(config: dict[str, Any]) -> None:
    assert config["Global Options"]["Fixed Frame"] == ODOM_FRAME
    assert config["Views"]["Current"]["Target Frame"] == BASE_FRAME
    grid = next(display for display in config["Displays"] if kind(display) == "Grid")
    assert grid["Reference Frame"] == ODOM_FRAME
    assert {"TF", "RobotModel"} <= {kind(display) for display in config["Displays"]}
