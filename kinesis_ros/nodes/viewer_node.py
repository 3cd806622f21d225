# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""viewer_node: the web page that shows the body and takes commands."""

import contextlib
import itertools
import os
import time
from collections.abc import Callable

import numpy as np
from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus
from geometry_msgs.msg import PoseStamped, WrenchStamped
from nav_msgs.msg import Odometry
from rclpy.clock import Clock
from rclpy.clock_type import ClockType
from rclpy.executors import Executor
from rclpy.node import Node
from rclpy.qos import QoSProfile
from rclpy.subscription import Subscription
from rclpy.utilities import ok
from sensor_msgs.msg import JointState
from std_msgs.msg import Float32MultiArray, String
from trajectory_msgs.msg import JointTrajectory

from kinesis_ros.core.body import SIDE_NAMES, load_body
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.maths import rotations
from kinesis_ros.core.policy import CONTROLS, PolicyContractError, default_policy
from kinesis_ros.nodes import qos
from kinesis_ros.nodes.diagnostics import hardware_of
from kinesis_ros.nodes.messages import (
    BodyStateReader,
    Columns,
    MessageError,
    ReferenceReader,
    read_muscle_array,
)
from kinesis_ros.nodes.page_commands import PageCommands
from kinesis_ros.nodes.parameters import ParameterError, ViewerParameters, declare
from kinesis_ros.nodes.process import Stop, run
from kinesis_ros.viewer.commands import Setup
from kinesis_ros.viewer.scene import GroundForce
from kinesis_ros.viewer.server import AddressError
from kinesis_ros.viewer.viewer import Viewer
from urdf_mjcf.registry import BODY_NAMES

_PATIENT = 5  # of nice(1): the simulation goes first
_WAIT = 0.1  # [s] between two looks at who watches
_DRIVE_PERIOD = 0.1  # [s] between two velocities
_EXPERT_PERIOD = 0.3  # [s] between two pictures of the gate


class ViewerNode(Node):
    """Feeds the page from the graph while somebody looks at it, and the graph from the page."""

    def __init__(self) -> None:
        super().__init__("viewer_node")
        self._parameters = p = declare(self, ViewerParameters)
        self._body = load_body(p.body)
        setup = Setup(p.body, p.control)
        self._commands = PageCommands(self, stamped=p.cmd_vel_stamped, restart_file=p.restart_file)
        try:
            self.viewer = Viewer(
                self._body,
                self._commands,
                setup,
                _possible_setups() if p.restart_file else (),
                host=p.host,
                port=p.port,
                rate=p.frame_rate,
            )
        except AddressError as error:
            raise ParameterError(str(error)) from error
        taken = "" if self.viewer.address.endswith(f":{p.port}") else f" (port {p.port} is taken)"
        self.get_logger().info(f"open {self.viewer.address} in a browser{taken}")
        self._reader, self._references = BodyStateReader(), ReferenceReader()
        others = self._body.joints[ks.NUM_JOINTS :]
        self._others = Columns(others, "body_state") if others else None
        self._force = Columns(self._body.muscles, "muscle_states")
        self._reference: np.ndarray | None = None
        self._ground: dict[str, GroundForce] = {}
        self._experts_shown = 0.0
        self._live: list[Subscription] = []
        self._listen_always()

    def update_subscriptions(self) -> None:
        """Listen to the quick topics while, and only while, somebody looks at the page."""
        if self.viewer.watched == bool(self._live):
            return
        if self._live:
            for subscription in self._live:
                self.destroy_subscription(subscription)
            self._live.clear()
        else:
            self._listen_live()

    def _listen_always(self) -> None:
        """What is rare, and what a browser that opens later has to know."""
        self._hear(DiagnosticStatus, "goal_status", self._take_goal, qos.STATUS)
        self._hear(String, "plan", lambda m: self.viewer.panel.show_plan(m.data), qos.LATCHED)
        self._hear(PoseStamped, "/goal_pose", self._take_target, qos.GOAL)
        self._hear(DiagnosticArray, "/diagnostics", self._take_diagnostics, qos.SHARED)
        self.create_timer(_DRIVE_PERIOD, self._drive, clock=Clock(clock_type=ClockType.STEADY_TIME))

    def _listen_live(self) -> None:
        def live(kind: type, topic: str, take: Callable, profile: QoSProfile) -> None:
            self._live.append(self._hear(kind, topic, take, profile))

        live(JointState, "body_state", self._take_state, qos.WATCHING)
        live(JointTrajectory, "reference", self._take_reference, qos.WATCHING)
        live(Float32MultiArray, "muscle_activation", self._take_activation, qos.WATCHING)
        live(JointState, "muscle_states", self._take_muscles, qos.WATCHING)
        live(Float32MultiArray, "expert_weights", self._take_experts, qos.WATCHING)
        live(Odometry, "ball", self._take_ball, qos.WATCHING)
        live(PoseStamped, "keeper", self._take_keeper, qos.WATCHING)
        for side in SIDE_NAMES:
            take = self._ground_taker(side)
            live(WrenchStamped, f"ground_reaction/{side}", take, qos.WATCHING)

    def _hear(self, kind: type, topic: str, take: Callable, profile: QoSProfile) -> Subscription:
        """Subscribe; a message that cannot be used is named in the log and left out."""

        def careful(message: object) -> None:
            try:
                take(message)
            except MessageError as error:
                self.get_logger().warning(str(error), throttle_duration_sec=5.0)

        return self.create_subscription(kind, topic, careful, profile)

    def _take_state(self, message: JointState) -> None:
        if not self.viewer.wants_frame():
            return
        state = self._reader.read(message)
        others = self._others.pick(message.name, message.position) if self._others else None
        if others is not None and not np.isfinite(others).all():
            raise MessageError("body_state has a value that is not finite")
        self.viewer.panel.vitals.speed = float(np.hypot(state[ks.VX], state[ks.VY]))
        self.viewer.draw(
            state,
            others,
            reference=self._reference,
            left=self._ground.get("left"),
            right=self._ground.get("right"),
        )

    def _take_reference(self, message: JointTrajectory) -> None:
        now = JointTrajectory(joint_names=message.joint_names, points=list(message.points)[:1])
        self._reference = self._references.read(now)[0]

    def _take_activation(self, message: Float32MultiArray) -> None:
        activation, _ = read_muscle_array(message)
        if activation.shape != (len(self._body.muscles),):
            raise MessageError(
                f"muscle_activation has {activation.size} values, "
                f"{self._body.name} has {len(self._body.muscles)} muscles"
            )
        self.viewer.set_activation(np.nan_to_num(activation))

    def _take_muscles(self, message: JointState) -> None:
        force = self._force.pick(message.name, message.effort)
        self.viewer.set_force(np.nan_to_num(force, posinf=0.0, neginf=0.0))

    def _take_experts(self, message: Float32MultiArray) -> None:
        now = time.monotonic()
        if now - self._experts_shown > _EXPERT_PERIOD:
            self._experts_shown = now
            self.viewer.panel.signals.show_experts(np.nan_to_num(np.array(message.data)).tolist())

    def _take_ball(self, message: Odometry) -> None:
        at, turned = message.pose.pose.position, message.pose.pose.orientation
        position = np.array([at.x, at.y, at.z])
        quaternion = np.array([turned.w, turned.x, turned.y, turned.z])
        if not (np.isfinite(position).all() and np.isfinite(quaternion).all()):
            raise MessageError("ball has a value that is not finite")
        self.viewer.show_ball(position, quaternion)

    def _take_keeper(self, message: PoseStamped) -> None:
        at = message.pose.position
        position = np.array([at.x, at.y, at.z])
        if not np.isfinite(position).all():
            raise MessageError("keeper has a value that is not finite")
        self.viewer.show_keeper(position)

    def _ground_taker(self, side: str) -> Callable[[WrenchStamped], None]:
        def take(message: WrenchStamped) -> None:
            force, torque = message.wrench.force, message.wrench.torque
            self._ground[side] = GroundForce(
                np.nan_to_num(np.array([force.x, force.y, force.z])),
                np.nan_to_num(np.array([torque.x, torque.y, torque.z])),
            )

        return take

    def _take_goal(self, message: DiagnosticStatus) -> None:
        values = {value.key: value.value for value in message.values}
        goal, reason = values.get("goal", ""), values.get("reason", "")
        self.viewer.panel.show_goal(goal, message.message, reason)

    def _take_target(self, message: PoseStamped) -> None:
        at, turned = message.pose.position, message.pose.orientation
        heading = rotations.heading(np.array([turned.w, turned.x, turned.y, turned.z]))
        if not np.isfinite([at.x, at.y, heading]).all():
            raise MessageError("goal_pose has a value that is not finite")
        self.viewer.show_target(at.x, at.y, float(heading))

    def _take_diagnostics(self, message: DiagnosticArray) -> None:
        for status in message.status:
            if (status.name, status.hardware_id) != ("sim_node: body", hardware_of(self)):
                continue
            values = {value.key: value.value for value in status.values}
            vitals = self.viewer.panel.vitals
            vitals.real_time_factor = _number(values, "real_time_factor")
            vitals.latency = _number(values, "latency_p50_ms")
            vitals.distance = _number(values, "distance_m")
            vitals.health, vitals.level = status.message, min(status.level[0], 2)
            paused = status.message == "paused"
            if paused != self.viewer.panel.paused:
                self.viewer.panel.show_pause(paused=paused)
            self.viewer.panel.show_vitals()

    def _drive(self) -> None:
        velocity = self.viewer.drive.velocity(time.monotonic())
        if velocity is not None:
            self._commands.drive(*velocity)


def _possible_setups() -> tuple[Setup, ...]:
    """Bodies and controls that a policy is shipped for."""
    setups = []
    for body, control in itertools.product(BODY_NAMES, CONTROLS):
        with contextlib.suppress(PolicyContractError):
            default_policy(body, control)
            setups.append(Setup(body, control))
    return tuple(setups)


def _number(values: dict[str, str], key: str) -> float | None:
    try:
        return float(values[key])
    except (KeyError, ValueError):
        return None


def _loop(node: ViewerNode, executor: Executor, stop: Stop) -> None:
    os.nice(_PATIENT)
    try:
        while not stop.stopped and ok():
            node.update_subscriptions()
            executor.spin_once(timeout_sec=_WAIT)
    finally:
        node.viewer.close()


def main() -> None:
    """Run the node."""
    run(ViewerNode, _loop)


if __name__ == "__main__":
    main()
