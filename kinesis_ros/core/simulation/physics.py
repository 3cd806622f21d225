# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Compiled physics of one control step: excite the muscles and let time pass."""

import numpy as np

from kinesis_ros.core.compiled import native, njit
from kinesis_ros.core.muscles import CoordinationTables, CoordinationWorkspace
from kinesis_ros.core.muscles.coordination import coordinate

_mj_step1 = native.mj_step1
_mj_step2 = native.mj_step2


@njit(cache=True, nogil=True)
def advance_coordinated(
    model: int,
    data: int,
    view: native.DataView,
    tables: CoordinationTables,
    work: CoordinationWorkspace,
    setpoint: np.ndarray,
    substeps: int,
    timestep: float,
) -> float:
    """Run `substeps` of physics with muscles coordinated to `setpoint` (num_joints,) [rad].

    `model` and `data` are addresses. Everything that depends on position and velocity must be up
    to date (mj_forward after a reset) and is so again afterwards: each step is split after
    MuJoCo's velocity stage, so that coordination sees the present muscles and nothing is
    computed twice. Returns the mean squared activation.
    """
    effort = 0.0
    for _ in range(substeps):
        coordinate(tables, view, work, setpoint, timestep)
        _mj_step2(model, data)
        _mj_step1(model, data)
        for i in range(view.act.shape[0]):
            effort += view.act[i] * view.act[i]
    return effort / (substeps * view.act.shape[0])


@njit(cache=True, nogil=True)
def advance_held(model: int, data: int, substeps: int) -> None:
    """Run `substeps` of physics with the control signals as they are.

    As `advance_coordinated`, it needs up-to-date positions and velocities and leaves them so.
    """
    for _ in range(substeps):
        _mj_step2(model, data)
        _mj_step1(model, data)
