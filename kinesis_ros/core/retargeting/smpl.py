# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""AMASS and SMPL-H npz: joint rotations of SMPL's skeleton (the format of the KIT data).

Only rotations and the root's path are read. The body's shape (betas) is not used and no SMPL
model is needed: bones have the proportions of a mean adult, rounded to half a centimetre, and
the length of the stride is found from the standing feet (`ground.set_stride`).
"""

from pathlib import Path

import numpy as np
from scipy.spatial.transform import Rotation

from kinesis_ros.core.motion.npz_file import DamagedFileError, names_in_npz, read_npz
from kinesis_ros.core.retargeting.errors import MotionError
from kinesis_ros.core.retargeting.joint_motion import JointMotion, forward_kinematics
from kinesis_ros.core.retargeting.limits import LARGEST, check_frames, check_numbers, check_times

# name, parent, offset [m] in the parent at rest: x left, y up, z forward. SMPL's order of joints.
_JOINTS = (
    ("Pelvis", -1, (0.0, 0.0, 0.0)),
    ("L_Hip", 0, (0.07, -0.09, -0.005)),
    ("R_Hip", 0, (-0.07, -0.09, -0.005)),
    ("Spine1", 0, (0.0, 0.11, -0.025)),
    ("L_Knee", 1, (0.035, -0.38, -0.005)),
    ("R_Knee", 2, (-0.035, -0.38, -0.005)),
    ("Spine2", 3, (0.0, 0.135, 0.0)),
    ("L_Ankle", 4, (-0.015, -0.40, -0.045)),
    ("R_Ankle", 5, (0.015, -0.40, -0.045)),
    ("Spine3", 6, (0.0, 0.055, 0.025)),
    ("L_Foot", 7, (0.025, -0.05, 0.12)),
    ("R_Foot", 8, (-0.025, -0.05, 0.12)),
    ("Neck", 9, (0.0, 0.215, -0.045)),
)
_RATE_KEYS = ("mocap_framerate", "mocap_frame_rate", "fps", "frame_rate")
# Our name of a field -> how AMASS, SMPL-X and the trackers of people in films call it.
_FIELDS = {
    "poses": ("poses", "pose", "fullpose", "full_pose"),
    "root": ("root_orient", "global_orient"),
    "body": ("pose_body", "body_pose"),
    "trans": ("trans", "transl", "translation"),
}
_MOST_TURNED = 1e3  # [rad] of a rotation vector


def read_smpl(path: Path, rate: float | None = None) -> JointMotion:
    """Read an AMASS npz file.

    Args:
        path: of the file.
        rate: frames per second [Hz], for files that do not tell it.

    Raises:
        MotionError: the file is broken or of another kind.
    """
    fields = _read_fields(path)
    poses, root = _poses(path, fields), _numbers(path, fields, "trans")
    if root.shape != (len(poses), 3):
        raise MotionError(
            f"'{path}': 'trans' has the shape {root.shape}, 'poses' has {len(poses)} frames"
        )
    check_frames(path, len(poses), len(_JOINTS))
    check_numbers(path, "'poses'", poses, _MOST_TURNED)
    check_numbers(path, "'trans'", root, LARGEST)
    known = _rate(path, fields, rate)
    check_times(path, len(poses), known)
    offset = np.tile([joint[2] for joint in _JOINTS], (len(poses), 1, 1))
    offset[:, 0] = root
    turns = poses[:, : 3 * len(_JOINTS)].reshape(-1, 3)
    local = Rotation.from_rotvec(turns).as_matrix().reshape(len(poses), len(_JOINTS), 3, 3)
    parents = tuple(joint[1] for joint in _JOINTS)
    position, rotation = forward_kinematics(parents, offset, local)
    return JointMotion(
        tuple(j[0] for j in _JOINTS), parents, position, rotation, known, sized=False
    )


def _rate(path: Path, fields: dict[str, np.ndarray], given: float | None) -> float:
    """Frames per second [Hz]; a rate may be stored as a number or as an array of one."""
    key = next((key for key in _RATE_KEYS if key in fields), None)
    if key is None and given is None:
        raise MotionError(
            f"'{path}': no frame rate, none of {', '.join(_RATE_KEYS)} is there; give it (--rate)"
        )
    if key is None or given is not None:
        return given or 0.0
    rate = _numbers(path, fields, key)
    if rate.size != 1:
        raise MotionError(f"'{path}': '{key}' has the shape {rate.shape}, it must be one number")
    return float(rate.reshape(()))


def _read_fields(path: Path) -> dict[str, np.ndarray]:
    there = names_in_npz(path)
    if "states" in there:
        raise MotionError(f"'{path}': is a clip already")
    known = {name: ours for ours, names in _FIELDS.items() for name in names}
    known |= {key: key for key in _RATE_KEYS}
    try:
        read = read_npz(path, known)
    except DamagedFileError as error:
        raise MotionError(f"'{path}': not a readable npz file: {error}") from error
    fields = {known[name]: values for name, values in read.items()}
    if "trans" not in fields or not ("poses" in fields or "root" in fields):
        raise MotionError(
            f"'{path}': not an AMASS motion: it needs poses and trans; it has: {', '.join(there)}"
        )
    return fields


def _poses(path: Path, fields: dict[str, np.ndarray]) -> np.ndarray:
    """Rotation vectors (frames, at least 3 x joints) of all joints, the root first."""
    if "poses" in fields:
        poses = _by_frame(path, _numbers(path, fields, "poses"))
    elif "body" in fields:
        parts = [_by_frame(path, _numbers(path, fields, key)) for key in ("root", "body")]
        if len(parts[0]) != len(parts[1]):
            raise MotionError(
                f"'{path}': {len(parts[0])} frames of the root and {len(parts[1])} of the body"
            )
        poses = np.concatenate(parts, axis=1)
    else:
        raise MotionError(f"'{path}': 'root_orient' is there and 'pose_body' is not")
    if poses.shape[1] < 3 * len(_JOINTS) or poses.shape[1] % 3:
        raise MotionError(
            f"'{path}': 'poses' has the shape {poses.shape}, expected (frames, 66, 72, 156 or 165)"
        )
    return poses


def _by_frame(path: Path, values: np.ndarray) -> np.ndarray:
    if values.ndim == 3 and values.shape[2] == 3:
        return values.reshape(len(values), -1)
    if values.ndim != 2:
        raise MotionError(f"'{path}': rotations have the shape {values.shape}, not (frames, n)")
    return values


def _numbers(path: Path, fields: dict[str, np.ndarray], name: str) -> np.ndarray:
    values = fields[name]
    if values.dtype.kind not in "fiub":
        raise MotionError(f"'{path}': '{name}' holds {values.dtype} and no numbers")
    return values.astype(float)
