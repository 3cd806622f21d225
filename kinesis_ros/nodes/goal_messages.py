# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Goals from ROS messages, checked: places, points and motions."""

import math

import numpy as np
from builtin_interfaces.msg import Time
from geometry_msgs.msg import (
    Point,
    PointStamped,
    PoseStamped,
    Quaternion,
    Twist,
    TwistStamped,
)
from nav_msgs.msg import Odometry
from trajectory_msgs.msg import JointTrajectory, JointTrajectoryPoint

from kinesis_ros.core.body import COORDINATES, NUM_COORDINATES, Kinematics, write_coordinates
from kinesis_ros.core.maths import rotations
from kinesis_ros.core.motion import Clip, MotionInputError, clip_from_coordinates
from kinesis_ros.core.plans import GoTo, Kick
from kinesis_ros.nodes.messages import BASE_FRAME, ODOM_FRAME, Columns, MessageError, set_stamp

MOST_POINTS = 3_600  # of a motion: two minutes at the control rate
MOST_BYTES = 2_000_000  # of its message, three times what those need with position and velocity
_UNIT = 0.1  # a quaternion's norm may be so far from 1
_SECOND = 1e-9  # [s] per nanosecond


def read_place(message: PoseStamped, *, with_heading: bool, prefix: str = "") -> GoTo:
    """The place that a pose asks for, with its heading unless the quaternion is all zeros.

    The frame may leave out the `prefix` of frames, here and in the others.

    Raises:
        MessageError: wrong frame, not finite, not a rotation.
    """
    _check_frame(message.header.frame_id, "goal_pose", prefix)
    x, y, _ = _finite(message.pose.position, "goal_pose")
    heading = _heading(message.pose.orientation)
    return GoTo(x, y, heading if with_heading else None)


def read_kick(message: PointStamped, prefix: str = "") -> Kick:
    """The kick that a point asks for.

    Raises:
        MessageError: wrong frame, not finite.
    """
    _check_frame(message.header.frame_id, "kick", prefix)
    return Kick(_finite(message.point, "kick"))


def read_ball(message: Odometry, prefix: str = "") -> np.ndarray:
    """Where the ball is on the floor, (2,) [m].

    Raises:
        MessageError: wrong frame, not finite.
    """
    _check_frame(message.header.frame_id, "ball", prefix)
    return np.array(_finite(message.pose.pose.position, "ball")[:2])


class MotionReader:
    """Reads reference_motion."""

    def __init__(self) -> None:
        self._columns = Columns(COORDINATES, "reference_motion")
        self._kinematics: Kinematics | None = None  # loaded with the first motion

    def read(self, message: JointTrajectory) -> Clip:
        """The motion at the control rate.

        Raises:
            MessageError: names missing, sizes that differ, or no motion that can be played.
        """
        count = len(message.points)
        if not 2 <= count <= MOST_POINTS:
            raise MessageError(
                f"reference_motion has {count} points; 2 to {MOST_POINTS} are possible"
            )
        self._kinematics = self._kinematics or Kinematics()
        points = list(message.points)
        times = np.array(
            [p.time_from_start.sec + _SECOND * p.time_from_start.nanosec for p in points]
        )
        values = np.array([self._columns.pick(message.joint_names, p.positions) for p in points])
        name = message.header.frame_id or "motion"
        try:
            return clip_from_coordinates(name, times, values, self._kinematics)
        except MotionInputError as error:
            raise MessageError(f"reference_motion: {error}") from error


def place_message(
    x: float, y: float, heading: float | None, stamp: Time | None = None
) -> PoseStamped:
    """A place [m] in the world as a goal.

    Args:
        x: forward.
        y: to the left.
        heading: to face in the end [rad]; None: a quaternion of zeros, which asks for none.
        stamp: when it was given; None: zeros, for senders that have no simulated time.
    """
    message = PoseStamped()
    message.header.frame_id, message.header.stamp = ODOM_FRAME, stamp or Time()
    message.pose.position.x, message.pose.position.y = x, y
    turned = np.zeros(4) if heading is None else rotations.from_heading(heading)
    orientation = message.pose.orientation
    orientation.w, orientation.x, orientation.y, orientation.z = turned.tolist()
    return message


def kick_message(x: float, y: float, z: float, stamp: Time | None = None) -> PointStamped:
    """A point [m] in the world to kick at; stamp as in `place_message`."""
    message = PointStamped()
    message.header.frame_id, message.header.stamp = ODOM_FRAME, stamp or Time()
    message.point.x, message.point.y, message.point.z = x, y, z
    return message


def velocity_message(
    speed: float, turn_rate: float, lateral: float, *, stamped: bool, stamp: Time | None = None
) -> Twist | TwistStamped:
    """A velocity of base_link [m/s], [rad/s], [m/s]; stamp as in `place_message`."""
    twist = Twist()
    twist.linear.x, twist.linear.y, twist.angular.z = speed, lateral, turn_rate
    if not stamped:
        return twist
    message = TwistStamped(twist=twist)
    message.header.frame_id, message.header.stamp = BASE_FRAME, stamp or Time()
    return message


def motion_message(clip: Clip) -> JointTrajectory:
    """A clip as reference_motion; its frame is the motion's name."""
    message = JointTrajectory(joint_names=list(COORDINATES))
    message.header.frame_id = clip.name
    velocity = np.zeros(NUM_COORDINATES)
    for i, state in enumerate(clip.states):
        position = np.zeros(NUM_COORDINATES)
        write_coordinates(state, position, velocity)
        point = JointTrajectoryPoint(positions=position.tolist())
        set_stamp(point.time_from_start, i)
        message.points.append(point)
    return message


def _check_frame(frame: str, what: str, prefix: str) -> None:
    odom = prefix + ODOM_FRAME
    if frame.lstrip("/") not in (odom, ODOM_FRAME):
        raise MessageError(f"{what} is in the frame '{frame}'; it has to be in '{odom}'")


def _finite(point: Point, what: str) -> tuple[float, float, float]:
    numbers = (point.x, point.y, point.z)
    if not all(map(math.isfinite, numbers)):
        raise MessageError(f"{what}: {numbers} is not finite")
    return numbers


def _heading(q: Quaternion) -> float | None:
    """Heading [rad] of an orientation; None: all zeros, so none is given."""
    norm = math.sqrt(q.w**2 + q.x**2 + q.y**2 + q.z**2)
    if norm == 0.0:
        return None
    if not abs(norm - 1.0) <= _UNIT:
        raise MessageError(f"goal_pose: the orientation has the norm {norm:g} instead of 1")
    return rotations.heading(np.array([q.w, q.x, q.y, q.z]))
