# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""BVH: a hierarchy of offsets and channels, then one line of numbers per frame."""

import dataclasses
import re
from pathlib import Path

import numpy as np
from scipy.spatial.transform import Rotation

from kinesis_ros.core.retargeting.errors import MotionError
from kinesis_ros.core.retargeting.joint_motion import JointMotion, forward_kinematics
from kinesis_ros.core.retargeting.limits import (
    LARGEST,
    MOST_JOINTS,
    check_frames,
    check_numbers,
    check_times,
    fewer_than_promised,
    parse_numbers,
)

_AXES = {"x": 0, "y": 1, "z": 2}
# Words are compared without case, as other readers do.
_MOTION = re.compile(r"^\s*MOTION\b", re.IGNORECASE | re.MULTILINE)
_FRAMES = re.compile(r"\bFrames\s*:\s*(\S+)", re.IGNORECASE)
_FRAME_TIME = re.compile(r"\bFrame\s*Time\s*:\s*(\S+)", re.IGNORECASE)


@dataclasses.dataclass
class _Joint:
    name: str
    parent: int
    offset: np.ndarray = dataclasses.field(default_factory=lambda: np.zeros(3))
    channels: list[str] = dataclasses.field(default_factory=list)
    first_channel: int = 0


def read_bvh(path: Path, rate: float | None = None) -> JointMotion:
    """Read a BVH file.

    Args:
        path: of the file.
        rate: frames per second [Hz] instead of the file's own; None: as its 'Frame Time' says.

    Raises:
        MotionError: the file is not BVH, is truncated, holds a number that is none, or a
            'Frame Time' that no recording has.
    """
    text = path.read_text(encoding="utf-8", errors="replace")
    found = _MOTION.search(text)
    if found is None or "HIERARCHY" not in text[: found.start()].upper():
        raise MotionError(f"'{path}': not a BVH file: HIERARCHY or MOTION is missing")
    joints = _read_hierarchy(path, text[: found.start()])
    known, values, flags = _read_frames(path, text[found.end() :], joints, rate)
    offset, local = _local_transforms(joints, values)
    parents = tuple(joint.parent for joint in joints)
    position, rotation = forward_kinematics(parents, offset, local)
    names = tuple(joint.name for joint in joints)
    return JointMotion(names, parents, position, rotation, known, flags=flags)


def _read_hierarchy(path: Path, text: str) -> list[_Joint]:
    tokens = text.replace("{", " { ").replace("}", " } ").split()
    joints: list[_Joint] = []
    open_joints: list[int] = []
    count = 0
    i = tokens.index("HIERARCHY") + 1 if "HIERARCHY" in tokens else 1
    try:
        while i < len(tokens):
            word = tokens[i].upper()
            if word in ("ROOT", "JOINT", "END"):
                parent = open_joints[-1] if open_joints else -1
                end = i + 1
                while tokens[end] != "{":
                    end += 1
                name = "_".join(tokens[i + 1 : end])
                if word == "END":
                    name = f"{joints[parent].name}_end"
                joints.append(_Joint(name, parent))
                open_joints.append(len(joints) - 1)
                i = end + 1
            elif word == "OFFSET":
                joints[open_joints[-1]].offset = _offset(tokens[i + 1 : i + 4])
                i += 4
            elif word == "CHANNELS":
                number = int(tokens[i + 1])
                joint = joints[open_joints[-1]]
                joint.channels = [t.lower() for t in tokens[i + 2 : i + 2 + max(number, 0)]]
                if len(joint.channels) != number:
                    raise ValueError(f"{number} channels")
                joint.first_channel = count
                count += number
                i += 2 + number
            elif word == "}":
                open_joints.pop()
                i += 1
            else:
                raise MotionError(f"'{path}': unexpected word '{tokens[i]}' in the HIERARCHY")
    except (IndexError, ValueError) as error:
        if isinstance(error, MotionError):
            raise
        raise MotionError(f"'{path}': the HIERARCHY breaks off or is malformed") from error
    if open_joints or not joints:
        raise MotionError(f"'{path}': the HIERARCHY is empty or a brace is not closed")
    _check_channels(path, joints)
    return joints


def _offset(texts: list[str]) -> np.ndarray:
    offset = np.array(texts, dtype=float)
    if offset.shape != (3,) or not (np.abs(offset) < LARGEST).all():
        raise ValueError(f"offset {' '.join(texts)}")
    return offset


def _check_channels(path: Path, joints: list[_Joint]) -> None:
    if len(joints) > MOST_JOINTS:
        raise MotionError(f"'{path}': {len(joints)} joints are too many")
    for joint in joints:
        twice = [c for i, c in enumerate(joint.channels) if c in joint.channels[:i]]
        if twice:
            raise MotionError(f"'{path}': joint '{joint.name}' has '{twice[0]}' twice")
        for channel in joint.channels:
            if channel[:1] not in _AXES or channel[1:] not in ("position", "rotation"):
                raise MotionError(f"'{path}': joint '{joint.name}' has the channel '{channel}'")


def _read_frames(
    path: Path, text: str, joints: list[_Joint], rate: float | None
) -> tuple[float, np.ndarray, tuple[str, ...]]:
    """Rate [Hz], values (frames, channels), and what is doubtful about them."""
    channels = sum(len(joint.channels) for joint in joints)
    if not channels:
        raise MotionError(f"'{path}': no joint has a channel")
    promised, interval, end = _frame_header(path, text)
    rate = rate or (1.0 / interval if interval else np.inf)
    check_frames(path, promised, len(joints))
    check_times(path, promised, rate)
    numbers = parse_numbers(path, text[end:])
    whole = len(numbers) // channels
    if whole * channels != len(numbers):
        raise MotionError(
            f"'{path}': truncated, {promised} frames of {channels} numbers are promised and "
            f"{len(numbers)} numbers are there"
        )
    flags = fewer_than_promised(path, promised, whole)
    values = numbers.reshape(whole, channels)[:promised]
    check_numbers(path, "MOTION", values)
    return rate, values, flags


def _frame_header(path: Path, text: str) -> tuple[int, float, int]:
    """How many frames are promised, the time between two [s], and where the numbers begin."""
    number, time = _FRAMES.search(text), _FRAME_TIME.search(text)
    try:
        if number is None or time is None:
            raise ValueError("a word is missing")
        promised, interval = int(number[1]), float(time[1])
    except ValueError as error:
        raise MotionError(
            f"'{path}': 'Frames:' or 'Frame Time:' is missing or no number"
        ) from error
    if not interval > 0.0:
        raise MotionError(f"'{path}': the frame time is {interval} s")
    return promised, interval, max(number.end(), time.end())


def _local_transforms(joints: list[_Joint], values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    frames = len(values)
    offset = np.empty((frames, len(joints), 3))
    local = np.tile(np.eye(3), (frames, len(joints), 1, 1))
    for i, joint in enumerate(joints):
        block = values[:, joint.first_channel : joint.first_channel + len(joint.channels)]
        offset[:, i] = _translation(joint, block)
        turns = [k for k, channel in enumerate(joint.channels) if channel.endswith("rotation")]
        if turns:
            order = "".join(joint.channels[k][0].upper() for k in turns)
            local[:, i] = Rotation.from_euler(order, block[:, turns], degrees=True).as_matrix()
    return offset, local


def _translation(joint: _Joint, block: np.ndarray) -> np.ndarray:
    """Position channels replace the offset, unless a child's are all but zero (additive)."""
    translation = np.tile(joint.offset, (len(block), 1))
    moves = [k for k, channel in enumerate(joint.channels) if channel.endswith("position")]
    if not moves:
        return translation
    size = np.linalg.norm(np.median(block[:, moves], axis=0))
    additive = joint.parent >= 0 and size < 0.01 * np.linalg.norm(joint.offset)
    for k in moves:
        axis = _AXES[joint.channels[k][0]]
        translation[:, axis] = block[:, k] + (joint.offset[axis] if additive else 0.0)
    return translation
