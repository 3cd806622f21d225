# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What RViz draws the body with: /tf, /tf_static, /robot_description and /joint_states."""

import importlib
import importlib.util
import io
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rclpy
import tf2_messages
from rclpy.executors import SingleThreadedExecutor
from rclpy.node import Node
from rclpy.qos import QoSProfile
from rclpy.utilities import try_shutdown
from sensor_msgs.msg import JointState
from std_msgs.msg import String

from kinesis_ros.core.maths import rotations
from kinesis_ros.core.simulation import Simulation
from kinesis_ros.nodes import qos
from kinesis_ros.nodes.messages import tick_of
from kinesis_ros.nodes.sim_node import SimNode
from urdf_mjcf.links import link_name

INSTALLED = importlib.util.find_spec("tf2_msgs") is not None


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path | None:
    """Folder with tf2_msgs; None if it is installed."""
    if INSTALLED:
        return None
    reason = tf2_messages.why_not()
    if reason:
        pytest.skip(f"tf2_msgs is not installed and cannot be compiled: {reason}")
    return tf2_messages.build(tmp_path_factory.mktemp("tf2_msgs"))


@pytest.fixture
def tf_message(compiled: Path | None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    if compiled is not None:
        monkeypatch.syspath_prepend(compiled)
    yield importlib.import_module("tf2_msgs.msg").TFMessage
    if compiled is not None:
        for name in tf2_messages.loaded_modules():
            del sys.modules[name]


class Stage:
    """sim_node that moves when it is told to, and a listener."""

    def __init__(self, *options: str) -> None:
        parameters = [part for option in options for part in ("-p", option)]
        rclpy.init(args=["--ros-args", "-r", "__ns:=/kinesis", *parameters])
        self.sim, self.listener = SimNode(), Node("listener")
        self.executor = SingleThreadedExecutor()
        for node in (self.sim, self.listener):
            self.executor.add_node(node)

    def listen(self, kind: type, topic: str, profile: QoSProfile) -> list:
        heard: list = []
        self.listener.create_subscription(kind, topic, heard.append, profile)
        return heard

    def move(self) -> Simulation:
        """Bend everything, let the physics have its way, and publish that."""
        simulation = self.sim.simulation
        rng = np.random.default_rng(0)
        simulation.data.qpos[:3] = rng.normal(size=3) + np.array([0.0, 0.0, 3.0])
        turn = rng.normal(size=4)
        simulation.data.qpos[3:7] = turn / np.linalg.norm(turn)
        for _ in range(5):
            simulation.step_setpoint(rng.uniform(-0.3, 0.6, size=14))
        self.publish()
        return simulation

    def publish(self) -> None:
        self.sim._outputs.publish(7, self.sim.simulation.state())

    def spin_until(self, done: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + 10.0
        while not done() and time.monotonic() < deadline:
            self.executor.spin_once(timeout_sec=0.05)
        assert done(), f"{what} never came"

    def close(self) -> None:
        self.executor.shutdown(timeout_sec=1.0)
        for node in (self.sim, self.listener):
            node.destroy_node()
        try_shutdown()


Start = Callable[..., Stage]


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    stages: list[Stage] = []

    def build(*options: str) -> Stage:
        stages.append(Stage(*options))
        return stages[-1]

    yield build
    for stage in stages:
        stage.close()


def pose_of(transform: Any) -> tuple[np.ndarray, np.ndarray]:  # noqa: ANN401 a Transform
    p, q = transform.translation, transform.rotation
    return np.array([p.x, p.y, p.z]), np.array([q.w, q.x, q.y, q.z])


def test_every_body_has_a_frame_where_it_is(start: Start, tf_message: type) -> None:
    stage = start()
    moving = stage.listen(tf_message, "/tf", qos.SHARED)
    still = stage.listen(tf_message, "/tf_static", qos.LATCHED)
    stage.spin_until(lambda: bool(still), "/tf_static")
    tf = stage.sim._outputs._frames._publisher
    stage.spin_until(lambda: tf.get_subscription_count() > 0, "a subscriber of /tf")
    simulation = stage.move()
    stage.spin_until(lambda: bool(moving), "/tf")
    assert {tick_of(t.header.stamp) for t in moving[-1].transforms} == {7}
    parents = {
        t.child_frame_id: (t.header.frame_id, *pose_of(t.transform))
        for t in [*still[-1].transforms, *moving[-1].transforms]
    }

    def in_odom(frame: str) -> tuple[np.ndarray, np.ndarray]:
        if frame == "odom":
            return np.zeros(3), np.array([1.0, 0.0, 0.0, 0.0])
        parent, position, quaternion = parents[frame]
        origin, turn = in_odom(parent)
        moved = origin + rotations.rotate(turn, position)
        return moved, rotations.multiply(turn, quaternion)

    model, data = simulation.body.model, simulation.data
    for body in range(1, model.nbody):
        position, quaternion = in_odom(link_name(model, body))
        np.testing.assert_allclose(position, data.xpos[body], atol=1e-9)
        assert abs(quaternion @ data.xquat[body]) == pytest.approx(1.0, abs=1e-12)
    state = simulation.state()
    np.testing.assert_allclose(in_odom("base_link")[0], state[:3], atol=1e-12)
    for side, foot in simulation.ground_reaction().items():
        np.testing.assert_allclose(in_odom(f"{side[0]}_sole")[0], foot.sole, atol=1e-12)


def test_links_can_be_left_to_robot_state_publisher(start: Start, tf_message: type) -> None:
    stage = start("robot_description:=false")
    moving = stage.listen(tf_message, "/tf", qos.SHARED)
    tf = stage.sim._outputs._frames._publisher
    stage.spin_until(lambda: tf.get_subscription_count() > 0, "a subscriber of /tf")
    stage.publish()
    stage.spin_until(lambda: bool(moving), "/tf")
    children = {t.child_frame_id for t in moving[-1].transforms}
    assert children == {"base_link", "base_footprint", "l_sole", "r_sole"}
    topics = dict(stage.listener.get_topic_names_and_types())
    assert "/robot_description" not in topics


@pytest.mark.skipif(INSTALLED, reason="tf2_msgs is installed")
def test_without_tf2_msgs_there_is_no_tf_and_the_node_runs(start: Start) -> None:
    stage = start()
    odom = stage.listen(JointState, "/joint_states", qos.DISPLAY)
    joints = stage.sim.count_subscribers
    stage.spin_until(lambda: joints("/joint_states") > 0, "a subscriber of /joint_states")
    stage.publish()
    stage.spin_until(lambda: bool(odom), "/joint_states")
    assert "/tf" not in dict(
        stage.sim.get_publisher_names_and_types_by_node("sim_node", "/kinesis")
    )


def test_joint_states_move_the_robot_description_as_the_body_moves(start: Start) -> None:
    yourdfpy = pytest.importorskip("yourdfpy", reason="yourdfpy is not installed")
    stage = start()
    states = stage.listen(JointState, "/joint_states", qos.DISPLAY)
    described = stage.listen(String, "/robot_description", qos.LATCHED)
    stage.spin_until(lambda: bool(described), "/robot_description")
    stage.spin_until(
        lambda: stage.sim.count_subscribers("/joint_states") > 0, "a subscriber of /joint_states"
    )
    simulation = stage.move()
    stage.spin_until(lambda: bool(states), "/joint_states")
    robot = yourdfpy.URDF.load(io.BytesIO(described[0].data.encode()))
    assert set(states[-1].name) == set(robot.actuated_joint_names)
    robot.update_cfg(dict(zip(states[-1].name, states[-1].position, strict=True)))
    model, data = simulation.body.model, simulation.data
    pelvis = model.body("pelvis").id
    to_pelvis = rotations.conjugate(data.xquat[pelvis])
    for body in range(1, model.nbody):  # the knee's coupled coordinates included
        found = robot.get_transform(link_name(model, body), "pelvis")[:3, 3]
        wanted = rotations.rotate(to_pelvis, data.xpos[body] - data.xpos[pelvis])
        np.testing.assert_allclose(found, wanted, atol=1e-6)
    assert robot.scene.geometry, "the bones' meshes were not found"


def test_a_cache_that_cannot_be_written_costs_the_description_only(
    start: Start, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "file"
    file.touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(file))
    stage = start()
    stage.publish()
    topics = dict(stage.sim.get_publisher_names_and_types_by_node("sim_node", "/kinesis"))
    assert "/robot_description" not in topics
    assert "/joint_states" in topics
