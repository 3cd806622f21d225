# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What sim_node publishes for everybody but the policy: ROS's usual topics, muscles, penalties."""

import mujoco
import numpy as np
from builtin_interfaces.msg import Time
from geometry_msgs.msg import PoseStamped, WrenchStamped
from nav_msgs.msg import Odometry
from rclpy.node import Node
from rclpy.qos import QoSProfile
from rosgraph_msgs.msg import Clock
from sensor_msgs.msg import JointState
from std_msgs.msg import Float32MultiArray, String
from visualization_msgs.msg import MarkerArray

from kinesis_ros.bodies import cached_description
from kinesis_ros.core.body import CONTROL_RATE, Body, load_body
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.maths import rotations
from kinesis_ros.core.simulation import BallState, Simulation
from kinesis_ros.nodes import markers, qos
from kinesis_ros.nodes.frames import FramePublisher, Pose
from kinesis_ros.nodes.imu import PelvisImu
from kinesis_ros.nodes.messages import (
    BASE_FRAME,
    ODOM_FRAME,
    JointStateMessage,
    MuscleArrayMessage,
    set_stamp,
)

_BALL_FRAME = "ball"
_FOOTPRINT_FRAME = "base_footprint"  # between the soles, on the floor, facing as the pelvis does
_EXACT = 1e-9  # variance of what the simulation knows; zeros would mean that it is unknown
_SOLE_FRAMES = {"left": "l_sole", "right": "r_sole"}  # as REP-120 names them
_MOVING_JOINTS = (int(mujoco.mjtJoint.mjJNT_HINGE), int(mujoco.mjtJoint.mjJNT_SLIDE))


class MuscleOutputs:
    """body_name, muscle_names, muscle_states and muscle_activation.

    Args:
        node: publishes.
        simulation: the body.
        profile: of the two that a direct policy acts on.
    """

    def __init__(self, node: Node, simulation: Simulation, profile: QoSProfile) -> None:
        self._simulation = simulation
        muscles = simulation.body.muscles
        self._states = JointStateMessage(muscles)
        self._activation = MuscleArrayMessage(len(muscles))
        self._publish_states = node.create_publisher(JointState, "muscle_states", profile).publish
        self._publish_activation = node.create_publisher(
            Float32MultiArray, "muscle_activation", profile
        ).publish
        for topic, text in (
            ("body_name", simulation.body.name),
            ("muscle_names", ",".join(muscles)),
        ):
            node.create_publisher(String, topic, qos.LATCHED).publish(String(data=text))

    def publish(self, tick: int) -> None:
        """Publish the muscles' state at control step `tick`."""
        self._states.position[:] = self._simulation.muscle_length
        self._states.velocity[:] = self._simulation.muscle_velocity
        self._states.effort[:] = self._simulation.muscle_tension
        message = self._states.stamp(tick)
        self._publish_states(message)
        self._publish_activation(
            self._activation.write(message.header.stamp, self._simulation.activation)
        )


class BodyOutputs:
    """/clock, /joint_states, /odom, imu, /tf, ground_reaction, ball, keeper, and markers.

    Args:
        node: publishes.
        simulation: the body.
        marker_rate: of the markers [Hz].
        describe: publish /robot_description and the frames of its links.
        prefix: before the names of frames.
    """

    def __init__(
        self,
        node: Node,
        simulation: Simulation,
        marker_rate: float,
        *,
        describe: bool,
        prefix: str = "",
    ) -> None:
        self._simulation, self._prefix = simulation, prefix
        self._clock = Clock()
        self._publish_clock = node.create_publisher(Clock, "/clock", qos.STATE).publish
        self._make_joints(node)
        self._odometry = Odometry(child_frame_id=prefix + BASE_FRAME)
        self._odometry.header.frame_id = prefix + ODOM_FRAME
        exact = np.diag(np.full(6, _EXACT)).ravel()
        self._odometry.pose.covariance = self._odometry.twist.covariance = exact
        self._imu = PelvisImu(node, prefix + BASE_FRAME)
        self._publish_odometry = node.create_publisher(Odometry, "/odom", qos.DISPLAY).publish
        self._wrenches = {
            side: node.create_publisher(WrenchStamped, f"ground_reaction/{side}", qos.DISPLAY)
            for side in _SOLE_FRAMES
        }
        body = load_body(simulation.body.name)  # the robot, without the scene around it
        self._frames = FramePublisher(node, body if describe else None, prefix)
        if describe:
            _publish_description(node, body)
        if simulation.ball is not None:
            self._ball = Odometry(child_frame_id=prefix + _BALL_FRAME)
            self._ball.header.frame_id = prefix + ODOM_FRAME
            self._publish_ball = node.create_publisher(Odometry, "ball", qos.STATE).publish
        if simulation.goalkeeper is not None:
            self._publish_keeper = node.create_publisher(PoseStamped, "keeper", qos.DISPLAY).publish
        self._markers = node.create_publisher(MarkerArray, "markers", qos.DISPLAY)
        self.set_marker_rate(marker_rate)

    def set_marker_rate(self, rate: float) -> None:
        """Publish the markers at about this rate [Hz]."""
        self._marker_period = max(1, round(CONTROL_RATE / rate))

    def publish_clock(self, tick: int) -> None:
        """Let the simulated time be that of control step `tick`."""
        set_stamp(self._clock.clock, tick)
        self._publish_clock(self._clock)

    def publish(self, tick: int, state: np.ndarray) -> None:
        """Publish the body at control step `tick` with kinematic state `state`."""
        data = self._simulation.data
        self._joints.position[:] = data.qpos[self._joint_qpos]
        self._joints.velocity[:] = data.qvel[self._joint_dofs]
        self._joints.effort[:] = data.qfrc_actuator[self._joint_dofs]
        self._publish_joints(self._joints.stamp(tick))
        set_stamp(self._odometry.header.stamp, tick)
        fill_odometry(self._odometry, state)
        self._publish_odometry(self._odometry)
        stamp = self._odometry.header.stamp
        self._imu.publish(stamp, state)
        frames = {BASE_FRAME: Pose(state[ks.POSITION], state[ks.QUATERNION])}
        for side, foot in self._simulation.ground_reaction().items():
            frame = _SOLE_FRAMES[side]
            wrench = WrenchStamped()
            wrench.header.stamp, wrench.header.frame_id = stamp, self._prefix + frame
            fill_vector(wrench.wrench.force, foot.force)
            fill_vector(wrench.wrench.torque, foot.torque)
            self._wrenches[side].publish(wrench)
            frames[frame] = Pose(foot.sole, markers.UPRIGHT)
        soles = np.mean([frames[frame].position for frame in _SOLE_FRAMES.values()], axis=0)
        turned = rotations.from_heading(rotations.heading(state[ks.QUATERNION]))
        frames[_FOOTPRINT_FRAME] = Pose(np.array([*soles[:2], 0.0]), turned)
        self._frames.send(stamp, frames, self._simulation.body_qpos)
        if self._simulation.ball is not None:
            self._ball.header.stamp = stamp
            fill_ball(self._ball, self._simulation.ball.state)
            self._publish_ball(self._ball)
        if self._simulation.goalkeeper is not None:
            keeper = keeper_message(stamp, self._simulation.goalkeeper.place)
            keeper.header.frame_id = self._prefix + ODOM_FRAME
            self._publish_keeper(keeper)
        if tick % self._marker_period == 0 and self._markers.get_subscription_count() > 0:
            shown = [markers.muscles(stamp, self._simulation)]
            shown += markers.penalty(stamp, self._simulation)
            self._markers.publish(markers.prefixed(shown, self._prefix))

    def _make_joints(self, node: Node) -> None:
        """Every moving joint under its name in the model, coupled ones included, as in a URDF."""
        model = self._simulation.body.model
        moving = [i for i in range(model.njnt) if model.jnt_type[i] in _MOVING_JOINTS]
        self._joint_qpos, self._joint_dofs = model.jnt_qposadr[moving], model.jnt_dofadr[moving]
        self._joints = JointStateMessage([model.joint(i).name for i in moving])
        self._publish_joints = node.create_publisher(
            JointState, "/joint_states", qos.DISPLAY
        ).publish


def _publish_description(node: Node, body: Body) -> None:
    try:
        text = cached_description(body)
    except OSError as error:
        reason = f"'{error.filename}' cannot be written: {error.strerror}"
        node.get_logger().warning(f"/robot_description is not published: {reason}")
        return
    node.create_publisher(String, "/robot_description", qos.LATCHED).publish(String(data=text))


def fill_odometry(message: Odometry, state: np.ndarray) -> None:
    """Write pose in the world and velocity in base_link (as REP-105 asks) of `state`."""
    pose = message.pose.pose
    pose.position.x, pose.position.y, pose.position.z = state[ks.POSITION].tolist()
    orientation = pose.orientation
    orientation.w, orientation.x, orientation.y, orientation.z = state[ks.QUATERNION].tolist()
    to_base = rotations.conjugate(state[ks.QUATERNION])
    fill_vector(message.twist.twist.linear, rotations.rotate(to_base, state[ks.LINEAR_VELOCITY]))
    fill_vector(message.twist.twist.angular, state[ks.ANGULAR_VELOCITY])


def fill_ball(message: Odometry, ball: BallState) -> None:
    """Write the ball's pose in the world and its velocity in its own frame (as REP-105 asks)."""
    pose = message.pose.pose
    pose.position.x, pose.position.y, pose.position.z = ball.position.tolist()
    turned = pose.orientation
    turned.w, turned.x, turned.y, turned.z = ball.quaternion.tolist()
    velocity = rotations.rotate(rotations.conjugate(ball.quaternion), ball.velocity)
    fill_vector(message.twist.twist.linear, velocity)
    fill_vector(message.twist.twist.angular, ball.spin)


def keeper_message(stamp: Time, place: np.ndarray) -> PoseStamped:
    """Where the middle (3,) [m] of the goalkeeper is; it never turns."""
    message = PoseStamped()
    message.header.stamp, message.header.frame_id = stamp, ODOM_FRAME
    fill_vector(message.pose.position, place)
    message.pose.orientation.w = 1.0
    return message


def fill_vector(vector: object, values: np.ndarray) -> None:
    """Write (3,) into a geometry_msgs Vector3 or Point."""
    vector.x, vector.y, vector.z = values.tolist()  # type: ignore[attr-defined]
