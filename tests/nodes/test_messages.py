# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Messages and kinematic states: what is written is read back, and nonsense is refused."""

import numpy as np
import pytest
from builtin_interfaces.msg import Time
from geometry_msgs.msg import WrenchStamped
from nav_msgs.msg import Odometry
from rclpy.serialization import deserialize_message, serialize_message
from sensor_msgs.msg import JointState
from std_msgs.msg import Float32MultiArray
from trajectory_msgs.msg import JointTrajectory

from kinesis_ros.core.body import COORDINATES, write_coordinates
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.maths import rotations
from kinesis_ros.nodes import messages
from kinesis_ros.nodes.sim_outputs import fill_odometry

BUT_KEYS = slice(0, 41)


def random_states(frames: int, seed: int = 0) -> np.ndarray:
    states = np.random.default_rng(seed).normal(size=(frames, ks.STATE_SIZE))
    states[:, ks.QUATERNION] /= np.linalg.norm(states[:, ks.QUATERNION], axis=1, keepdims=True)
    states[states[:, 3] < 0.0, ks.QUATERNION] *= -1.0
    return states


def same_sign(states: np.ndarray) -> np.ndarray:
    states = states.copy()
    states[states[:, 3] < 0.0, ks.QUATERNION] *= -1.0
    return states


def over_the_wire(message: object) -> object:
    return deserialize_message(serialize_message(message), type(message))


@pytest.fixture(params=["0", "1"], ids=["unchecked", "checked"], autouse=True)
def _with_and_without_checks(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    if request.param == "1":
        monkeypatch.setenv("ROS_PYTHON_CHECK_FIELDS", "1")
    else:
        monkeypatch.delenv("ROS_PYTHON_CHECK_FIELDS", raising=False)


@pytest.mark.parametrize("tick", [0, 1, 7, 29, 30, 31, 107_999, 10_000_001])
def test_every_control_step_survives_its_stamp(tick: int) -> None:
    stamp = Time()
    messages.set_stamp(stamp, tick)
    assert messages.tick_of(stamp) == tick


def test_body_state_survives_the_round_trip() -> None:
    outgoing, reader = messages.JointStateMessage([*COORDINATES, "lumbar"]), None
    reader = messages.BodyStateReader()
    for tick, state in enumerate(random_states(7)):
        write_coordinates(state, outgoing.position[:20], outgoing.velocity[:20])
        received = over_the_wire(outgoing.stamp(tick))
        assert isinstance(received, JointState)
        assert messages.tick_of(received.header.stamp) == tick
        back = same_sign(reader.read(received)[None])[0]
        np.testing.assert_allclose(back[BUT_KEYS], state[BUT_KEYS], atol=1e-9)


def test_the_order_of_names_does_not_matter() -> None:
    state = random_states(1)[0]
    outgoing = messages.JointStateMessage(COORDINATES)
    write_coordinates(state, outgoing.position, outgoing.velocity)
    message = outgoing.stamp(0)
    shuffled = JointState(
        name=list(message.name)[::-1],
        position=list(message.position)[::-1],
        velocity=list(message.velocity)[::-1],
    )
    reader = messages.BodyStateReader()
    np.testing.assert_array_equal(reader.read(message), reader.read(shuffled))
    np.testing.assert_array_equal(reader.read(shuffled), reader.read(message))


def test_a_reference_survives_the_round_trip() -> None:
    states = random_states(12)
    received = over_the_wire(messages.ReferenceMessage(12).write(5, states))
    assert isinstance(received, JointTrajectory)
    back = same_sign(messages.ReferenceReader().read(received))
    np.testing.assert_allclose(back[:, BUT_KEYS], states[:, BUT_KEYS], atol=1e-9)
    assert messages.tick_of(received.header.stamp) == 5


def test_a_reference_at_another_rate_is_refused() -> None:
    message = messages.ReferenceMessage(3).write(0, random_states(3))
    messages.set_stamp(list(message.points)[1].time_from_start, 2)
    with pytest.raises(messages.MessageError, match="point 1"):
        messages.ReferenceReader().read(message)


def test_a_reference_with_nan_is_refused() -> None:
    states = random_states(3)
    states[1, 20] = np.nan
    message = messages.ReferenceMessage(3).write(0, states)
    with pytest.raises(messages.MessageError, match="not finite"):
        messages.ReferenceReader().read(message)


def test_set_points_survive_the_round_trip() -> None:
    setpoint = np.random.default_rng(1).normal(size=14)
    received = over_the_wire(messages.SetpointMessage().write(Time(sec=3), setpoint))
    assert isinstance(received, JointTrajectory)
    np.testing.assert_array_equal(messages.SetpointReader().read(received), setpoint)
    assert received.header.stamp.sec == 3


def test_a_missing_joint_is_named() -> None:
    message = messages.SetpointMessage().write(Time(), np.zeros(14))
    message.joint_names = ["hip_flexion_r", *["other"] * 13]
    with pytest.raises(messages.MessageError, match="lacks 'hip_adduction_r'"):
        messages.SetpointReader().read(message)


def test_fewer_values_than_names_are_refused() -> None:
    message = messages.SetpointMessage().write(Time(), np.zeros(14))
    next(iter(message.points)).positions = [0.0] * 13
    with pytest.raises(messages.MessageError, match="13 values for 14 names"):
        messages.SetpointReader().read(message)


def test_muscle_arrays_carry_values_and_time() -> None:
    values = np.random.default_rng(2).uniform(size=80).astype(np.float32)
    stamp = Time()
    messages.set_stamp(stamp, 1234567)
    received = over_the_wire(messages.MuscleArrayMessage(80).write(stamp, values))
    assert isinstance(received, Float32MultiArray)
    back, tick = messages.read_muscle_array(received)
    np.testing.assert_array_equal(back, values)
    assert tick == 1234567


def test_a_plain_array_has_no_time() -> None:
    assert messages.read_muscle_array(Float32MultiArray(data=[0.5]))[1] is None


def test_only_a_body_that_was_put_somewhere_is_at_rest_to_the_last_bit() -> None:
    state = np.zeros(ks.STATE_SIZE)
    state[3] = 1.0
    assert messages.just_placed(state)
    state[30] = 1e-300
    assert not messages.just_placed(state)


def test_odometry_has_the_velocity_in_base_link() -> None:
    state = random_states(1)[0]
    message = Odometry()
    fill_odometry(message, state)
    q, v = message.pose.pose.orientation, message.twist.twist.linear
    world = rotations.rotate(np.array([q.w, q.x, q.y, q.z]), np.array([v.x, v.y, v.z]))
    np.testing.assert_allclose(world, state[ks.LINEAR_VELOCITY], atol=1e-12)
    assert message.pose.pose.position.z == state[2]


def test_a_push_in_the_bodys_frame_turns_with_the_body() -> None:
    message = WrenchStamped()
    message.wrench.force.x, message.wrench.torque.z = 30.0, 4.0
    state = random_states(1)[0]
    in_world = messages.read_push(message, state)
    assert (in_world.force, in_world.torque) == ((30.0, 0.0, 0.0), (0.0, 0.0, 4.0))
    message.header.frame_id = messages.BASE_FRAME
    push = messages.read_push(message, state)
    back = state[ks.QUATERNION] * (1.0, -1.0, -1.0, -1.0)
    for turned, wanted in ((push.force, in_world.force), (push.torque, in_world.torque)):
        np.testing.assert_allclose(rotations.rotate(back, np.array(turned)), wanted, atol=1e-12)


def test_a_push_in_another_frame_is_refused() -> None:
    message = WrenchStamped()
    message.header.frame_id = "kitchen"
    with pytest.raises(messages.MessageError, match="'kitchen' of a push; choose odom or base"):
        messages.read_push(message, random_states(1)[0])
