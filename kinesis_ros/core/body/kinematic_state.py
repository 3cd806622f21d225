# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The kinematic state: one flat vector for what the body does and what it should do.

The simulated body, a clip's frames, a generator's output and a reference over ROS all use this
layout, so they can be compared, stored and observed by the same code.

| block | size | unit | frame |
| --- | --- | --- | --- |
| position | 3 | m | pelvis (base_link) in the world: x forward, y left, z up |
| quaternion | 4 | 1 | base_link to world, (w, x, y, z) |
| linear velocity | 3 | m/s | of the pelvis, in the world |
| angular velocity | 3 | rad/s | of the pelvis, in base_link |
| joint position | 14 | rad | `LEG_JOINTS`, OpenSim's names and signs |
| joint velocity | 14 | rad/s | |
| key position | 21 | m | `KEY_BODIES` in the world, three numbers each |
"""

import numpy as np

from kinesis_ros.core.body.sides import SIDES

JOINT_KINDS = (
    "hip_flexion",
    "hip_adduction",
    "hip_rotation",
    "knee_angle",
    "ankle_angle",
    "subtalar_angle",
    "mtp_angle",
)
LEG_JOINTS = tuple(f"{kind}_{side}" for side in SIDES for kind in JOINT_KINDS)
KEY_BODIES = ("pelvis", "tibia_r", "talus_r", "toes_r", "tibia_l", "talus_l", "toes_l")

NUM_JOINTS = len(LEG_JOINTS)
NUM_KEYS = len(KEY_BODIES)

# Single numbers of the state, also in compiled code.
X, Y, Z = 0, 1, 2  # position of the pelvis
QW, QX, QY, QZ = 3, 4, 5, 6  # quaternion
VX, VY, VZ = 7, 8, 9  # linear velocity
WX, WY, WZ = 10, 11, 12  # angular velocity
JOINT0 = 13  # the first joint's position
SPEED0 = JOINT0 + NUM_JOINTS  # the first joint's velocity
KEY0 = SPEED0 + NUM_JOINTS  # x of the first key body
STATE_SIZE = KEY0 + 3 * NUM_KEYS

POSITION = slice(X, Z + 1)
GROUND_POSITION = slice(X, Y + 1)  # the pelvis seen from above
QUATERNION = slice(QW, QZ + 1)
LINEAR_VELOCITY = slice(VX, VZ + 1)
GROUND_VELOCITY = slice(VX, VY + 1)
TWIST = slice(VX, WZ + 1)  # linear and angular velocity
ANGULAR_VELOCITY = slice(WX, WZ + 1)
JOINT_POSITION = slice(JOINT0, SPEED0)
JOINT_VELOCITY = slice(SPEED0, KEY0)
KEY_POSITION = slice(KEY0, STATE_SIZE)


def mirror(states: np.ndarray) -> np.ndarray:
    """Swap left and right (reflection at the world's x-z plane) of states (..., STATE_SIZE).

    OpenSim's joint signs are already mirror images of each other, so legs are only swapped.
    """
    mirrored = states.copy()
    mirrored[..., [Y, VY]] *= -1.0
    mirrored[..., [QX, QZ]] *= -1.0
    mirrored[..., [WX, WZ]] *= -1.0
    half = NUM_JOINTS // 2
    for block in (JOINT_POSITION, JOINT_VELOCITY):
        mirrored[..., block] = np.roll(states[..., block], half, axis=-1)
    keys = states[..., KEY_POSITION].reshape(*states.shape[:-1], NUM_KEYS, 3)
    swapped = keys[..., [0, 4, 5, 6, 1, 2, 3], :] * np.array([1.0, -1.0, 1.0])
    mirrored[..., KEY_POSITION] = swapped.reshape(*states.shape[:-1], 3 * NUM_KEYS)
    return mirrored


def transform(states: np.ndarray, angle: float, translation: np.ndarray) -> np.ndarray:
    """Turn states (..., STATE_SIZE) about the vertical world axis, then move them.

    Args:
        states: kinematic states.
        angle: rotation about world z [rad].
        translation: (3,) displacement added after the rotation [m].
    """
    cosine, sine = np.cos(angle), np.sin(angle)
    rotation = np.array([[cosine, -sine, 0.0], [sine, cosine, 0.0], [0.0, 0.0, 1.0]])
    moved = states.copy()
    moved[..., POSITION] = states[..., POSITION] @ rotation.T + translation
    moved[..., LINEAR_VELOCITY] = states[..., LINEAR_VELOCITY] @ rotation.T
    keys = states[..., KEY_POSITION].reshape(*states.shape[:-1], NUM_KEYS, 3)
    moved[..., KEY_POSITION] = (keys @ rotation.T + translation).reshape(*states.shape[:-1], -1)
    w, x, y, z = np.moveaxis(states[..., QUATERNION], -1, 0)
    c, s = np.cos(0.5 * angle), np.sin(0.5 * angle)
    moved[..., QUATERNION] = np.stack(
        [c * w - s * z, c * x - s * y, c * y + s * x, c * z + s * w], axis=-1
    )
    return moved
