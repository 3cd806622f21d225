# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""From root motion and joint angles to complete kinematic states."""

import mujoco
import numpy as np

from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.body.model import Body, load_body
from kinesis_ros.core.body.state_access import StateTables, read_state, state_tables, write_state
from kinesis_ros.core.compiled import native
from kinesis_ros.core.maths import rotations
from urdf_mjcf.registry import DEFAULT_BODY


class Kinematics:
    """Forward kinematics of the legs, with the knee's coupled coordinates.

    Args:
        body: any body; they share their legs. Default: legs80.
    """

    def __init__(self, body: Body | None = None) -> None:
        self.body = body or load_body(DEFAULT_BODY)
        self._data = mujoco.MjData(self.body.model)
        self._view = native.view(self._data)
        self._tables: StateTables = state_tables(self.body)

    def place(self, state: np.ndarray) -> mujoco.MjData:
        """Put the model into `state` (STATE_SIZE,) and return its data with body positions."""
        write_state(self._tables, self._view, state)
        mujoco.mj_kinematics(self.body.model, self._data)
        return self._data

    def complete(self, states: np.ndarray) -> np.ndarray:
        """Fill the key positions of states (frames, STATE_SIZE) in place and return them."""
        for state in states:
            position = state[ks.POSITION].copy()
            self.place(state)
            read_state(self._tables, self._view, state)
            state[ks.POSITION] = position
        return states


def states_from_motion(
    kinematics: Kinematics,
    position: np.ndarray,
    quaternion: np.ndarray,
    joint_position: np.ndarray,
    rate: float,
) -> np.ndarray:
    """Make kinematic states of a motion: velocities by central differences, key positions.

    Args:
        kinematics: of a body.
        position: (frames, 3) pelvis in the world [m].
        quaternion: (frames, 4) base_link to world.
        joint_position: (frames, 14) `LEG_JOINTS` [rad].
        rate: frames per second [Hz].

    Returns:
        (frames, STATE_SIZE) kinematic states.
    """
    frames = len(position)
    states = np.zeros((frames, ks.STATE_SIZE))
    states[:, ks.POSITION] = position
    states[:, ks.QUATERNION] = continuous(quaternion)
    states[:, ks.JOINT_POSITION] = joint_position
    if frames > 1:
        states[:, ks.LINEAR_VELOCITY] = np.gradient(position, 1.0 / rate, axis=0)
        states[:, ks.JOINT_VELOCITY] = np.gradient(joint_position, 1.0 / rate, axis=0)
        states[:, ks.ANGULAR_VELOCITY] = angular_velocity(states[:, ks.QUATERNION], rate)
    return kinematics.complete(states)


def continuous(quaternion: np.ndarray) -> np.ndarray:
    """The same unit orientations (frames, 4), each with the sign nearest to its predecessor."""
    unit = quaternion / np.linalg.norm(quaternion, axis=1, keepdims=True)
    flips = np.sign(np.sum(unit[1:] * unit[:-1], axis=1))
    flips[flips == 0.0] = 1.0
    unit[1:] *= np.cumprod(flips)[:, None]
    return unit


def angular_velocity(quaternion: np.ndarray, rate: float) -> np.ndarray:
    """Angular velocity (frames, 3) [rad/s] in the rotating frame, by central differences."""
    derivative = np.gradient(quaternion, 1.0 / rate, axis=0)
    return np.array(
        [
            2.0 * rotations.multiply(rotations.conjugate(q), dq)[1:]
            for q, dq in zip(quaternion, derivative, strict=True)
        ]
    )
