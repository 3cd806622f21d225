# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""DeepMimic JSON: root and joint rotations of the 'humanoid3d' character.

Each frame: duration, root position (3) and quaternion (w, x, y, z), then chest, neck, right hip,
right knee (1 angle), right ankle, shoulder, elbow (1), and the same for the left leg and arm.
Source of the layout and of the offsets: Peng et al., DeepMimic (2018), humanoid3d.txt.
"""

import json
from pathlib import Path

import numpy as np
from scipy.spatial.transform import Rotation, Slerp

from kinesis_ros.core.retargeting.errors import MotionError
from kinesis_ros.core.retargeting.joint_motion import JointMotion, forward_kinematics
from kinesis_ros.core.retargeting.limits import (
    LARGEST,
    LONGEST_GAP,
    check_frames,
    check_numbers,
    check_times,
)

# name, parent, offset [m] in the parent (x forward, y up, z right), first column, columns
_JOINTS = (
    ("Hips", -1, (0.0, 0.0, 0.0), 4, 4),
    ("Chest", 0, (0.0, 0.236151, 0.0), 8, 4),
    ("Neck", 1, (0.0, 0.223894, 0.0), 12, 4),
    ("RightUpLeg", 0, (0.0, 0.0, 0.084887), 16, 4),
    ("RightLeg", 3, (0.0, -0.421546, 0.0), 20, 1),
    ("RightFoot", 4, (0.0, -0.409870, 0.0), 21, 4),
    ("RightToeBase", 5, (0.1335, -0.05, 0.0), 0, 0),
    ("LeftUpLeg", 0, (0.0, 0.0, -0.084887), 30, 4),
    ("LeftLeg", 7, (0.0, -0.421546, 0.0), 34, 1),
    ("LeftFoot", 8, (0.0, -0.409870, 0.0), 35, 4),
    ("LeftToeBase", 9, (0.1335, -0.05, 0.0), 0, 0),
)
_COLUMNS = 44


def read_deepmimic(path: Path) -> JointMotion:
    """Read a DeepMimic motion; frames of uneven duration are brought to an even rate.

    Raises:
        MotionError: the file is not such a motion.
    """
    frames = _read_frames(path)
    start = np.concatenate([[0.0], np.cumsum(frames[:-1, 0])])
    if len(frames) < 2 or not np.all(np.diff(start) > 0.0):
        raise MotionError(f"'{path}': needs two or more frames of positive duration")
    if np.diff(start).max() > LONGEST_GAP:
        frame = int(np.argmax(np.diff(start)))
        raise MotionError(f"'{path}': frame {frame} lasts {frames[frame, 0]:.4g} s")
    rate = 1.0 / float(np.median(np.diff(start)))
    check_times(path, 1 + round(start[-1] * rate), rate)
    time = np.arange(int(start[-1] * rate + 1e-6) + 1) / rate
    offset = np.tile([joint[2] for joint in _JOINTS], (len(time), 1, 1))
    offset[:, 0] = [[np.interp(t, start, frames[:, c]) for c in (1, 2, 3)] for t in time]
    local = np.tile(np.eye(3), (len(time), len(_JOINTS), 1, 1))
    for i, (_, _, _, column, size) in enumerate(_JOINTS):
        if size:
            local[:, i] = Slerp(start, _rotation(frames[:, column : column + size]))(
                np.minimum(time, start[-1])
            ).as_matrix()
    parents = tuple(joint[1] for joint in _JOINTS)
    position, rotation = forward_kinematics(parents, offset, local)
    return JointMotion(tuple(j[0] for j in _JOINTS), parents, position, rotation, rate)


def _rotation(block: np.ndarray) -> Rotation:
    if block.shape[1] == 1:
        return Rotation.from_rotvec(block * np.array([0.0, 0.0, 1.0]))
    return Rotation.from_quat(block, scalar_first=True)


def _read_frames(path: Path) -> np.ndarray:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        frames = np.array(content["Frames"], dtype=float)
    except (ValueError, LookupError, TypeError, OverflowError, RecursionError) as error:
        raise MotionError(f"'{path}': not a DeepMimic motion: {error!r}") from error
    if frames.ndim != 2 or frames.shape[1] != _COLUMNS:
        raise MotionError(
            f"'{path}': not a DeepMimic humanoid motion: frames have the shape {frames.shape} and "
            f"not (frames, {_COLUMNS})"
        )
    check_frames(path, len(frames), len(_JOINTS))
    check_numbers(path, "'Frames'", frames, LARGEST)
    for name, _, _, column, size in _JOINTS:
        if size == 4 and np.any(np.linalg.norm(frames[:, column : column + 4], axis=1) < 0.5):
            raise MotionError(f"'{path}': the orientation of '{name}' is not a unit quaternion")
    return frames
