# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The ball on its way over the graph: the same place arrives, and nonsense is refused."""

import numpy as np
import pytest

pytest.importorskip("rclpy")

from nav_msgs.msg import Odometry

from kinesis_ros.core import rotations
from kinesis_ros.core.penalty_area import BallState
from kinesis_ros.nodes.goal_messages import read_ball
from kinesis_ros.nodes.messages import ODOM_FRAME, MessageError
from kinesis_ros.nodes.sim_outputs import fill_ball


def test_the_ball_arrives_where_it_is() -> None:
    ball = BallState(
        np.array([3.0, -1.0, 0.117]),
        rotations.from_heading(0.5 * np.pi),
        np.array([2.0, 0.0, 0.0]),
        np.array([0.0, 17.0, 0.0]),
    )
    message = Odometry()
    message.header.frame_id = ODOM_FRAME
    fill_ball(message, ball)
    assert read_ball(message) == pytest.approx([3.0, -1.0])
    # Turned to the left, it moves to its right.
    assert message.twist.twist.linear.y == pytest.approx(-2.0)
    assert message.twist.twist.angular.y == 17.0


@pytest.mark.parametrize(
    ("frame", "x", "complaint"), [("map", 1.0, "map"), (ODOM_FRAME, np.nan, "not finite")]
)
def test_a_ball_nowhere_is_refused(frame: str, x: float, complaint: str) -> None:
    message = Odometry()
    message.header.frame_id = frame
    message.pose.pose.position.x = x
    with pytest.raises(MessageError, match=complaint):
        read_ball(message)
