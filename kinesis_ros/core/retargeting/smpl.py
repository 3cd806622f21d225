# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""AMASS and SMPL-H npz: joint rotations of SMPL's skeleton (the format of the KIT data).

Only rotations and the root's path are read. The body's shape (betas) is not used and no SMPL
model is needed: bones have the proportions of a mean adult, rounded to half a centimetre, and
the length of the stride is found from the standing feet (`ground.set_stride`).
"""

import zipfile
from pathlib import Path

import numpy as np
from scipy.spatial.transform import Rotation

from kinesis_ros.core.retargeting.errors import MotionError
from kinesis_ros.core.retargeting.joint_motion import JointMotion, forward_kinematics

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


def read_smpl(path: Path, rate: float | None = None) -> JointMotion:
    """Read an AMASS npz file.

    Args:
        path: of the file.
        rate: frames per second [Hz], for files that do not tell it.

    Raises:
        MotionError: the file is broken or of another kind.
    """
    fields = _read_fields(path)
    poses, root = _poses(path, fields), np.asarray(fields["trans"], dtype=float)
    if root.shape != (len(poses), 3):
        raise MotionError(
            f"'{path}': 'trans' has the shape {root.shape}, 'poses' has {len(poses)} frames"
        )
    for name, values in (("poses", poses), ("trans", root)):
        bad = ~np.isfinite(values.reshape(len(values), -1)).all(axis=1)
        if bad.any():
            frame = int(np.argmax(bad))
            raise MotionError(f"'{path}': '{name}' has a NaN or infinite number in frame {frame}")
    known = next((float(fields[key]) for key in _RATE_KEYS if key in fields), rate)
    if known is None or not known > 0.0:
        raise MotionError(
            f"'{path}': no frame rate, none of {', '.join(_RATE_KEYS)} is there; give it (--rate)"
        )
    offset = np.tile([joint[2] for joint in _JOINTS], (len(poses), 1, 1))
    offset[:, 0] = root
    turns = poses[:, : 3 * len(_JOINTS)].reshape(-1, 3)
    local = Rotation.from_rotvec(turns).as_matrix().reshape(len(poses), len(_JOINTS), 3, 3)
    parents = tuple(joint[1] for joint in _JOINTS)
    position, rotation = forward_kinematics(parents, offset, local)
    return JointMotion(
        tuple(j[0] for j in _JOINTS), parents, position, rotation, known, sized=False
    )


def _read_fields(path: Path) -> dict[str, np.ndarray]:
    wanted = ("poses", "root_orient", "pose_body", "trans", *_RATE_KEYS)
    try:
        with np.load(path, allow_pickle=False) as archive:
            if "states" in archive.files:
                raise MotionError(f"'{path}': is a clip already")
            fields = {key: archive[key] for key in wanted if key in archive.files}
            present = ", ".join(archive.files)
    except MotionError:
        raise
    except (OSError, ValueError, EOFError, AttributeError, zipfile.BadZipFile) as error:
        raise MotionError(f"'{path}': not a readable npz file: {error}") from error
    if "trans" not in fields or not ("poses" in fields or "root_orient" in fields):
        raise MotionError(
            f"'{path}': not an AMASS motion: it needs poses and trans; it has: {present}"
        )
    return fields


def _poses(path: Path, fields: dict[str, np.ndarray]) -> np.ndarray:
    if "poses" in fields:
        poses = np.asarray(fields["poses"], dtype=float)
    elif "pose_body" in fields:
        parts = [np.asarray(fields[key], dtype=float) for key in ("root_orient", "pose_body")]
        poses = np.concatenate(parts, axis=1)
    else:
        raise MotionError(f"'{path}': 'root_orient' is there and 'pose_body' is not")
    if poses.ndim == 3 and poses.shape[2] == 3:
        poses = poses.reshape(len(poses), -1)
    if poses.ndim != 2 or poses.shape[1] < 3 * len(_JOINTS) or poses.shape[1] % 3:
        raise MotionError(
            f"'{path}': 'poses' has the shape {poses.shape}, expected (frames, 66, 72, 156 or 165)"
        )
    return poses
