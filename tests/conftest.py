# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""A small recording, made without ROS, for what reads one."""

from pathlib import Path

import numpy as np
import pytest

from kinesis_ros.core.body import CONTROL_RATE, COORDINATES, write_coordinates
from kinesis_ros.core.gait import MotionGenerator


@pytest.fixture(scope="session")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`run.mcap`: two seconds of walking, the body's states alone."""
    pytest.importorskip("mcap_ros2", reason="pip install 'kinesis_ros[recording]'")
    typesys = pytest.importorskip("rosbags.typesys", reason="rosbags is not installed")
    from kinesis_ros.recording import BagWriter, Topic

    kind, topic = "sensor_msgs/msg/JointState", "/kinesis/body_state"
    store = typesys.get_typestore(typesys.Stores.ROS2_JAZZY)
    definition, _ = store.generate_msgdef(kind, ros_version=2)
    generator = MotionGenerator.load()
    generator.command(1.0)
    path = tmp_path_factory.mktemp("recording") / "run.mcap"
    with BagWriter(path) as writer:
        writer.add(Topic(topic, kind, definition))
        for tick in range(60):
            position, velocity = np.zeros(len(COORDINATES)), np.zeros(len(COORDINATES))
            write_coordinates(generator.advance(), position, velocity)
            now = round(1e9 * tick / CONTROL_RATE)
            stamp = store.types["builtin_interfaces/msg/Time"](*divmod(now, 10**9))
            header = store.types["std_msgs/msg/Header"](stamp, "odom")
            effort = np.zeros(len(COORDINATES))
            state = store.types[kind](header, list(COORDINATES), position, velocity, effort)
            writer.write(topic, bytes(store.serialize_cdr(state, kind)), now, now)
    return path
