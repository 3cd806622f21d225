# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What people do on the page, as messages and service calls."""

import math
from collections.abc import Callable
from pathlib import Path

from geometry_msgs.msg import PointStamped, PoseStamped, Twist, TwistStamped, WrenchStamped
from rclpy.node import Node
from std_msgs.msg import String
from std_srvs.srv import SetBool, Trigger

from kinesis_ros.graph import request_restart
from kinesis_ros.nodes import qos
from kinesis_ros.nodes.messages import BASE_FRAME, ODOM_FRAME
from kinesis_ros.viewer.commands import Setup


class PageCommands:
    """Publishes what the page asks for; see `kinesis_ros.viewer.commands.Commands`.

    Args:
        node: publishes.
        stamped: TwistStamped on /cmd_vel.
        restart_file: that the supervisor looks at.
    """

    def __init__(self, node: Node, *, stamped: bool, restart_file: str) -> None:
        self._node, self._stamped, self._restart_file = node, stamped, restart_file

        def publisher(kind: type, topic: str) -> Callable[[object], None]:
            return node.create_publisher(kind, topic, qos.GOAL).publish

        self._say = publisher(String, "text")
        self._walk_to = publisher(PoseStamped, "/goal_pose")
        self._drive = publisher(TwistStamped if stamped else Twist, "/cmd_vel")
        self._kick = publisher(PointStamped, "kick")
        self._push = publisher(WrenchStamped, "push")
        self._reset = node.create_client(Trigger, "reset")
        self._pause = node.create_client(SetBool, "pause")

    def say(self, text: str) -> None:
        """Pass on a command in English."""
        self._say(String(data=text))

    def walk_to(self, x: float, y: float, heading: float) -> None:
        """Publish a goal pose."""
        pose = PoseStamped()
        pose.header.frame_id, pose.header.stamp = ODOM_FRAME, self._now()
        pose.pose.position.x, pose.pose.position.y = x, y
        pose.pose.orientation.w = math.cos(0.5 * heading)
        pose.pose.orientation.z = math.sin(0.5 * heading)
        self._walk_to(pose)

    def drive(self, speed: float, turn_rate: float) -> None:
        """Publish a velocity."""
        twist = Twist()
        twist.linear.x, twist.angular.z = speed, turn_rate
        if self._stamped:
            stamped = TwistStamped(twist=twist)
            stamped.header.frame_id, stamped.header.stamp = BASE_FRAME, self._now()
            self._drive(stamped)
        else:
            self._drive(twist)

    def kick(self, x: float, y: float) -> None:
        """Publish the point to kick at."""
        point = PointStamped()
        point.header.frame_id, point.header.stamp = ODOM_FRAME, self._now()
        point.point.x, point.point.y = x, y
        self._kick(point)

    def push(self, forward: float, left: float) -> None:
        """Publish a push."""
        wrench = WrenchStamped()
        wrench.header.frame_id, wrench.header.stamp = BASE_FRAME, self._now()
        wrench.wrench.force.x, wrench.wrench.force.y = forward, left
        self._push(wrench)

    def pause(self, paused: bool) -> None:
        """Call the service."""
        self._pause.call_async(SetBool.Request(data=paused))

    def reset(self) -> None:
        """Call the service."""
        self._reset.call_async(Trigger.Request())

    def restart(self, setup: Setup) -> None:
        """Ask the supervisor."""
        request_restart(Path(self._restart_file), setup.body, setup.control)

    def _now(self):  # noqa: ANN202 builtin_interfaces Time
        return self._node.get_clock().now().to_msg()
