# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""A recorded run as arrays, without ROS: what reports and pictures are made of.

    recording = read_recording(Path("run.mcap"))
    knee = recording.coordinates.position.column("knee_angle_r")

All times are simulated ones [s]. Topics that were not recorded leave arrays of length 0.
"""

import contextlib
import dataclasses
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from kinesis_ros.bag import BagError, Decoder, read_bag
from kinesis_ros.core import kinematic_state as ks
from kinesis_ros.core.body import CONTROL_RATE
from kinesis_ros.core.kinematics import Kinematics
from kinesis_ros.core.opensim import COORDINATES, read_coordinates
from kinesis_ros.core.time_label import read_time_label
from kinesis_ros.graph import NAMESPACE
from urdf_mjcf.compose import BODY_NAMES

_FEET = ("left", "right")
_BODY_OF = {int("".join(filter(str.isdigit, name))): name for name in BODY_NAMES}  # by muscles

# In our namespace, unless they start with /.
_TOPICS = (
    "body_state",
    "reference",
    "joint_setpoint",
    "muscle_excitation",
    "muscle_names",
    "muscle_states",
    "muscle_activation",
    *(f"ground_reaction/{side}" for side in _FEET),
    "expert_weights",
    "ball",
    "keeper",
    "fallen",
    "goal_status",
    "/diagnostics",
)


class RecordingError(ValueError):
    """A file that holds no run of the body; the text names it and says what is missing."""


@dataclasses.dataclass(frozen=True)
class Series:
    """Named values over time.

    Attributes:
        time: (n,) when [s], ascending.
        names: of the k columns.
        values: (n, k).
    """

    time: np.ndarray
    names: tuple[str, ...]
    values: np.ndarray

    def __len__(self) -> int:
        return len(self.time)

    def column(self, name: str) -> np.ndarray:
        """Values (n,) of one name.

        Raises:
            RecordingError: with the names that there are.
        """
        if name not in self.names:
            raise RecordingError(f"'{name}' was not recorded; there are: {', '.join(self.names)}")
        return self.values[:, self.names.index(name)]


@dataclasses.dataclass(frozen=True)
class Motion:
    """Position, velocity and effort of the same names at the same times.

    Attributes:
        position: coordinates [rad, m] or musculotendon lengths [m].
        velocity: their rates [rad/s, m/s].
        effort: net moments [N m] or tendon forces [N]; of length 0 where there is none.
    """

    position: Series
    velocity: Series
    effort: Series

    def __len__(self) -> int:
        return len(self.position)

    @property
    def time(self) -> np.ndarray:
        """(n,) when [s]."""
        return self.position.time

    @property
    def names(self) -> tuple[str, ...]:
        """Of the columns."""
        return self.position.names


@dataclasses.dataclass(frozen=True)
class GoalEvent:
    """What goal_node said about a goal.

    Attributes:
        time: when [s].
        state: 'accepted', 'active', 'succeeded', 'failed', 'preempted' or 'refused'.
        goal: in words.
        reason: in words.
    """

    time: float
    state: str
    goal: str
    reason: str


@dataclasses.dataclass(frozen=True)
class HealthReport:
    """What a node reported on /diagnostics.

    Attributes:
        time: when [s].
        node: e.g. 'sim_node'.
        level: 0 ok, 1 warning, 2 error.
        message: in words.
        values: figures, e.g. 'real_time_factor'; those that are no numbers are left out.
    """

    time: float
    node: str
    level: int
    message: str
    values: dict[str, float]


@dataclasses.dataclass(frozen=True)
class Recording:
    """One recorded run.

    Attributes:
        path: of the file.
        body: name of the body, e.g. 'legs80'; empty if the muscles' names were not recorded.
        counts: messages of the run by topic, of the topics that are read here.
        coordinates: of the body, named as in OpenSim: the pelvis, the legs, then the others.
        reference: what was to be tracked: the first frame of every window, which is for its
            time; the pelvis and the legs. No effort.
        setpoint: joint set-points [rad], coordinated control.
        excitation: of the muscles, 0 to 1, direct control.
        muscles: length [m], lengthening speed [m/s] and tendon force [N].
        activation: of the muscles, 0 to 1.
        ground_reaction: of the 'left' and the 'right' foot: force_x, force_y, force_z [N],
            torque_x, torque_y, torque_z [N m], in the world.
        expert_weights: of the policy's experts, which sum to 1.
        ball: x, y, z of its middle in the world [m].
        keeper: x, y, z of the goalkeeper's middle in the world [m].
        falls: (falls,) when the body fell [s].
        goals: what became of the goals.
        health: reports of the nodes.
    """

    path: Path
    body: str
    counts: dict[str, int]
    coordinates: Motion
    reference: Motion
    setpoint: Series
    excitation: Series
    muscles: Motion
    activation: Series
    ground_reaction: dict[str, Series]
    expert_weights: Series
    ball: Series
    keeper: Series
    falls: np.ndarray
    goals: tuple[GoalEvent, ...]
    health: tuple[HealthReport, ...]

    @property
    def duration(self) -> float:
        """Simulated time from the first to the last state [s]."""
        time = self.coordinates.time
        return float(time[-1] - time[0])

    def states(self) -> np.ndarray:
        """Kinematic states (n, STATE_SIZE) at `coordinates.time`, key positions included."""
        return _states(self.coordinates)

    def reference_states(self) -> np.ndarray:
        """Kinematic states (n, STATE_SIZE) at `reference.time`, key positions included."""
        return _states(self.reference)

    def tracking(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """What was done beside what was to be done, at the times that both were recorded at.

        Returns:
            (n,) times [s], (n, STATE_SIZE) states of the body, (n, STATE_SIZE) of the reference.
        """
        ticks, wanted = (
            np.round(m.time * CONTROL_RATE) for m in (self.coordinates, self.reference)
        )
        _, ours, theirs = np.intersect1d(ticks, wanted, return_indices=True)
        return self.coordinates.time[ours], self.states()[ours], self.reference_states()[theirs]


def read_recording(path: Path) -> Recording:
    """Read what `kinesis record` or `ros2 bag record --storage mcap` has written.

    If the simulation was started again meanwhile, only its last run is read.

    Raises:
        RecordingError: no file, no bag, or no states of the body in it.
    """
    try:
        messages = _read(path)
    except BagError as error:
        raise RecordingError(str(error)) from error
    states = messages["body_state"]
    if not states:
        raise RecordingError(f"'{path}' has no messages on /{NAMESPACE}/body_state")
    muscles = _muscle_names(messages)
    _keep_last_run(messages)
    clock = _Clock(states)
    coordinates = _motion(states, path)
    missing = [name for name in COORDINATES if name not in coordinates.names]
    if missing:
        raise RecordingError(f"'{path}': body_state lacks '{missing[0]}'")
    return Recording(
        path=path,
        body=_BODY_OF.get(len(muscles), ""),
        counts={topic: len(found) for topic, found in messages.items() if found},
        coordinates=coordinates,
        reference=_motion(messages["reference"], path),
        setpoint=_motion(messages["joint_setpoint"], path).position,
        excitation=_arrays(messages["muscle_excitation"], clock, muscles),
        muscles=_motion(messages["muscle_states"], path),
        activation=_arrays(messages["muscle_activation"], clock, muscles),
        ground_reaction={side: _wrenches(messages[f"ground_reaction/{side}"]) for side in _FEET},
        expert_weights=_arrays(messages["expert_weights"], clock, ()),
        ball=_places(messages["ball"], lambda content: content.pose.pose.position),
        keeper=_places(messages["keeper"], lambda content: content.pose.position),
        falls=np.array([clock.at(m.log_time) for m in messages["fallen"] if m.content.data]),
        goals=tuple(_goal(clock.at(m.log_time), m.content) for m in messages["goal_status"]),
        health=tuple(_health(messages["/diagnostics"])),
    )


def read_body_name(path: Path) -> str:
    """Name of the recorded body, from the number of its muscles; empty if it is not known.

    Raises:
        RecordingError: no file, or no bag.
    """
    decoder = Decoder()
    try:
        for message in read_bag(path, [f"/{NAMESPACE}/muscle_names"]):
            names = decoder.decode(message).data.split(",")
            return _BODY_OF.get(len(names), "")
    except BagError as error:
        raise RecordingError(str(error)) from error
    return ""


class _Received(NamedTuple):
    log_time: int  # [ns]
    content: Any


def _read(path: Path) -> dict[str, list[_Received]]:
    """Decoded messages by topic, without the namespace."""
    short = {t if t.startswith("/") else f"/{NAMESPACE}/{t}": t for t in _TOPICS}
    messages: dict[str, list[_Received]] = {topic: [] for topic in _TOPICS}
    decoder = Decoder()
    for message in read_bag(path, short.keys()):
        content = decoder.decode(message)
        messages[short[message.topic.name]].append(_Received(message.log_time, content))
    return messages


def _keep_last_run(messages: dict[str, list[_Received]]) -> None:
    """Drop what came before the last time that simulated time went back."""
    states = messages["body_state"]
    back = np.flatnonzero(np.diff([_stamp(m.content) for m in states]) < 0.0)
    if back.size:
        start = states[back[-1] + 1].log_time
        for found in messages.values():
            found[:] = [m for m in found if m.log_time >= start]


class _Clock:
    """Simulated time of messages that have no stamp, from those that have one."""

    def __init__(self, states: Sequence[_Received]) -> None:
        self._log = [m.log_time for m in states]
        self._sim = [_stamp(m.content) for m in states]

    def at(self, log_time: int) -> float:
        """Simulated time [s] when a message was received at `log_time` [ns]."""
        return float(np.interp(log_time, self._log, self._sim))


def _stamp(content: Any) -> float:  # noqa: ANN401 any message with a header
    stamp = content.header.stamp
    return stamp.sec + 1e-9 * stamp.nanosec


def _muscle_names(messages: dict[str, list[_Received]]) -> tuple[str, ...]:
    if messages["muscle_names"]:
        return tuple(messages["muscle_names"][-1].content.data.split(","))
    if messages["muscle_states"]:
        return tuple(messages["muscle_states"][-1].content.name)
    return ()


def _motion(received: Sequence[_Received], path: Path) -> Motion:
    """Motion of JointStates, or of the first points of JointTrajectories."""
    names: tuple[str, ...] = ()
    rows: dict[str, list[np.ndarray]] = {field: [] for field in ("position", "velocity", "effort")}
    times = []
    for content in (m.content for m in received):
        if hasattr(content, "points"):
            if not content.points:
                continue
            point = content.points[0]
            found = content.joint_names, point.positions, point.velocities, point.effort
        else:
            found = content.name, content.position, content.velocity, content.effort
        names = names or tuple(found[0])
        if tuple(found[0]) != names or len(found[1]) != len(names):
            raise RecordingError(f"'{path}': the names on a topic change; it has several bodies")
        times.append(_stamp(content))
        for values, field in zip(found[1:], rows.values(), strict=True):
            field.append(np.asarray(values, dtype=np.float64))
    return Motion(*(_series(times, names, field) for field in rows.values()))


def _arrays(received: Sequence[_Received], clock: _Clock, names: Sequence[str]) -> Series:
    """Series of Float32MultiArrays; columns without a name are numbered."""
    times, rows = [], []
    for message in received:
        label = next((d.label for d in message.content.layout.dim), "")
        time = None
        with contextlib.suppress(ValueError):
            time = read_time_label(label)
        times.append(clock.at(message.log_time) if time is None else time)
        rows.append(np.asarray(message.content.data, dtype=np.float64))
    size = len(rows[0]) if rows else len(names)
    if len(names) != size:
        names = [str(i) for i in range(size)]
    return _series(times, tuple(names), rows)


def _wrenches(received: Sequence[_Received]) -> Series:
    names = tuple(f"{kind}_{axis}" for kind in ("force", "torque") for axis in "xyz")
    rows = []
    for message in received:
        force, torque = message.content.wrench.force, message.content.wrench.torque
        rows.append(np.array([force.x, force.y, force.z, torque.x, torque.y, torque.z]))
    return _series([_stamp(m.content) for m in received], names, rows)


def _places(received: Sequence[_Received], point: Callable[[Any], Any]) -> Series:
    """Series of the points (x, y, z) that `point` finds in the messages."""
    rows = [np.array([at.x, at.y, at.z]) for at in (point(m.content) for m in received)]
    return _series([_stamp(m.content) for m in received], ("x", "y", "z"), rows)


def _series(times: Sequence[float], names: tuple[str, ...], rows: Sequence[np.ndarray]) -> Series:
    """Series in the order of time; of rows with one time, the last one counts."""
    if not any(row.size for row in rows):
        return Series(np.empty(0), names, np.empty((0, len(names))))
    last = {time: i for i, time in enumerate(times) if len(rows[i]) == len(names)}
    order = sorted(last)
    return Series(np.array(order), names, np.array([rows[last[time]] for time in order]))


def _states(motion: Motion) -> np.ndarray:
    states = np.zeros((len(motion), ks.STATE_SIZE))
    if not len(motion):
        return states
    columns = [motion.names.index(name) for name in COORDINATES]
    position, velocity = motion.position.values[:, columns], motion.velocity.values[:, columns]
    for state, q, qd in zip(states, position, velocity, strict=True):
        read_coordinates(q, qd, state)
    return Kinematics().complete(states)


def _goal(time: float, content: Any) -> GoalEvent:  # noqa: ANN401 a DiagnosticStatus
    values = {pair.key: pair.value for pair in content.values}
    return GoalEvent(time, content.message, values.get("goal", ""), values.get("reason", ""))


def _health(received: Sequence[_Received]) -> Iterator[HealthReport]:
    for message in received:
        for status in message.content.status:
            values = {}
            for pair in status.values:
                with contextlib.suppress(ValueError):
                    values[pair.key] = float(pair.value)
            yield HealthReport(
                _stamp(message.content),
                status.name.removeprefix("kinesis: "),
                status.level,
                status.message,
                values,
            )
