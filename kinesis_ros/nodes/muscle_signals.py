# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What a direct policy sees of the muscles, joined from two topics."""

from collections.abc import Callable

import numpy as np
from rclpy.node import Node
from rclpy.qos import QoSProfile
from sensor_msgs.msg import JointState
from std_msgs.msg import Float32MultiArray

from kinesis_ros.core.body import Body
from kinesis_ros.core.policy import muscle_signals
from kinesis_ros.nodes.messages import Columns, MessageError, read_muscle_array, tick_of


class MuscleSignals:
    """Joins muscle_states and muscle_activation of one time.

    Args:
        node: subscribes.
        body: whose muscles.
        profile: of the topics.
        ready: called when something new has arrived.
        complain: called with what is wrong with a message.
    """

    def __init__(
        self,
        node: Node,
        body: Body,
        profile: QoSProfile,
        ready: Callable[[], None],
        complain: Callable[[str], None],
    ) -> None:
        self._columns = Columns(body.muscles, "muscle_states")
        self._range = body.model.actuator_lengthrange
        self._ready, self._complain = ready, complain
        self._activation: tuple[int | None, np.ndarray] = (None, np.empty(0))
        self._motion: tuple[int | None, np.ndarray, np.ndarray] = (None, np.empty(0), np.empty(0))
        node.create_subscription(JointState, "muscle_states", self._take_motion, profile)
        node.create_subscription(
            Float32MultiArray, "muscle_activation", self._take_activation, profile
        )

    def at(self, tick: int) -> np.ndarray | None:
        """The muscles' signals at control step `tick`, or None while they are not complete."""
        if self._activation[0] != tick or self._motion[0] != tick:
            return None
        return muscle_signals(self._activation[1], self._motion[1], self._motion[2], self._range)

    def _take_motion(self, message: JointState) -> None:
        try:
            length = self._columns.pick(message.name, message.position)
            velocity = self._columns.pick(message.name, message.velocity)
        except MessageError as error:
            self._complain(str(error))
            return
        self._motion = (tick_of(message.header.stamp), length, velocity)
        self._ready()

    def _take_activation(self, message: Float32MultiArray) -> None:
        try:
            values, tick = read_muscle_array(message)
        except MessageError as error:
            self._complain(str(error))
            return
        if len(values) != len(self._range):
            self._complain(f"muscle_activation: {len(values)} values instead of {len(self._range)}")
            return
        self._activation = (tick, values)
        self._ready()
