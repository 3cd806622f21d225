# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""/tf, where its message type is installed: tf2_msgs comes with ROS only, not with the wheels."""

import importlib
from collections.abc import Callable
from typing import Any

import numpy as np
from builtin_interfaces.msg import Time
from geometry_msgs.msg import TransformStamped
from rclpy.node import Node

from kinesis_ros.nodes import qos


class FramePublisher:
    """Publishes transforms on /tf, or says once that it cannot.

    Args:
        node: publishes.
    """

    def __init__(self, node: Node) -> None:
        self._make: Callable[..., Any] | None = None
        try:
            self._make = importlib.import_module("tf2_msgs.msg").TFMessage
        except ModuleNotFoundError:
            node.get_logger().info("tf2_msgs is not installed: /tf is not published, /odom is")
            return
        self._publisher = node.create_publisher(self._make, "/tf", qos.SHARED)

    def send(
        self, stamp: Time, parent: str, child: str, position: np.ndarray, quaternion: np.ndarray
    ) -> None:
        """Publish the pose of frame `child` in frame `parent`; the quaternion is (w, x, y, z)."""
        if self._make is None:
            return
        transform = TransformStamped(child_frame_id=child)
        transform.header.stamp, transform.header.frame_id = stamp, parent
        shift, turn = transform.transform.translation, transform.transform.rotation
        shift.x, shift.y, shift.z = position.tolist()
        turn.w, turn.x, turn.y, turn.z = quaternion.tolist()
        self._publisher.publish(self._make(transforms=[transform]))
