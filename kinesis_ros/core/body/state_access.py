# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The kinematic state in MuJoCo's arrays: read from a body, and written into one."""

from typing import NamedTuple

import mujoco
import numpy as np

from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.body.model import ROOT_TO_BASE, Body
from kinesis_ros.core.compiled import native, njit
from kinesis_ros.core.maths import compiled_quartic, compiled_quartic_slope, rotations


class StateTables(NamedTuple):
    """Where the parts of the kinematic state are in the model's arrays."""

    leg_qpos: np.ndarray  # (14,)
    leg_dofs: np.ndarray  # (14,)
    key_bodies: np.ndarray  # (7,)
    follower_qpos: np.ndarray  # (couplings,)
    follower_dof: np.ndarray
    leader_qpos: np.ndarray
    leader_dof: np.ndarray
    coefficients: np.ndarray  # (couplings, 5)


def state_tables(body: Body) -> StateTables:
    """Collect the addresses for `read_state` and `write_state`."""
    couplings = body.couplings
    return StateTables(
        body.leg_qpos,
        body.leg_dofs,
        body.key_bodies,
        couplings.follower_qpos,
        couplings.follower_dof,
        couplings.leader_qpos,
        couplings.leader_dof,
        couplings.coefficients,
    )


_BASE = ROOT_TO_BASE.copy()
_BASE_INVERSE = ROOT_TO_BASE * np.array([1.0, -1.0, -1.0, -1.0])


@njit(cache=True, nogil=True)
def read_state(tables: StateTables, view: native.DataView, state: np.ndarray) -> None:
    """Write the body's kinematic state (STATE_SIZE,); body positions must be up to date."""
    state[ks.POSITION] = view.qpos[0:3]
    state[ks.QUATERNION] = rotations.multiply(view.qpos[3:7], _BASE)
    state[ks.LINEAR_VELOCITY] = view.qvel[0:3]
    state[ks.ANGULAR_VELOCITY] = rotations.rotate(_BASE_INVERSE, view.qvel[3:6])
    for j in range(ks.NUM_JOINTS):
        state[ks.JOINT0 + j] = view.qpos[tables.leg_qpos[j]]
        state[ks.SPEED0 + j] = view.qvel[tables.leg_dofs[j]]
    for k in range(ks.NUM_KEYS):
        body = tables.key_bodies[k]
        for axis in range(3):
            state[ks.KEY0 + 3 * k + axis] = view.xpos[3 * body + axis]


@njit(cache=True, nogil=True)
def write_state(tables: StateTables, view: native.DataView, state: np.ndarray) -> None:
    """Put the body into a kinematic state (STATE_SIZE,), coupled coordinates included."""
    view.qpos[0:3] = state[ks.POSITION]
    view.qpos[3:7] = rotations.multiply(state[ks.QUATERNION], _BASE_INVERSE)
    view.qvel[0:3] = state[ks.LINEAR_VELOCITY]
    view.qvel[3:6] = rotations.rotate(_BASE, state[ks.ANGULAR_VELOCITY])
    for j in range(ks.NUM_JOINTS):
        view.qpos[tables.leg_qpos[j]] = state[ks.JOINT0 + j]
        view.qvel[tables.leg_dofs[j]] = state[ks.SPEED0 + j]
    for i in range(tables.follower_qpos.shape[0]):
        leader = tables.leader_qpos[i]
        c = tables.coefficients[i]
        x = view.qpos[leader] if leader >= 0 else 0.0
        speed = view.qvel[tables.leader_dof[i]] if leader >= 0 else 0.0
        view.qpos[tables.follower_qpos[i]] = compiled_quartic(c, x)
        view.qvel[tables.follower_dof[i]] = speed * compiled_quartic_slope(c, x)


def state_of(body: Body, data: mujoco.MjData) -> np.ndarray:
    """Kinematic state (STATE_SIZE,) of `data`; body positions must be up to date."""
    state = np.empty(ks.STATE_SIZE)
    read_state(state_tables(body), native.view(data), state)
    return state
