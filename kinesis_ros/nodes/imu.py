# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The pelvis as an inertial measurement unit would feel it."""

import numpy as np
from builtin_interfaces.msg import Time
from rclpy.node import Node
from sensor_msgs.msg import Imu

from kinesis_ros.core.body import CONTROL_RATE
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.maths import rotations
from kinesis_ros.nodes import qos

_GRAVITY = np.array([0.0, 0.0, 9.81])  # [m/s^2] a body at rest feels the floor push it up
_EXACT = 1e-9  # variance of what the simulation knows
_JUMP = 1.0  # [m] in one control step: the body has been put elsewhere


class PelvisImu:
    """Publishes `imu`: orientation, turn rate and acceleration of the pelvis in its own frame.

    The acceleration is the mean over the last control step, from the change of velocity.

    Args:
        node: publishes.
        frame: of the pelvis.
    """

    def __init__(self, node: Node, frame: str) -> None:
        self._message = Imu()
        self._message.header.frame_id = frame
        exact = np.diag(np.full(3, _EXACT)).ravel()
        self._message.orientation_covariance = exact
        self._message.angular_velocity_covariance = exact
        self._message.linear_acceleration_covariance = exact
        self._publisher = node.create_publisher(Imu, "imu", qos.DISPLAY)
        self._before: np.ndarray | None = None  # kinematic state one control step ago

    def publish(self, stamp: Time, state: np.ndarray) -> None:
        """Publish what is felt at the kinematic state (STATE_SIZE,), one step after the last."""
        message = self._message
        message.header.stamp = stamp
        turned = message.orientation
        turned.w, turned.x, turned.y, turned.z = state[ks.QUATERNION].tolist()
        rate, felt = message.angular_velocity, message.linear_acceleration
        rate.x, rate.y, rate.z = state[ks.ANGULAR_VELOCITY].tolist()
        force_w = _GRAVITY + self._acceleration(state)
        to_base = rotations.conjugate(state[ks.QUATERNION])
        felt.x, felt.y, felt.z = rotations.rotate(to_base, force_w).tolist()
        self._publisher.publish(message)

    def _acceleration(self, state: np.ndarray) -> np.ndarray:
        """Mean acceleration (3,) in the world since the last state [m/s^2]."""
        before, self._before = self._before, state.copy()
        if before is None or np.abs(state[ks.POSITION] - before[ks.POSITION]).max() > _JUMP:
            return np.zeros(3)
        return (state[ks.LINEAR_VELOCITY] - before[ks.LINEAR_VELOCITY]) * CONTROL_RATE
