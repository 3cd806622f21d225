# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Compiled differences of foot poses that hold in every attitude: a runner's sole faces backward.

A pose has seven numbers: position [m], yaw, pitch and roll, angle of the toes [rad]. A difference
has seven, too: way [m]; a turn about the vertical, then pitch and roll about the foot's own axes
[rad]; difference of the toes. Differences of the angles themselves would do the same for level
feet, but jump where a foot points straight down.
"""

import numpy as np

from kinesis_ros.core.compiled import njit
from kinesis_ros.core.leg.kinematics import euler_angles, euler_matrix


@njit(cache=True, nogil=True)
def difference(pose: np.ndarray, base: np.ndarray) -> np.ndarray:
    """What leads from the `base` pose (7,) to `pose`, (7,)."""
    before = euler_matrix(base[3], base[4], base[5])
    after = euler_matrix(pose[3], pose[4], pose[5])
    # Turned by -yaw, the foot's new x axis must be across its old y axis: pitch keeps it there.
    x, y = after[:, 0], before[:, 1]
    cosine, sine = y[0] * x[0] + y[1] * x[1], y[0] * x[1] - y[1] * x[0]
    length = np.hypot(cosine, sine)
    if length > 0.0:
        share = min(1.0, max(-1.0, -y[2] * x[2] / length))
        yaw = np.arcsin(share) - np.arctan2(cosine, sine)
        if yaw > 0.5 * np.pi or yaw < -0.5 * np.pi:
            yaw = np.pi - np.arcsin(share) - np.arctan2(cosine, sine)
    else:
        yaw = 0.0
    turned = before.T @ euler_matrix(-yaw, 0.0, 0.0) @ after
    result = pose - base
    result[3] = np.arctan2(np.sin(yaw), np.cos(yaw))
    result[4] = np.arctan2(-turned[2, 0], turned[0, 0])
    result[5] = np.arctan2(-turned[1, 2], turned[1, 1])
    return result


@njit(cache=True, nogil=True)
def displaced(base: np.ndarray, by: np.ndarray) -> np.ndarray:
    """The pose (7,) that the difference `by` (7,) leads to: the inverse of `difference`."""
    before = euler_matrix(base[3], base[4], base[5])
    pose = base + by
    pose[3:6] = euler_angles(
        euler_matrix(by[3], 0.0, 0.0) @ before @ euler_matrix(0.0, by[4], by[5])
    )
    return pose
