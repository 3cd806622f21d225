# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Recorded messages as series: joint states, arrays, wrenches, places, and what nodes said."""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from kinesis_ros.graph.time_label import read_time_label
from kinesis_ros.recording.run import HealthReport, RecordedGoalEvent
from kinesis_ros.recording.series import Motion, RecordingError, Series


class Received(NamedTuple):
    """A decoded message, and when it was received."""

    log_time: int  # [ns]
    content: Any


class Clock:
    """Simulated time of messages that have no stamp, from those that have one.

    Args:
        states: messages with a stamp.
    """

    def __init__(self, states: Sequence[Received]) -> None:
        self._log = [m.log_time for m in states]
        self._sim = [stamp_of(m.content) for m in states]

    def at(self, log_time: int) -> float:
        """Simulated time [s] when a message was received at `log_time` [ns]."""
        return float(np.interp(log_time, self._log, self._sim))


def stamp_of(content: Any) -> float:  # noqa: ANN401 any message with a header
    """Simulated time of a message [s]."""
    stamp = content.header.stamp
    return stamp.sec + 1e-9 * stamp.nanosec


def motion_of(received: Sequence[Received], path: Path) -> Motion:
    """Motion of JointStates, or of the first points of JointTrajectories.

    Raises:
        RecordingError: the joints are not the same throughout; names the file at `path`.
    """
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
            raise RecordingError(
                f"'{path}': the names on a topic change: several bodies were recorded"
            )
        times.append(stamp_of(content))
        for values, field in zip(found[1:], rows.values(), strict=True):
            field.append(np.asarray(values, dtype=np.float64))
    return Motion(*(_series(times, names, field) for field in rows.values()))


def arrays_of(received: Sequence[Received], clock: Clock, names: Sequence[str]) -> Series:
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


def wrenches_of(received: Sequence[Received]) -> Series:
    """Series of force [N] and torque [N m] of WrenchStampeds."""
    names = tuple(f"{kind}_{axis}" for kind in ("force", "torque") for axis in "xyz")
    rows = []
    for message in received:
        force, torque = message.content.wrench.force, message.content.wrench.torque
        rows.append(np.array([force.x, force.y, force.z, torque.x, torque.y, torque.z]))
    return _series([stamp_of(m.content) for m in received], names, rows)


def places_of(received: Sequence[Received], point: Callable[[Any], Any]) -> Series:
    """Series of the points (x, y, z) that `point` finds in the messages."""
    rows = [np.array([at.x, at.y, at.z]) for at in (point(m.content) for m in received)]
    return _series([stamp_of(m.content) for m in received], ("x", "y", "z"), rows)


def _series(times: Sequence[float], names: tuple[str, ...], rows: Sequence[np.ndarray]) -> Series:
    """Series in the order of time; of rows with one time, the last one counts."""
    if not any(row.size for row in rows):
        return Series(np.empty(0), names, np.empty((0, len(names))))
    last = {time: i for i, time in enumerate(times) if len(rows[i]) == len(names)}
    order = sorted(last)
    return Series(np.array(order), names, np.array([rows[last[time]] for time in order]))


def goal_of(time: float, content: Any) -> RecordedGoalEvent:  # noqa: ANN401 a DiagnosticStatus
    """What goal_node said at a time [s]."""
    values = {pair.key: pair.value for pair in content.values}
    return RecordedGoalEvent(
        time, content.message, values.get("goal", ""), values.get("reason", "")
    )


def health_of(received: Sequence[Received]) -> Iterator[HealthReport]:
    """What the nodes reported, from DiagnosticArrays."""
    for message in received:
        for status in message.content.status:
            values = {}
            for pair in status.values:
                with contextlib.suppress(ValueError):
                    values[pair.key] = float(pair.value)
            yield HealthReport(
                stamp_of(message.content),
                # 'node: task'; before that it was 'kinesis: node'.
                status.name.removeprefix("kinesis: ").partition(":")[0],
                status.level,
                status.message,
                values,
            )
