# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""HumanML3D: places of SMPL's 22 joints, or the 263 features that motion models work with.

Source of the features: Guo et al. (2022), 'Generating diverse and natural 3D human motions from
text', recover_from_ric: turning speed about y, velocity in the heading's frame, height of the
root, then the places of the other joints relative to the root and its heading.
"""

from pathlib import Path

import numpy as np
from scipy.spatial.transform import Rotation

from kinesis_ros.core.motion.npz_file import DamagedFileError, read_npy
from kinesis_ros.core.retargeting.errors import MotionError
from kinesis_ros.core.retargeting.joint_motion import JointMotion
from kinesis_ros.core.retargeting.limits import LARGEST, check_frames, check_numbers, check_times
from kinesis_ros.core.retargeting.point_motion import motion_of_points

_RATE = 20.0  # [Hz] of the data set
_JOINTS, _FEATURES = 22, 263
_PARTS = {
    **{"pelvis": 0, "trunk": 12},
    **{"thigh_l": 1, "shank_l": 4, "foot_l": 7, "toe_l": 10},
    **{"thigh_r": 2, "shank_r": 5, "foot_r": 8, "toe_r": 11},
}
_SPINE = 3


def read_humanml3d(path: Path, rate: float | None = None) -> JointMotion:
    """Read a .npy of joints (frames, 22, 3) or of features (frames, 263).

    Args:
        path: of the file.
        rate: frames per second [Hz]; None: 20, as in HumanML3D.

    Raises:
        MotionError: it holds something else.
    """
    try:
        values = read_npy(path)
    except DamagedFileError as error:
        raise MotionError(f"'{path}': not a readable npy file: {error}") from error
    if values.ndim == 4 and len(values) == 1:  # as models give it: a batch of one
        values = values[0]
    if values.dtype.kind not in "fiu" or values.shape[1:] not in ((_JOINTS, 3), (_FEATURES,)):
        raise MotionError(
            f"'{path}': an array of {values.dtype} with the shape {values.shape}; HumanML3D has "
            f"(frames, {_JOINTS}, 3) or (frames, {_FEATURES})"
        )
    check_frames(path, len(values), _JOINTS)
    values = values.astype(float)
    check_numbers(path, "the array", values, LARGEST)
    check_times(path, len(values), rate or _RATE)
    joints = values if values.ndim == 3 else joints_of(values)
    point = {part: joints[:, index] for part, index in _PARTS.items()}
    flags = () if rate else (f"no frame rate in an .npy, took {_RATE:g} Hz (--rate)",)
    up = joints[:, _SPINE] - joints[:, 0]
    return motion_of_points(point, rate or _RATE, up, flags)


def joints_of(features: np.ndarray) -> np.ndarray:
    """Places (frames, 22, 3) of the joints, y up, of features (frames, 263)."""
    # The data set stores half the angle: its quaternion is (cos a, 0, sin a, 0).
    half = np.concatenate([[0.0], np.cumsum(features[:-1, 0])])
    back = Rotation.from_rotvec(np.column_stack([0.0 * half, -2.0 * half, 0.0 * half]))
    step = np.zeros((len(features), 3))
    step[1:, [0, 2]] = features[:-1, 1:3]
    root = np.cumsum(back.apply(step), axis=0)
    others = features[:, 4 : 4 + 3 * (_JOINTS - 1)].reshape(len(features), -1, 3)
    turned = np.einsum("fij,fnj->fni", back.as_matrix(), others) + root[:, None]
    root[:, 1] = features[:, 3]
    return np.concatenate([root[:, None], turned], axis=1)
