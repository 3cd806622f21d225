# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What people's joints and feet bear while walking, as a reference for every frame of a clip.

Means of two adults by percent of the gait cycle, from heel strike to heel strike of one foot; the
phase is that of the clip's own steps, the size follows its speed. One flat row a frame:

| block | size | unit | |
| --- | --- | --- | --- |
| joint moments | 14 | N m/kg | `LEG_JOINTS`, OpenSim's signs, by the body's mass |
| force on the right foot | 3 | body weights | forward (as the pelvis heads), inward, up |
| force on the left foot | 3 | body weights | likewise; inward is towards the other foot |
"""

import csv
import functools
import itertools
from importlib import resources

import numpy as np

from kinesis_ros.core.body import CONTROL_RATE
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.maths import rotations
from kinesis_ros.core.motion import Clip
from kinesis_training.fitting.strides import foot_contacts

FORCE_AXES = ("forward", "inward", "up")
KINETICS_SIZE = ks.NUM_JOINTS + 2 * len(FORCE_AXES)

_STRIDE = (0.7, 1.8)  # [s] from strike to strike
_SPEED = (0.4, 2.0)  # [m/s] forward
_MEASURED_SPEED = 1.29  # [m/s] mean of the two adults
_PLATEAU = 0.87  # mean vertical force of single support [body weights]
# How much of a quantity's size goes with speed: size ~ speed^exponent. The work of hip and knee and
# the fore-aft force do about linearly, what holds the body up hardly (Lelas et al. 2003).
_EXPONENTS = {
    "hip_flexion": 0.8,
    "hip_adduction": 0.0,
    "hip_rotation": 0.0,
    "knee_angle": 1.0,
    "ankle_angle": 0.3,
    "subtalar_angle": 0.0,
    "forward": 1.0,
    "inward": 0.0,
}


@functools.cache
def people_walking() -> dict[str, np.ndarray]:
    """Curves (100,) over the cycle by name: moments [N m/kg], forces [body weights].

    Their sources stand in the data file.
    """
    file = resources.files("kinesis_ros") / "data" / "kinetics" / "walking.csv"
    lines = [line for line in file.read_text().splitlines() if not line.startswith("#")]
    rows = list(csv.DictReader(lines))
    return {name: np.array([float(row[name]) for row in rows]) for name in rows[0] if name != "%"}


def at_speed(speed: float) -> dict[str, np.ndarray]:
    """The curves of `people_walking` at a walking speed [m/s]."""
    ratio = speed / _MEASURED_SPEED
    curves = {
        name: curve * ratio ** _EXPONENTS.get(name, 0.0) for name, curve in people_walking().items()
    }
    curves["up"] = _humps(people_walking()["up"], ratio)
    return curves


def _humps(up: np.ndarray, ratio: float) -> np.ndarray:
    """Vertical force whose humps and valley are `ratio` times as far from its plateau."""
    high = np.flatnonzero(up > _PLATEAU)
    between = np.arange(len(up))
    inside = (between >= high[0]) & (between <= high[-1])
    return np.where(inside, _PLATEAU + ratio * (up - _PLATEAU), np.minimum(up, _PLATEAU))


def walking_kinetics(clip: Clip) -> np.ndarray:
    """(frames, KINETICS_SIZE) kinetics that people would have; NaN where the clip does not walk."""
    wanted = np.full((len(clip.states), KINETICS_SIZE), np.nan)
    for side, twin in enumerate((clip, clip.mirrored())):
        for start, end in itertools.pairwise(foot_contacts(twin.states)):
            if not _STRIDE[0] <= (end - start) / CONTROL_RATE <= _STRIDE[1]:
                continue
            frames = np.arange(int(np.ceil(start)), min(int(np.ceil(end)), len(wanted)))
            speed = _forward_speed(clip.states[frames])
            if _SPEED[0] <= speed <= _SPEED[1]:
                phase = (frames - start) / (end - start)
                _write(wanted, side, frames, phase, at_speed(speed))
    return wanted


def _forward_speed(states: np.ndarray) -> float:
    headings = np.array([rotations.heading(q) for q in states[:, ks.QUATERNION]])
    velocity = states[:, ks.LINEAR_VELOCITY]
    return float(np.mean(velocity[:, 0] * np.cos(headings) + velocity[:, 1] * np.sin(headings)))


def _write(
    wanted: np.ndarray, side: int, frames: np.ndarray, phase: np.ndarray, curves: dict
) -> None:
    """Fill in one leg's columns at `frames`."""

    def at(name: str) -> np.ndarray:
        return np.interp(phase, np.arange(100) / 100.0, curves[name], period=1.0)

    for j, kind in enumerate(ks.JOINT_KINDS):
        if kind in curves:
            wanted[frames, ks.NUM_JOINTS // 2 * side + j] = at(kind)
    for axis, name in enumerate(FORCE_AXES):
        wanted[frames, ks.NUM_JOINTS + 3 * side + axis] = at(name)
