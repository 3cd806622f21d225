# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Listen to a running graph (`kinesis sim --goal "walk forward"`): where the body is, each second.

The environment has to be that of the graph: the same ROS_DOMAIN_ID and RMW_IMPLEMENTATION.
"""

import sys

import rclpy
from nav_msgs.msg import Odometry
from rclpy.node import Node

SECONDS = int(sys.argv[1]) if len(sys.argv) > 1 else 5


class Listener(Node):
    """Prints a line a second of simulated time."""

    def __init__(self) -> None:
        super().__init__("listener")
        self.lines, self._last = 0, -1
        self.create_subscription(Odometry, "/odom", self._hear, 10)

    def _hear(self, message: Odometry) -> None:
        second = message.header.stamp.sec
        if second != self._last:
            place, speed = message.pose.pose.position, message.twist.twist.linear.x
            print(f"{second:4d} s  ({place.x:.2f}, {place.y:.2f}) m, {speed:.2f} m/s", flush=True)
            self.lines, self._last = self.lines + 1, second


rclpy.init()
listener = Listener()
patience = 60.0  # [s] a graph that has just been started takes a while
while listener.lines < SECONDS:
    heard = listener.lines
    for _ in range(round(patience)):
        rclpy.spin_once(listener, timeout_sec=1.0)
        if listener.lines > heard:
            break
    else:
        sys.exit(f"nothing on /odom for {patience:g} s: is `kinesis sim` running?")
