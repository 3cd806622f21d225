# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Keeps a planned motion in balance: where the pelvis has to go so that the feet carry the body.

The zero moment point is where the floor's reaction has to act for the motion to happen
(Vukobratovic & Borovac 2004). It must lie under the feet, so the pelvis is moved until it does:
an inverted pendulum tells how the zero moment point answers, the whole body how far it is off.
"""

import mujoco
import numpy as np

from kinesis_ros.core.body import CONTROL_RATE, GRAVITY, Kinematics

_EFFORT = 2e-4  # [s^4] weight of squared accelerations against squared distances
_HELD = 2  # frames at each end that stay as they are


def zero_moment_points(kinematics: Kinematics, states: np.ndarray) -> np.ndarray:
    """Where the floor's reaction has to act, (frames, 2) [m], for states (frames, STATE_SIZE)."""
    model = kinematics.body.model
    mass = float(model.body_subtreemass[0])
    centre, momentum = np.empty((len(states), 3)), np.empty((len(states), 3))
    for i, state in enumerate(states):
        data = kinematics.place(state)
        mujoco.mj_comPos(model, data)
        mujoco.mj_comVel(model, data)
        mujoco.mj_subtreeVel(model, data)
        centre[i], momentum[i] = data.subtree_com[0], data.subtree_angmom[0]
    step = 1.0 / CONTROL_RATE
    acceleration = np.gradient(np.gradient(centre, step, axis=0), step, axis=0)
    moment = np.asarray(np.gradient(momentum, step, axis=0)) / mass
    lift = GRAVITY + acceleration[:, 2:]
    tilting = np.stack([moment[:, 1], -moment[:, 0]], axis=1)
    return centre[:, :2] - (centre[:, 2:] * acceleration[:, :2] + tilting) / lift


class Balancer:
    """Moves a path of the pelvis so that its zero moment point changes as wanted.

    Args:
        frames: of the path.
        height: of the centre of mass [m].
    """

    def __init__(self, frames: int, height: float) -> None:
        free = np.arange(_HELD, frames - _HELD)
        curvature = np.zeros((frames, frames))
        inner = np.arange(1, frames - 1)
        for offset, weight in ((-1, 1.0), (0, -2.0), (1, 1.0)):
            curvature[inner, inner + offset] = weight * CONTROL_RATE**2
        pendulum = np.eye(frames) - height / GRAVITY * curvature
        self._free, self._frames, self._pendulum = free, frames, pendulum
        system = np.concatenate([pendulum[:, free], np.sqrt(_EFFORT) * curvature[:, free]])
        self._inverse = np.linalg.pinv(system)

    def shift(self, wanted: np.ndarray) -> np.ndarray:
        """Displacement of the pelvis, (frames, 2) [m], for one of its zero moment points."""
        result = np.zeros((self._frames, 2))
        result[self._free] = self._inverse @ np.concatenate([wanted, np.zeros_like(wanted)])
        return result

    def correction(self, centre: np.ndarray, support: np.ndarray) -> np.ndarray:
        """How to displace a pendulum's path so that its zero moment point is as wanted.

        Args:
            centre: (frames, 2) path of the centre of mass [m].
            support: (frames, 2) wanted [m].
        """
        return self.shift(support - self._pendulum @ centre)


def standing_centre(kinematics: Kinematics, state: np.ndarray) -> np.ndarray:
    """Centre of mass (3,) [m] of a state (STATE_SIZE,)."""
    data = kinematics.place(state)
    mujoco.mj_comPos(kinematics.body.model, data)
    return data.subtree_com[0].copy()
