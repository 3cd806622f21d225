# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""/tf and /tf_static, where their message type is installed: tf2_msgs comes with ROS only."""

import importlib
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from builtin_interfaces.msg import Time
from geometry_msgs.msg import TransformStamped
from rclpy.node import Node

from kinesis_ros.core.body import ROOT_TO_BASE, Body
from kinesis_ros.nodes import qos
from kinesis_ros.nodes.messages import ODOM_FRAME
from urdf_mjcf.links import LinkPoses, link_tree


class Pose(NamedTuple):
    """Where a frame is: position (3,) [m] and quaternion (4,), (w, x, y, z)."""

    position: np.ndarray
    quaternion: np.ndarray


class FramePublisher:
    """Publishes the frames of the body, or says once that it cannot.

    Args:
        node: publishes.
        body: whose links have frames; None: links are left to robot_state_publisher.
        prefix: before the names of all frames.
    """

    def __init__(self, node: Node, body: Body | None, prefix: str = "") -> None:
        self._make: Any = None
        self._prefix = prefix
        try:
            self._make = importlib.import_module("tf2_msgs.msg").TFMessage
        except ModuleNotFoundError:
            node.get_logger().info("tf2_msgs is not installed: /tf is not published, /odom is")
            return
        self._publisher = node.create_publisher(self._make, "/tf", qos.SHARED)
        tree = link_tree(body.model, ROOT_TO_BASE) if body else ()
        moving = tuple(joint for joint in tree if joint.kind != "fixed")
        self._links = [self._transform(joint.parent, joint.child) for joint in moving]
        self._poses = LinkPoses(moving) if moving else None
        self._static = node.create_publisher(self._make, "/tf_static", qos.LATCHED)
        fixed = [joint for joint in tree if joint.kind == "fixed"]
        still = [self._transform(joint.parent, joint.child) for joint in fixed]
        for transform, joint in zip(still, fixed, strict=True):
            _place(transform, joint.position.tolist(), joint.quaternion.tolist())
        if still:
            self._static.publish(self._make(transforms=still))

    def send(self, stamp: Time, frames: Mapping[str, Pose], qpos: np.ndarray) -> None:
        """Publish frames in the world, and the links of the body.

        Args:
            stamp: of all of them.
            frames: in `ODOM_FRAME`, by name.
            qpos: (nq,) of the body.
        """
        if self._make is None or self._publisher.get_subscription_count() == 0:
            return
        transforms = []
        for name, pose in frames.items():
            transforms.append(self._transform(ODOM_FRAME, name))
            _place(transforms[-1], pose.position.tolist(), pose.quaternion.tolist())
        if self._poses is not None:
            position, quaternion = self._poses.of(qpos)
            for link, p, q in zip(self._links, position.tolist(), quaternion.tolist(), strict=True):
                _place(link, p, q)
            transforms += self._links
        for transform in transforms:
            transform.header.stamp = stamp
        self._publisher.publish(self._make(transforms=transforms))

    def _transform(self, parent: str, child: str) -> TransformStamped:
        transform = TransformStamped(child_frame_id=self._prefix + child)
        transform.header.frame_id = self._prefix + parent
        return transform


def _place(message: TransformStamped, position: list[float], quaternion: list[float]) -> None:
    shift, turn = message.transform.translation, message.transform.rotation
    shift.x, shift.y, shift.z = position
    turn.w, turn.x, turn.y, turn.z = quaternion
