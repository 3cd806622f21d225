# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Set-point servo gains of every joint of every body, by name."""

import dataclasses
import re
from collections.abc import Sequence

import numpy as np

DAMPING_TIME = 0.03  # [s] damping = stiffness * this


@dataclasses.dataclass(frozen=True)
class JointGains:
    """Gains of a list of joints, each array (num_joints,).

    Attributes:
        stiffness: torque per set-point error [N m/rad].
        damping: torque per joint speed [N m s/rad].
        torque_limit: largest wanted torque [N m].
        torque_scale: a torque error of this size counts as 1 in load sharing [N m].
    """

    stiffness: np.ndarray
    damping: np.ndarray
    torque_limit: np.ndarray
    torque_scale: np.ndarray


# (joint name pattern, stiffness, torque limit, torque scale); the first match counts.
_TABLE = [
    (r"hip_flexion_[rl]$", 180.0, 250.0, 30.0),
    (r"hip_adduction_[rl]$", 180.0, 150.0, 30.0),
    (r"hip_rotation_[rl]$", 90.0, 80.0, 30.0),
    (r"knee_angle_[rl]$", 180.0, 250.0, 30.0),
    (r"ankle_angle_[rl]$", 90.0, 220.0, 30.0),
    (r"subtalar_angle_[rl]$", 45.0, 60.0, 15.0),
    (r"mtp_angle_[rl]$", 12.0, 30.0, 6.0),
    (r"flex_extension$", 600.0, 250.0, 30.0),
    (r"lat_bending$", 600.0, 200.0, 30.0),
    (r"axial_rotation$", 300.0, 100.0, 30.0),
    (r"(elv_angle|shoulder_elv|shoulder_rot)_[rl]$", 40.0, 60.0, 10.0),
    (r"elbow_flexion_[rl]$", 25.0, 40.0, 5.0),
    (r"pro_sup_[rl]$", 4.0, 8.0, 2.0),
    (r"(deviation|flexion)_[rl]$", 4.0, 8.0, 2.0),
    (r"", 0.4, 1.0, 0.5),  # thumb and fingers
]


def gains_for(joints: Sequence[str]) -> JointGains:
    """Look up the gains of `joints`."""
    rows = [next(row for row in _TABLE if re.match(row[0], joint)) for joint in joints]
    stiffness = np.array([row[1] for row in rows])
    return JointGains(
        stiffness=stiffness,
        damping=stiffness * DAMPING_TIME,
        torque_limit=np.array([row[2] for row in rows]),
        torque_scale=np.array([row[3] for row in rows]),
    )
