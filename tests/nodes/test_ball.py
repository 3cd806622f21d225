# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Ball, goal and keeper on their way over the graph, and in RViz; nonsense is refused."""

import numpy as np
import pytest

pytest.importorskip("rclpy")

from builtin_interfaces.msg import Time
from nav_msgs.msg import Odometry

from kinesis_ros.core.body import load_body
from kinesis_ros.core.maths import rotations
from kinesis_ros.core.simulation import BallState, Simulation
from kinesis_ros.nodes import markers
from kinesis_ros.nodes.goal_messages import read_ball
from kinesis_ros.nodes.messages import ODOM_FRAME, MessageError
from kinesis_ros.nodes.sim_outputs import fill_ball, keeper_message


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


def place_of(message) -> list[float]:  # noqa: ANN001 anything with a pose
    at = message.pose.position
    return [at.x, at.y, at.z]


def test_the_keeper_arrives_where_it_stands() -> None:
    message = keeper_message(Time(sec=3), np.array([11.0, -2.0, 0.9]))
    assert place_of(message) == [11.0, -2.0, 0.9]
    assert message.header.frame_id == ODOM_FRAME
    assert (message.header.stamp.sec, message.pose.orientation.w) == (3, 1.0)


@pytest.mark.parametrize(
    ("scene", "shown"),
    [
        ("none", set()),
        ("penalty", {"ball", "goal", "net"}),
        ("penalty_keeper", {"ball", "goal", "net", "keeper"}),
    ],
)
def test_rviz_shows_what_is_around_the_body(scene: str, shown: set[str]) -> None:
    simulation = Simulation(load_body("legs80", scene))
    drawn = {marker.ns: marker for marker in markers.penalty(Time(), simulation)}
    assert drawn.keys() == shown
    if simulation.goalkeeper is not None:
        simulation.goalkeeper.stand(1.5)
        drawn = {marker.ns: marker for marker in markers.penalty(Time(), simulation)}
        assert place_of(drawn["keeper"]) == pytest.approx(simulation.goalkeeper.place)
