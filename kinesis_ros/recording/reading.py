# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Reads a bag as a run."""

from pathlib import Path

import numpy as np

from kinesis_ros.core.body import COORDINATES, SIDE_NAMES
from kinesis_ros.graph import NAMESPACE
from kinesis_ros.recording.bag import BagError, Decoder, read_bag
from kinesis_ros.recording.messages import (
    Clock,
    Received,
    arrays_of,
    goal_of,
    health_of,
    motion_of,
    places_of,
    stamp_of,
    wrenches_of,
)
from kinesis_ros.recording.run import Recording
from kinesis_ros.recording.series import RecordingError
from urdf_mjcf.registry import body_with

# In our namespace, unless they start with /.
_TOPICS = (
    "body_state",
    "reference",
    "joint_setpoint",
    "muscle_excitation",
    "body_name",
    "muscle_names",
    "muscle_states",
    "muscle_activation",
    *(f"ground_reaction/{side}" for side in SIDE_NAMES),
    "expert_weights",
    "ball",
    "keeper",
    "fallen",
    "goal_status",
    "/diagnostics",
)


def read_recording(path: Path, namespace: str = NAMESPACE) -> Recording:
    """Read what `kinesis record` or `ros2 bag record --storage mcap` has written.

    If the simulation was started again meanwhile, only its last run is read.

    Example:
        >>> from pathlib import Path
        >>> from kinesis_ros import read_recording
        >>> recording = read_recording(Path("run.mcap"))
        >>> knee = recording.coordinates.position.column("knee_angle_r")  # [rad]
        >>> len(knee) == len(recording.coordinates.time)  # [s]
        True
        >>> recording.states().shape[1]  # kinematic states, as a Trajectory has them
        62

    Raises:
        RecordingError: no file, no bag, or no states of the body in it.
    """
    try:
        messages = _read(path, namespace)
    except BagError as error:
        raise RecordingError(str(error)) from error
    states = messages["body_state"]
    if not states:
        raise RecordingError(f"'{path}' has no messages on /{namespace}/body_state")
    muscles = _muscle_names(messages)
    body = _body_name(messages, muscles)
    _keep_last_run(messages)
    clock = Clock(states)
    coordinates = motion_of(states, path)
    missing = [name for name in COORDINATES if name not in coordinates.names]
    if missing:
        raise RecordingError(f"'{path}': body_state lacks '{missing[0]}'")
    return Recording(
        path=path,
        body=body,
        counts={topic: len(found) for topic, found in messages.items() if found},
        coordinates=coordinates,
        reference=motion_of(messages["reference"], path),
        setpoint=motion_of(messages["joint_setpoint"], path).position,
        excitation=arrays_of(messages["muscle_excitation"], clock, muscles),
        muscles=motion_of(messages["muscle_states"], path),
        activation=arrays_of(messages["muscle_activation"], clock, muscles),
        ground_reaction={
            side: wrenches_of(messages[f"ground_reaction/{side}"]) for side in SIDE_NAMES
        },
        expert_weights=arrays_of(messages["expert_weights"], clock, ()),
        ball=places_of(messages["ball"], lambda content: content.pose.pose.position),
        keeper=places_of(messages["keeper"], lambda content: content.pose.position),
        falls=np.array([clock.at(m.log_time) for m in messages["fallen"] if m.content.data]),
        goals=tuple(goal_of(clock.at(m.log_time), m.content) for m in messages["goal_status"]),
        health=tuple(health_of(messages["/diagnostics"])),
    )


def read_body_name(path: Path, namespace: str = NAMESPACE) -> str:
    """Name of the recorded body; empty if it is not known.

    Raises:
        RecordingError: no file, or no bag.
    """
    decoder = Decoder()
    names, muscles = (f"/{namespace}/{topic}" for topic in ("body_name", "muscle_names"))
    found = ""
    try:
        for message in read_bag(path, [names, muscles]):
            text = decoder.decode(message).data
            if message.topic.name == names:
                return text
            found = body_with(len(text.split(",")))
    except BagError as error:
        raise RecordingError(str(error)) from error
    return found


def _read(path: Path, namespace: str) -> dict[str, list[Received]]:
    """Decoded messages by topic, without the namespace."""
    short = {t if t.startswith("/") else f"/{namespace}/{t}": t for t in _TOPICS}
    messages: dict[str, list[Received]] = {topic: [] for topic in _TOPICS}
    decoder = Decoder()
    for message in read_bag(path, short.keys()):
        content = decoder.decode(message)
        messages[short[message.topic.name]].append(Received(message.log_time, content))
    return messages


def _keep_last_run(messages: dict[str, list[Received]]) -> None:
    """Drop what came before the last time that simulated time went back."""
    states = messages["body_state"]
    back = np.flatnonzero(np.diff([stamp_of(m.content) for m in states]) < 0.0)
    if back.size:
        start = states[back[-1] + 1].log_time
        for found in messages.values():
            found[:] = [m for m in found if m.log_time >= start]


def _body_name(messages: dict[str, list[Received]], muscles: tuple[str, ...]) -> str:
    if messages["body_name"]:
        return messages["body_name"][-1].content.data
    # Recordings of versions before body_name tell it by the number of its muscles alone.
    return body_with(len(muscles))


def _muscle_names(messages: dict[str, list[Received]]) -> tuple[str, ...]:
    if messages["muscle_names"]:
        return tuple(messages["muscle_names"][-1].content.data.split(","))
    if messages["muscle_states"]:
        return tuple(messages["muscle_states"][-1].content.name)
    return ()
