# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Between kinematic states and ROS messages: the only place that knows both.

Messages that go out 30 times a second are made once and refilled: numpy writes straight into
their arrays. Coordinates carry OpenSim's names and frames (`core.opensim`); stamps are whole
control steps of simulated time.
"""

import array
from collections.abc import Collection, Sequence

import numpy as np
from builtin_interfaces.msg import Duration, Time
from geometry_msgs.msg import WrenchStamped
from sensor_msgs.msg import JointState
from std_msgs.msg import Float32MultiArray, MultiArrayDimension
from trajectory_msgs.msg import JointTrajectory, JointTrajectoryPoint

from kinesis_ros.core.body import (
    CONTROL_RATE,
    COORDINATES,
    NUM_COORDINATES,
    read_coordinates,
    write_coordinates,
)
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.maths import rotations
from kinesis_ros.core.simulation import Push
from kinesis_ros.graph.time_label import read_time_label, time_label

ODOM_FRAME = "odom"
BASE_FRAME = "base_link"

_SECOND = 1_000_000_000  # [ns]


class MessageError(ValueError):
    """A message that cannot be used; the text says what is wrong with it."""


def set_stamp(stamp: Time | Duration, tick: int) -> None:
    """Set `stamp` to the time of control step `tick`."""
    nanoseconds = round(tick * _SECOND / CONTROL_RATE)
    stamp.sec, stamp.nanosec = divmod(nanoseconds, _SECOND)


def tick_of(stamp: Time | Duration) -> int:
    """Control step at the time `stamp`."""
    return round((stamp.sec + stamp.nanosec / _SECOND) * CONTROL_RATE)


def just_placed(state: np.ndarray) -> bool:
    """Whether a body_state tells that the body has just been put where it is.

    It is then at rest to the last bit, which a moving body with muscles never is.
    """
    return not (state[ks.TWIST].any() or state[ks.JOINT_VELOCITY].any())


def zeros(kind: str, size: int) -> array.array:
    """Zeros for a float64[] ('d') or a float32[] ('f') field of a message."""
    return array.array(kind, bytes(size * array.array(kind).itemsize))


def view(field: array.array) -> np.ndarray:
    """Numpy's view of a message's array. Take it of the field: assigning may have copied."""
    return np.frombuffer(field, dtype=field.typecode)


class Columns:
    """Picks wanted names out of messages, in the wanted order; looks again when names change.

    Args:
        wanted: names that a message must have; it may have more.
        what: the message, for complaints.
    """

    def __init__(self, wanted: Sequence[str], what: str) -> None:
        self._wanted, self._what = tuple(wanted), what
        self._names: list[str] | None = None
        self._index = np.empty(0, dtype=np.int64)

    def pick(self, names: Collection[str], values: Collection[float]) -> np.ndarray:
        """Values of the wanted names, float64.

        Raises:
            MessageError: a name is missing, or there are not as many values as names.
        """
        if len(values) != len(names):
            raise MessageError(f"{self._what}: {len(values)} values for {len(names)} names")
        names = list(names)
        if names != self._names:
            missing = [name for name in self._wanted if name not in names]
            if missing:
                raise MessageError(
                    f"{self._what} lacks '{missing[0]}'; it needs: {', '.join(self._wanted)}"
                )
            self._index = np.array([names.index(name) for name in self._wanted])
            self._names = names
        return np.asarray(values, dtype=np.float64)[self._index]


class JointStateMessage:
    """A reusable JointState with `position`, `velocity` and `effort` as numpy arrays."""

    def __init__(self, names: Sequence[str], frame: str = "") -> None:
        self.message = JointState(name=list(names))
        self.message.header.frame_id = frame
        for field in ("position", "velocity", "effort"):
            setattr(self.message, field, zeros("d", len(names)))
        self.position = view(self.message.position)
        self.velocity = view(self.message.velocity)
        self.effort = view(self.message.effort)

    def stamp(self, tick: int) -> JointState:
        """Stamp the message with control step `tick` and return it."""
        set_stamp(self.message.header.stamp, tick)
        return self.message


class BodyStateReader:
    """Reads body_state into kinematic states without key positions."""

    def __init__(self) -> None:
        self._columns = Columns(COORDINATES, "body_state")

    def read(self, message: JointState) -> np.ndarray:
        """Kinematic state (STATE_SIZE,); its key positions are zero.

        Raises:
            MessageError: coordinates are missing or not finite.
        """
        state = np.zeros(ks.STATE_SIZE)
        position = self._columns.pick(message.name, message.position)
        velocity = self._columns.pick(message.name, message.velocity)
        if not (np.isfinite(position).all() and np.isfinite(velocity).all()):
            raise MessageError("body_state has a value that is not finite")
        read_coordinates(position, velocity, state)
        return state


class ReferenceMessage:
    """A reusable reference: kinematic states at the control rate, beginning at its stamp.

    Args:
        frames: number of states.
    """

    def __init__(self, frames: int) -> None:
        self.message = JointTrajectory(joint_names=list(COORDINATES))
        self.message.header.frame_id = ODOM_FRAME
        self._rows = []
        for i in range(frames):
            point = JointTrajectoryPoint()
            set_stamp(point.time_from_start, i)
            point.positions = zeros("d", NUM_COORDINATES)
            point.velocities = zeros("d", NUM_COORDINATES)
            self.message.points.append(point)
            self._rows.append((view(point.positions), view(point.velocities)))

    def write(self, tick: int, states: np.ndarray) -> JointTrajectory:
        """Fill in states (frames, STATE_SIZE) that begin at control step `tick`."""
        set_stamp(self.message.header.stamp, tick)
        for state, (position, velocity) in zip(states, self._rows, strict=True):
            write_coordinates(state, position, velocity)
        return self.message


class ReferenceReader:
    """Reads reference messages into kinematic states without key positions."""

    def __init__(self) -> None:
        self._columns = Columns(COORDINATES, "reference")

    def read(self, message: JointTrajectory) -> np.ndarray:
        """Kinematic states (frames, STATE_SIZE) at the control rate; key positions are zero.

        Raises:
            MessageError: empty, names missing, not finite, or not at the control rate.
        """
        if not message.points:
            raise MessageError("reference has no points")
        states = np.zeros((len(message.points), ks.STATE_SIZE))
        for i, (point, state) in enumerate(zip(message.points, states, strict=True)):
            if tick_of(point.time_from_start) != i:
                raise MessageError(f"reference: point {i} is not at {i} / {CONTROL_RATE:g} s")
            position = self._columns.pick(message.joint_names, point.positions)
            velocity = self._columns.pick(message.joint_names, point.velocities)
            read_coordinates(position, velocity, state)
        if not np.isfinite(states).all():
            raise MessageError("reference has a value that is not finite")
        return states


class SetpointMessage:
    """A reusable joint_setpoint."""

    def __init__(self) -> None:
        point = JointTrajectoryPoint()
        point.positions = zeros("d", ks.NUM_JOINTS)
        self._position = view(point.positions)
        self.message = JointTrajectory(joint_names=list(ks.LEG_JOINTS), points=[point])

    def write(self, stamp: Time, setpoint: np.ndarray) -> JointTrajectory:
        """Fill in set-points (14,) of `LEG_JOINTS` that answer the state of `stamp`."""
        self.message.header.stamp = stamp
        self._position[:] = setpoint
        return self.message


class SetpointReader:
    """Reads joint_setpoint; the joints may come in any order."""

    def __init__(self) -> None:
        self._columns = Columns(ks.LEG_JOINTS, "joint_setpoint")

    def read(self, message: JointTrajectory) -> np.ndarray:
        """Set-points (14,) in the order of `LEG_JOINTS`, not checked for NaN.

        Raises:
            MessageError: not exactly one point, or joints are missing.
        """
        if len(message.points) != 1:
            raise MessageError(f"joint_setpoint has {len(message.points)} points instead of 1")
        return self._columns.pick(message.joint_names, next(iter(message.points)).positions)


class MuscleArrayMessage:
    """A reusable Float32MultiArray with one value per muscle, in the order of muscle_names.

    The type has no header. The values are a row of a table, one row per time, and the label of
    the table's first dimension tells that time.
    """

    def __init__(self, size: int) -> None:
        self._time = MultiArrayDimension(size=1, stride=size)
        muscles = MultiArrayDimension(label="muscle", size=size, stride=size)
        self.message = Float32MultiArray()
        self.message.layout.dim = [self._time, muscles]
        self.message.data = zeros("f", size)
        self._values = view(self.message.data)

    def write(self, stamp: Time, values: np.ndarray) -> Float32MultiArray:
        """Fill in values (num_muscles,) at the time `stamp`."""
        self._time.label = time_label(stamp.sec, stamp.nanosec)
        self._values[:] = values
        return self.message


def read_muscle_array(message: Float32MultiArray) -> tuple[np.ndarray, int | None]:
    """Values (float64) and their control step; None when the message does not tell its time."""
    values = np.asarray(message.data, dtype=np.float64)
    label = next((dimension.label for dimension in message.layout.dim), "")
    try:
        time = read_time_label(label)
        return values, None if time is None else round(time * CONTROL_RATE)
    except (ValueError, OverflowError):
        raise MessageError(f"'{label}' is not a time in seconds") from None


def read_push(message: WrenchStamped, state: np.ndarray, prefix: str = "") -> Push:
    """A push on the pelvis.

    Args:
        message: in the frame of the world, which an empty name means too, or of the body.
        state: (STATE_SIZE,) of the body.
        prefix: of frames; the message may leave it out.

    Raises:
        MessageError: another frame.
        PushError: not finite, or too hard.
    """
    wrench, frame = message.wrench, message.header.frame_id.removeprefix(prefix)
    if frame not in ("", ODOM_FRAME, BASE_FRAME):
        raise MessageError(f"frame '{frame}' of a push; choose {ODOM_FRAME} or {BASE_FRAME}")
    vectors = []
    for vector in (wrench.force, wrench.torque):
        values = np.array([vector.x, vector.y, vector.z])
        if frame == BASE_FRAME:
            values = rotations.rotate(state[ks.QUATERNION], values)
        x, y, z = values.tolist()
        vectors.append((x, y, z))
    return Push(*vectors)
