# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Kinetics in the reward: what the joints and the feet bear, beside what they should bear.

One flat row a control step, measured and wanted alike: `fitting.people_kinetics` says what
stands in it. NaN in a wanted row: nothing is wanted.
"""

import dataclasses
from typing import Annotated, NamedTuple

import numpy as np

from kinesis_ros.core.body import Body
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.compiled import native, njit
from kinesis_ros.core.muscles import CoordinationTables, CoordinationWorkspace
from kinesis_ros.core.muscles.coordination import coordinate
from kinesis_ros.options import Range, check
from kinesis_training.fitting import FORCE_AXES, KINETICS_SIZE

_HALF = ks.NUM_JOINTS // 2  # joints of a leg
_UP = FORCE_AXES.index("up")
# How much a squared error [(N m/kg)^2] of each joint of a leg counts, and of each force.
_MOMENT_SHARES = np.array([0.5, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0])
_FORCE_SHARES = np.array([10.0, 10.0, 1.0])
_MOMENT_SHARPNESS = 3.0  # the reward of a leg's moments is exp(-this * summed error)
_FORCE_SHARPNESS = 10.0
_IMPACT_MARGIN = 0.15  # [body weights] that the force may exceed people's without a price

_mj_step1 = native.mj_step1
_mj_step2 = native.mj_step2


@dataclasses.dataclass(frozen=True)
class KineticConfig:
    """What kinetics are worth beside the imitation; 0 in all of them leaves them unmeasured.

    Attributes:
        moments: reward of moments at hips, knees and ankles like people's, where the clip walks.
        forces: reward of ground reactions like people's, where the clip walks.
        impact: price of a vertical force above people's [1/body weight].
        jerks: price of quick changes of the moments' errors: the squared second difference from
            one control step to the next [1/(N m/kg)^2]. It passes what is faster than about 6 Hz.
    """

    moments: Annotated[float, Range(0.0)] = 0.0
    forces: Annotated[float, Range(0.0)] = 0.0
    impact: Annotated[float, Range(0.0)] = 0.0
    jerks: Annotated[float, Range(0.0)] = 0.0

    def __post_init__(self) -> None:
        check(self)


class KineticTask(NamedTuple):
    """The wanted kinetics and their worth, for compiled code."""

    wanted: np.ndarray  # (all frames, KINETICS_SIZE)
    moments: float
    forces: float
    impact: float
    jerks: float
    feet: np.ndarray  # (2,) where the force of each foot is in the sensor data
    mass: float  # [kg]
    weight: float  # [N]
    measured: bool


def kinetic_task(body: Body, wanted: np.ndarray, config: KineticConfig) -> KineticTask:
    """Collect what compiled code needs.

    Args:
        body: that is driven.
        wanted: (all frames, KINETICS_SIZE).
        config: what they are worth.
    """
    model = body.model
    root = int(model.body_rootid[model.body("pelvis").id])
    mass = float(model.body_subtreemass[root])
    measured = any(dataclasses.astuple(config)) and bool(body.muscles)
    sensors = ("floor_r", "floor_l") if measured else ()
    return KineticTask(
        wanted=np.ascontiguousarray(wanted),
        **dataclasses.asdict(config),
        feet=np.array([model.sensor(name).adr[0] for name in sensors], dtype=np.int64),
        mass=mass,
        weight=mass * float(np.linalg.norm(model.opt.gravity)),
        measured=measured,
    )


class Measurement(NamedTuple):
    """What a control step's kinetics are summed up in, scratch space of a thread."""

    row: np.ndarray  # (KINETICS_SIZE,) means
    peak: np.ndarray  # (2,) largest vertical force on each foot [body weights]


def new_measurement() -> Measurement:
    """Scratch space."""
    return Measurement(np.zeros(KINETICS_SIZE), np.zeros(2))


@njit(cache=True, nogil=True)
def clear(measurement: Measurement) -> None:
    """Begin a control step."""
    measurement.row[:] = 0.0
    measurement.peak[:] = 0.0


@njit(cache=True, nogil=True)
def advance_measured(
    model: int,
    data: int,
    view: native.DataView,
    tables: CoordinationTables,
    work: CoordinationWorkspace,
    setpoint: np.ndarray,
    substeps: int,
    timestep: float,
    task: KineticTask,
    heading: float,
    share: float,
    measurement: Measurement,
) -> float:
    """`physics.advance_coordinated` that also adds up the kinetics.

    Args:
        model: address.
        data: address.
        view: arrays of the body.
        tables: of the coordination.
        work: likewise.
        setpoint: (num_joints,) [rad].
        substeps: physics steps.
        timestep: [s].
        task: what is measured.
        heading: of the pelvis [rad].
        share: of the control step that one physics step is.
        measurement: is added to.

    Returns:
        The mean squared activation.
    """
    effort = 0.0
    forward, side = np.cos(heading), np.sin(heading)
    for _ in range(substeps):
        coordinate(tables, view, work, setpoint, timestep)
        _mj_step2(model, data)
        for j in range(ks.NUM_JOINTS):
            moment = (work.torque[j] - work.residual[j]) / task.mass
            measurement.row[j] += share * moment
        for foot in range(2):
            at = task.feet[foot]  # what the sensor gives is the force of the foot on the floor
            x = -view.sensordata[at] / task.weight
            y = -view.sensordata[at + 1] / task.weight
            z = -view.sensordata[at + 2] / task.weight
            row = measurement.row[ks.NUM_JOINTS + 3 * foot : ks.NUM_JOINTS + 3 * foot + 3]
            left = forward * y - side * x
            row[0] += share * (forward * x + side * y)
            row[1] += share * (left if foot == 0 else -left)
            row[2] += share * z
            measurement.peak[foot] = max(measurement.peak[foot], z)
        _mj_step1(model, data)
        for i in range(view.act.shape[0]):
            effort += view.act[i] * view.act[i]
    return effort / (substeps * view.act.shape[0])


@njit(cache=True, nogil=True)
def kinetic_reward(
    task: KineticTask,
    frame: int,
    age: int,
    measurement: Measurement,
    errors: np.ndarray,
) -> float:
    """What the kinetics of a control step are worth.

    Legs of which nothing is wanted get half of what there is to get.

    Args:
        task: what is wanted.
        frame: of all frames, at the beginning of the step.
        age: control steps since the episode began.
        measurement: of this step.
        errors: (2, 14) the moments' errors one step ago and two; moved on by this one.
    """
    worth = 0.0
    before, after = task.wanted[frame], task.wanted[frame + 1]
    for foot in range(2):
        moment_error, force_error = 0.0, 0.0
        for k in range(_HALF):
            j = _HALF * foot + k
            if _MOMENT_SHARES[k] > 0.0:
                off = measurement.row[j] - 0.5 * (before[j] + after[j])
                moment_error += _MOMENT_SHARES[k] * off * off
                if age >= 2 and off == off:
                    second = off - 2.0 * errors[0, j] + errors[1, j]
                    if second == second:
                        worth -= task.jerks * _MOMENT_SHARES[k] * second * second
                errors[1, j] = errors[0, j]
                errors[0, j] = off
        for axis in range(3):
            j = ks.NUM_JOINTS + 3 * foot + axis
            off = measurement.row[j] - 0.5 * (before[j] + after[j])
            force_error += _FORCE_SHARES[axis] * off * off
        good = np.exp(-_MOMENT_SHARPNESS * moment_error)
        worth += 0.5 * task.moments * (good if good == good else 0.5)
        good = np.exp(-_FORCE_SHARPNESS * force_error)
        worth += 0.5 * task.forces * (good if good == good else 0.5)
        up = ks.NUM_JOINTS + 3 * foot + _UP
        excess = measurement.peak[foot] - max(before[up], after[up]) - _IMPACT_MARGIN
        if excess > 0.0:  # false if nothing is wanted
            worth -= task.impact * excess
    return worth
