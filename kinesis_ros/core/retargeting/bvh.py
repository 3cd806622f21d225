# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""BVH: a hierarchy of offsets and channels, then one line of numbers per frame."""

import dataclasses
from pathlib import Path

import numpy as np
from scipy.spatial.transform import Rotation

from kinesis_ros.core.retargeting.errors import MotionError
from kinesis_ros.core.retargeting.joint_motion import JointMotion, forward_kinematics

_AXES = {"x": 0, "y": 1, "z": 2}


@dataclasses.dataclass
class _Joint:
    name: str
    parent: int
    offset: np.ndarray = dataclasses.field(default_factory=lambda: np.zeros(3))
    channels: list[str] = dataclasses.field(default_factory=list)
    first_channel: int = 0


def read_bvh(path: Path) -> JointMotion:
    """Read a BVH file.

    Raises:
        MotionError: the file is not BVH, is truncated, or holds a number that is none.
    """
    text = path.read_text(encoding="utf-8", errors="replace")
    head, found, tail = text.partition("MOTION")
    if "HIERARCHY" not in head.upper() or not found:
        raise MotionError(f"'{path}': not a BVH file: HIERARCHY or MOTION is missing")
    joints = _read_hierarchy(path, head)
    rate, values = _read_frames(path, tail, sum(len(joint.channels) for joint in joints))
    offset, local = _local_transforms(joints, values)
    parents = tuple(joint.parent for joint in joints)
    position, rotation = forward_kinematics(parents, offset, local)
    return JointMotion(tuple(j.name for j in joints), parents, position, rotation, rate)


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
                joints[open_joints[-1]].offset = np.array(tokens[i + 1 : i + 4], dtype=float)
                i += 4
            elif word == "CHANNELS":
                number = int(tokens[i + 1])
                joint = joints[open_joints[-1]]
                joint.channels = [t.lower() for t in tokens[i + 2 : i + 2 + number]]
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


def _check_channels(path: Path, joints: list[_Joint]) -> None:
    for joint in joints:
        for channel in joint.channels:
            if channel[:1] not in _AXES or channel[1:] not in ("position", "rotation"):
                raise MotionError(f"'{path}': joint '{joint.name}' has the channel '{channel}'")


def _read_frames(path: Path, text: str, channels: int) -> tuple[float, np.ndarray]:
    head, _, body = text.partition("Frame Time:")
    try:
        promised = int(head.split("Frames:")[1])
        frame_time, _, body = body.strip().partition("\n")
        interval = float(frame_time)
    except (IndexError, ValueError) as error:
        raise MotionError(f"'{path}': 'Frames:' or 'Frame Time:' is missing") from error
    if not interval > 0.0:
        raise MotionError(f"'{path}': the frame time is {interval} s")
    try:
        numbers = np.array(body.split(), dtype=float)
    except ValueError as error:
        raise MotionError(f"'{path}': the MOTION holds something that is not a number") from error
    if not channels:
        raise MotionError(f"'{path}': no joint has a channel")
    whole = len(numbers) // channels
    if whole < promised or whole * channels != len(numbers):
        raise MotionError(
            f"'{path}': truncated, {promised} frames of {channels} numbers are promised and "
            f"{whole} whole ones are there"
        )
    values = numbers.reshape(whole, channels)[:promised]
    bad = ~np.isfinite(values).all(axis=1)
    if bad.any():
        frame = int(np.argmax(bad))
        raise MotionError(f"'{path}': frame {frame} holds a NaN or infinite number")
    return 1.0 / interval, values


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
