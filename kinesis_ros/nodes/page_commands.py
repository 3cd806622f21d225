# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What people do on the page, as messages and service calls."""

from collections.abc import Callable
from pathlib import Path

from geometry_msgs.msg import PointStamped, PoseStamped, Twist, TwistStamped, WrenchStamped
from rclpy.node import Node
from std_msgs.msg import String
from std_srvs.srv import SetBool, Trigger

from kinesis_ros.graph import request_restart
from kinesis_ros.nodes import qos
from kinesis_ros.nodes.goal_messages import kick_message, place_message, velocity_message
from kinesis_ros.nodes.messages import BASE_FRAME
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
        self._walk_to(place_message(x, y, heading, self._now()))

    def drive(self, speed: float, turn_rate: float) -> None:
        """Publish a velocity."""
        stamped = self._stamped
        self._drive(velocity_message(speed, turn_rate, 0.0, stamped=stamped, stamp=self._now()))

    def kick(self, x: float, y: float) -> None:
        """Publish the point to kick at."""
        self._kick(kick_message(x, y, 0.0, self._now()))

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
