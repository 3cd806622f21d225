# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The kinematic state as OpenSim coordinates, and back.

OpenSim's ground is x forward, y up, z right; ours is x forward, y left, z up (REP-103). The
pelvis is turned by tilt about z, then list about x, then rotation about y (body-fixed axes), as
in gait2392 and Rajagopal 2016. Speeds are the rates of the coordinates, as in a .sto file.
"""

import numpy as np

from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.compiled import njit
from kinesis_ros.core.maths import rotations

PELVIS_COORDINATES = (
    "pelvis_tilt",
    "pelvis_list",
    "pelvis_rotation",
    "pelvis_tx",
    "pelvis_ty",
    "pelvis_tz",
)
COORDINATES = PELVIS_COORDINATES + ks.LEG_JOINTS
NUM_COORDINATES = len(COORDINATES)

# Below this the pelvis lies exactly on its side, where tilt and rotation turn about one axis:
# the split of the speed between them is then arbitrary, but it stays finite and reversible.
_LEAST_COSINE = 1e-6


@njit(cache=True, nogil=True)
def write_coordinates(state: np.ndarray, position: np.ndarray, velocity: np.ndarray) -> None:
    """Write the coordinates of `state`.

    Args:
        state: (STATE_SIZE,) kinematic state.
        position: (20,) output in the order of `COORDINATES` [rad, m].
        velocity: (20,) output, their rates [rad/s, m/s].
    """
    w, x, y, z = state[ks.QW], state[ks.QX], state[ks.QY], state[ks.QZ]
    forward_z = 2.0 * (x * z + w * y)  # the world's x component of base_link's z axis, ...
    left_x, left_y = 2.0 * (x * y + w * z), 1.0 - 2.0 * (x * x + z * z)
    left_z, up_z = 2.0 * (y * z - w * x), 1.0 - 2.0 * (x * x + y * y)
    tilt = np.arctan2(-forward_z, up_z)
    lean = np.arcsin(min(max(-left_z, -1.0), 1.0))
    turn = np.arctan2(left_x, left_y)
    position[0], position[1], position[2] = tilt, lean, turn
    position[3], position[4], position[5] = state[ks.X], state[ks.Z], -state[ks.Y]
    cosine, sine = np.cos(turn), np.sin(turn)
    # In the pelvis, OpenSim's axes.
    rate_x, rate_y, rate_z = state[ks.WX], state[ks.WZ], -state[ks.WY]
    tilt_rate = (cosine * rate_z - sine * rate_x) / max(np.cos(lean), _LEAST_COSINE)
    velocity[0] = tilt_rate
    velocity[1] = cosine * rate_x + sine * rate_z
    velocity[2] = rate_y - np.sin(lean) * tilt_rate
    velocity[3], velocity[4], velocity[5] = state[ks.VX], state[ks.VZ], -state[ks.VY]
    position[6:20] = state[ks.JOINT_POSITION]
    velocity[6:20] = state[ks.JOINT_VELOCITY]


@njit(cache=True, nogil=True)
def read_coordinates(position: np.ndarray, velocity: np.ndarray, state: np.ndarray) -> None:
    """Write all of `state` (STATE_SIZE,) but its key positions; see `write_coordinates`."""
    tilt, lean, turn = position[0], position[1], position[2]
    about_y = np.array([np.cos(0.5 * tilt), 0.0, -np.sin(0.5 * tilt), 0.0])
    about_x = np.array([np.cos(0.5 * lean), np.sin(0.5 * lean), 0.0, 0.0])
    tilted = rotations.multiply(about_y, about_x)
    state[ks.QUATERNION] = rotations.multiply(tilted, rotations.from_heading(turn))
    state[ks.X], state[ks.Y], state[ks.Z] = position[3], -position[5], position[4]
    state[ks.VX], state[ks.VY], state[ks.VZ] = velocity[3], -velocity[5], velocity[4]
    cosine, sine = np.cos(turn), np.sin(turn)
    along_z = velocity[0] * max(np.cos(lean), _LEAST_COSINE)
    state[ks.WX] = cosine * velocity[1] - sine * along_z
    state[ks.WY] = -(sine * velocity[1] + cosine * along_z)
    state[ks.WZ] = velocity[2] + np.sin(lean) * velocity[0]
    state[ks.JOINT_POSITION] = position[6:20]
    state[ks.JOINT_VELOCITY] = velocity[6:20]
