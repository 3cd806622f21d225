# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Recorder and player: every message of the graph, to the bit, there and back."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("mcap_ros2", reason="pip install 'kinesis_ros[recording]'")

import rclpy
from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus, KeyValue
from geometry_msgs.msg import Point, WrenchStamped
from rclpy.executors import SingleThreadedExecutor
from rclpy.node import Node
from rclpy.publisher import Publisher
from rclpy.utilities import try_shutdown
from rosgraph_msgs.msg import Clock
from sensor_msgs.msg import JointState
from std_msgs.msg import Bool, ColorRGBA, Float32MultiArray, MultiArrayDimension, String
from trajectory_msgs.msg import JointTrajectory, JointTrajectoryPoint
from visualization_msgs.msg import Marker, MarkerArray

from kinesis_ros.nodes import qos
from kinesis_ros.nodes.message_types import MissingTypeError, full_definition, message_type
from kinesis_ros.nodes.player import Player
from kinesis_ros.nodes.recorder import Recorder
from kinesis_ros.recording import BagMessage, BagWriter, read_bag, summarise

SENT = 12  # messages on each topic that is not latched
TOPICS = {
    "/clock": (Clock, qos.STATE),
    "/diagnostics": (DiagnosticArray, qos.SHARED),
    "/kinesis/body_state": (JointState, qos.STATE),
    "/kinesis/fallen": (Bool, qos.LATCHED),
    "/kinesis/ground_reaction/left": (WrenchStamped, qos.DISPLAY),
    "/kinesis/markers": (MarkerArray, qos.DISPLAY),
    "/kinesis/muscle_activation": (Float32MultiArray, qos.STATE),
    "/kinesis/muscle_names": (String, qos.LATCHED),
    "/kinesis/reference": (JointTrajectory, qos.REFERENCE),
}
LATCHED = [topic for topic, (_, profile) in TOPICS.items() if profile is qos.LATCHED]


def invent(kind: type, rng: np.random.Generator) -> Any:  # noqa: ANN401 any message
    """A message with something in every part that matters."""
    numbers = rng.normal(size=5).tolist()
    message = kind()
    if kind is Clock:
        message.clock.sec, message.clock.nanosec = int(rng.integers(1000)), 5
    elif kind is JointState:
        message.name, message.position, message.velocity = list("abcde"), numbers, numbers
    elif kind is JointTrajectory:
        message.joint_names = list("abcde")
        message.points = [JointTrajectoryPoint(positions=numbers) for _ in range(3)]
    elif kind is Float32MultiArray:
        message.layout.dim = [MultiArrayDimension(label="time 1.0", size=5)]
        message.data = numbers
    elif kind is WrenchStamped:
        message.wrench.force.z = numbers[0]
    elif kind is MarkerArray:
        points = [Point(x=x, y=1.0, z=2.0) for x in numbers]
        message.markers = [Marker(ns="muscles", points=points, colors=[ColorRGBA(r=0.5)] * 5)]
    elif kind is DiagnosticArray:
        status = DiagnosticStatus(level=b"\x01", values=[KeyValue(key="rtf", value="1")])
        message.status = [status]
    elif kind is String:
        message.data = "soleus_r,äöü"
    elif kind is Bool:
        message.data = True
    return message


class Scene:
    """A talker, and whoever else is put on the executor."""

    def __init__(self) -> None:
        self.executor = SingleThreadedExecutor()
        self.nodes: list[Node] = []
        self.talker = self.add(Node("talker"))
        self.publishers: dict[str, Publisher] = {
            topic: self.talker.create_publisher(kind, topic, profile)
            for topic, (kind, profile) in TOPICS.items()
        }
        self.sent: dict[str, list[Any]] = {topic: [] for topic in TOPICS}

    def add(self, node: Any) -> Any:  # noqa: ANN401 the node that came
        self.executor.add_node(node)
        self.nodes.append(node)
        return node

    def remove(self, node: Node) -> None:
        self.executor.remove_node(node)
        self.nodes.remove(node)
        node.destroy_node()

    def say(self, topic: str, rng: np.random.Generator) -> None:
        message = invent(TOPICS[topic][0], rng)
        self.publishers[topic].publish(message)
        self.sent[topic].append(message)

    def spin_until(self, done: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + 10.0
        while not done() and time.monotonic() < deadline:
            self.executor.spin_once(timeout_sec=0.05)
        assert done(), f"{what} never came"

    def record(self, path: Path) -> list[BagMessage]:
        """Record what the talker says, latched things that it has said before included."""
        rng = np.random.default_rng(0)
        for topic in LATCHED:
            self.say(topic, rng)
        with BagWriter(path) as writer:
            recorder = self.add(Recorder(writer, []))
            self.spin_until(
                lambda: all(p.get_subscription_count() for p in self.publishers.values()),
                "the recorder",
            )
            for count in range(1, SENT + 1):
                for topic in TOPICS.keys() - set(LATCHED):
                    self.say(topic, rng)
                expected = count * (len(TOPICS) - len(LATCHED)) + len(LATCHED)
                self.spin_until(
                    lambda n=expected: sum(writer.counts.values()) == n, f"message {expected}"
                )
            self.remove(recorder)
        return list(read_bag(path))

    def close(self) -> None:
        self.executor.shutdown(timeout_sec=1.0)
        for node in self.nodes:
            node.destroy_node()
        try_shutdown()


@pytest.fixture
def scene() -> Iterator[Scene]:
    rclpy.init()
    scene = Scene()
    yield scene
    scene.close()


def plain(value: Any) -> Any:  # noqa: ANN401 messages of both libraries
    """Fields of a message as dictionaries, lists and numbers."""
    if hasattr(value, "get_fields_and_field_types"):
        return {name: plain(getattr(value, name)) for name in value.get_fields_and_field_types()}
    if hasattr(value, "__dataclass_fields__"):
        fields = [name for name in value.__dataclass_fields__ if name.islower()]
        return {name: plain(getattr(value, name)) for name in fields if name != "__msgtype__"}
    if isinstance(value, bytes):
        return value[0]
    if isinstance(value, (str, bool, int, float, np.number)):
        return value
    return [plain(item) for item in value]


def test_another_library_finds_every_message_as_it_was_sent(scene: Scene, tmp_path: Path) -> None:
    rosbag2 = pytest.importorskip("rosbags.rosbag2", reason="rosbags is not installed")
    typesys = pytest.importorskip("rosbags.typesys")
    scene.record(tmp_path / "a.mcap")
    found: dict[str, list[Any]] = {topic: [] for topic in TOPICS}
    with rosbag2.Reader(tmp_path / "a.mcap") as reader:
        store = typesys.get_typestore(typesys.Stores.EMPTY)
        for connection in reader.connections:  # it knows only what the bag tells
            store.register(typesys.get_types_from_msg(connection.msgdef.data, connection.msgtype))
            latched = connection.ext.offered_qos_profiles[0].durability.name == "TRANSIENT_LOCAL"
            assert latched == (connection.topic in LATCHED)
        for connection, _, data in reader.messages():
            message = store.deserialize_cdr(data, connection.msgtype)
            found[connection.topic].append(plain(message))
    assert found == {topic: list(map(plain, sent)) for topic, sent in scene.sent.items()}


def test_a_replay_is_the_same_to_the_bit(scene: Scene, tmp_path: Path) -> None:
    recorded = scene.record(tmp_path / "a.mcap")
    scene.remove(scene.talker)
    player = scene.add(Player(summarise(tmp_path / "a.mcap").topics))
    with BagWriter(tmp_path / "b.mcap") as writer:
        recorder = scene.add(Recorder(writer, []))
        scene.spin_until(
            lambda: all(
                player.count_subscribers(topic) and player.count_publishers(topic) == 1
                for topic in TOPICS
            ),
            "the recorder",
        )
        assert player.others() == []
        began = time.monotonic()
        for _ in player.play(recorded, rate=1000.0):
            scene.executor.spin_once(timeout_sec=0.01)
        assert player.time == recorded[-1].log_time
        assert time.monotonic() - began >= 1e-12 * (recorded[-1].log_time - recorded[0].log_time)
        scene.spin_until(lambda: sum(writer.counts.values()) >= len(recorded), "the last message")
        scene.remove(recorder)
    again = list(read_bag(tmp_path / "b.mcap"))
    for topic in TOPICS:
        sent = [m.data for m in recorded if m.topic.name == topic]
        assert [m.data for m in again if m.topic.name == topic] == sent
    latched = {m.topic.name for m in again if m.topic.qos[0].durability == "transient_local"}
    assert latched == set(LATCHED)


def test_a_second_publisher_is_noticed(scene: Scene, tmp_path: Path) -> None:
    scene.record(tmp_path / "a.mcap")
    player = scene.add(Player(summarise(tmp_path / "a.mcap").topics))
    scene.spin_until(lambda: len(player.others()) == len(TOPICS), "the talker")


def test_only_the_wanted_topics_are_recorded(scene: Scene, tmp_path: Path) -> None:
    with BagWriter(tmp_path / "a.mcap") as writer:
        scene.add(Recorder(writer, ["muscle_*", "ground_reaction/left", "/clock"]))
        scene.spin_until(lambda: len(writer.counts) == 4, "the topics")
        for _ in range(10):
            scene.executor.spin_once(timeout_sec=0.05)  # time to look again
        assert writer.counts.keys() == {
            *("/kinesis/muscle_activation", "/kinesis/muscle_names"),
            *("/kinesis/ground_reaction/left", "/clock"),
        }


def test_definitions_bring_their_parts_along() -> None:
    text = full_definition("visualization_msgs/msg/MarkerArray")
    parts = [line.removeprefix("MSG: ") for line in text.splitlines() if line.startswith("MSG: ")]
    assert len(parts) == len(set(parts))
    assert {"visualization_msgs/Marker", "std_msgs/Header", "geometry_msgs/Point"} <= set(parts)
    assert "builtin_interfaces/Duration" in parts
    assert message_type("visualization_msgs/msg/MarkerArray") is MarkerArray
    with pytest.raises(MissingTypeError, match="no_msgs/Thing is not installed"):
        full_definition("no_msgs/msg/Thing")
    with pytest.raises(MissingTypeError, match="no_msgs/msg/Thing is not installed"):
        message_type("no_msgs/msg/Thing")
