# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""policy_node: answers every state of the body with the policy's command."""

from pathlib import Path

import numpy as np
from rclpy.executors import Executor
from rclpy.node import Node
from sensor_msgs.msg import JointState
from std_msgs.msg import Float32MultiArray
from trajectory_msgs.msg import JointTrajectory
from visualization_msgs.msg import MarkerArray

from kinesis_ros.core.body import Kinematics, load_body
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.policy import WINDOW, PolicyOutput, PolicySession, default_policy
from kinesis_ros.graph import printable
from kinesis_ros.nodes import markers, qos
from kinesis_ros.nodes.diagnostics import PERIOD, DiagnosticsPublisher, Level
from kinesis_ros.nodes.messages import (
    BodyStateReader,
    MessageError,
    MuscleArrayMessage,
    ReferenceMessage,
    ReferenceReader,
    SetpointMessage,
    just_placed,
    tick_of,
)
from kinesis_ros.nodes.muscle_signals import MuscleSignals
from kinesis_ros.nodes.parameters import PolicyParameters, declare
from kinesis_ros.nodes.process import Stop, run, spin
from kinesis_ros.nodes.reference_windows import ReferenceWindows

_GHOST_PERIOD = 3  # control steps between two pictures of the reference


class PolicyNode(Node):
    """Pairs each state with its reference, lets the policy decide, and publishes the command."""

    def __init__(self) -> None:
        super().__init__("policy_node")
        p = declare(self, PolicyParameters)
        self._body = load_body(p.body)
        self._prefix = p.frame_prefix
        path = Path(p.policy) if p.policy else default_policy(p.body, p.control)
        self._session = PolicySession.load(path, self._body, p.control)
        self.get_logger().info(f"policy {path.name}, {p.control} control of {p.body}")
        self._kinematics = Kinematics(self._body)
        self._state_reader, self._reference_reader = BodyStateReader(), ReferenceReader()
        self._windows = ReferenceWindows(realtime=p.realtime)
        self._pending: JointState | None = None
        self._muscles: MuscleSignals | None = None
        if p.control == "direct":
            profile = qos.state(realtime=p.realtime)
            self._muscles = MuscleSignals(self, self._body, profile, self._try, self._complain)
        self._complaint = ""
        self._answers = self._complaints = self._unanswered = 0
        self._inference = np.zeros(30)  # [s] of the latest answers
        self._make_topics(direct=p.control == "direct", realtime=p.realtime)
        self._warm_up()

    def _make_topics(self, *, direct: bool, realtime: bool) -> None:
        if direct:
            self._excitation = MuscleArrayMessage(len(self._body.muscles))
            self._publish_command = self.create_publisher(
                Float32MultiArray, "muscle_excitation", qos.COMMAND
            ).publish
        else:
            self._setpoint = SetpointMessage()
            self._publish_command = self.create_publisher(
                JointTrajectory, "joint_setpoint", qos.COMMAND
            ).publish
        self._weights = self.create_publisher(Float32MultiArray, "expert_weights", qos.DISPLAY)
        self._markers = self.create_publisher(MarkerArray, "markers", qos.DISPLAY)
        self._diagnostics = DiagnosticsPublisher(self, "policy")
        profile = qos.state(realtime=realtime)
        self.create_subscription(JointState, "body_state", self._take_state, profile)
        self.create_subscription(JointTrajectory, "reference", self._take_reference, qos.REFERENCE)
        self.create_timer(PERIOD, self._report)

    def _take_state(self, message: JointState) -> None:
        if self._pending is not None and self._pending.header.stamp != message.header.stamp:
            self._unanswered += 1
            self._windows.allow_stale()
        self._pending = message
        self._try()

    def _take_reference(self, message: JointTrajectory) -> None:
        try:
            states = self._reference_reader.read(message)
        except MessageError as error:
            self._complain(str(error))
            return
        if len(states) < WINDOW:
            self._complain(f"reference has {len(states)} frames, the policy needs {WINDOW}")
            return
        tick = tick_of(message.header.stamp)
        self._windows.add(tick, self._kinematics.complete(states))
        self._try()
        if tick % _GHOST_PERIOD == 0 and self._markers.get_subscription_count() > 0:
            ghost = markers.ghost(message.header.stamp, states[0])
            self._markers.publish(markers.prefixed([ghost], self._prefix))

    def _try(self) -> None:
        """Answer the pending state if everything that belongs to it is here."""
        if self._pending is None:
            return
        try:
            state = self._state_reader.read(self._pending)
        except MessageError as error:
            self._pending = None
            self._complain(str(error))
            return
        tick = tick_of(self._pending.header.stamp)
        window = self._windows.find(tick, just_placed=just_placed(state))
        muscles = self._muscles.at(tick) if self._muscles else None
        if window is None or (self._muscles and muscles is None):
            return
        reference, now = window
        self._kinematics.complete(state[None])
        self._answer(self._pending, self._session.act(state, reference, muscles, now))
        self._pending = None

    def _answer(self, message: JointState, output: PolicyOutput) -> None:
        command = output.excitation if self._muscles else output.setpoint
        if command is None or not np.isfinite(command).all():
            self._complain("the policy's command is not finite")
            return
        writer = self._excitation if self._muscles else self._setpoint
        self._publish_command(writer.write(message.header.stamp, command))
        self._inference[self._answers % len(self._inference)] = output.inference_time
        self._answers += 1
        if self._weights.get_subscription_count() > 0:
            self._weights.publish(Float32MultiArray(data=output.expert_weights.tolist()))

    def _warm_up(self) -> None:
        """Compile and load all that an answer calls before the first state arrives."""
        upright = np.zeros((WINDOW, ks.STATE_SIZE))
        upright[:, 3] = 1.0
        message = ReferenceMessage(WINDOW).write(0, upright)
        states = self._kinematics.complete(self._reference_reader.read(message))
        for _ in range(3):
            self._session.act(states[0], states, np.zeros(3 * len(self._body.muscles)))

    def _complain(self, complaint: str) -> None:
        self._complaint = complaint
        self._complaints += 1
        self.get_logger().warning(printable(complaint), throttle_duration_sec=1.0)

    def _report(self) -> None:
        level, message = Level.OK, "answering"
        if self._answers == 0:
            level, message = Level.WARN, "waiting for body_state and reference"
        elif self._pending is not None:
            level, message = Level.WARN, "waiting for the reference of the newest state"
        if self._complaint:
            level, message = Level.ERROR, self._complaint
        values = {
            "answers": self._answers,
            "inference_mean_ms": 1e3 * float(self._inference.mean()),
            "inference_max_ms": 1e3 * float(self._inference.max()),
            "states_without_reference": self._unanswered,
            "refused_messages": self._complaints,
        }
        self._complaint = ""
        self._diagnostics.report(level, message, values)


def _loop(_node: Node, executor: Executor, stop: Stop) -> None:
    spin(executor, stop)


def main() -> None:
    """Run the node."""
    run(PolicyNode, _loop)


if __name__ == "__main__":
    main()
