# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""A motion that somebody sends, as coordinates at any times, to a clip that can be played."""

import numpy as np

from kinesis_ros.core.body import (
    CONTROL_RATE,
    NUM_COORDINATES,
    PELVIS_COORDINATES,
    Kinematics,
    read_coordinates,
    states_from_motion,
)
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.motion.clip import Clip

LONGEST_MOTION = 600.0  # [s]
_SHORTEST = 0.2  # [s]
_ANGLES = [i for i in range(NUM_COORDINATES) if i not in (3, 4, 5)]
_MOST_TURNED = 100.0  # [rad] of the pelvis, which may wind
_MOST_BENT = np.pi  # [rad] of a leg's joint
_HEIGHTS = (0.2, 2.5)  # [m] of the pelvis


class MotionInputError(ValueError):
    """A motion that cannot be played; the message says why."""


def clip_from_coordinates(
    name: str, times: np.ndarray, values: np.ndarray, kinematics: Kinematics
) -> Clip:
    """Resample a motion to the control rate.

    Args:
        name: of the motion.
        times: (rows,) growing [s].
        values: (rows, NUM_COORDINATES) in the order of `opensim.COORDINATES` [rad], [m].
        kinematics: completes the states.

    Raises:
        MotionInputError: too short or long, times that do not grow, numbers that are not finite
            or not human.
    """
    _check(times, values)
    values = values.copy()
    values[:, _ANGLES] = np.unwrap(values[:, _ANGLES], axis=0)
    frames = int((times[-1] - times[0]) * CONTROL_RATE + 1e-6) + 1
    wanted = times[0] + np.arange(frames) / CONTROL_RATE
    rows = np.stack([np.interp(wanted, times, column) for column in values.T], axis=1)
    states = np.zeros((frames, ks.STATE_SIZE))
    still = np.zeros(NUM_COORDINATES)
    for row, state in zip(rows, states, strict=True):
        read_coordinates(row, still, state)
    return Clip(
        name,
        "motion",
        states_from_motion(
            kinematics,
            states[:, ks.POSITION],
            states[:, ks.QUATERNION],
            states[:, ks.JOINT_POSITION],
            CONTROL_RATE,
        ),
    )


def _check(times: np.ndarray, values: np.ndarray) -> None:
    if len(times) < 2 or not np.isfinite(times).all():
        raise MotionInputError(f"a motion needs two or more points with times, it has {len(times)}")
    if not (np.diff(times) > 0.0).all():
        raise MotionInputError("the times of the points do not increase")
    duration = float(times[-1] - times[0])
    if not _SHORTEST <= duration <= LONGEST_MOTION:
        raise MotionInputError(
            f"it takes {duration:.2f} s; {_SHORTEST:g} to {LONGEST_MOTION:g} s can be played"
        )
    if not np.isfinite(values).all():
        row = int(np.argmin(np.isfinite(values).all(axis=1)))
        raise MotionInputError(f"point {row} has a number that is not finite")
    legs = np.abs(values[:, len(PELVIS_COORDINATES) :])
    if legs.max() > _MOST_BENT or np.abs(values[:, :3]).max() > _MOST_TURNED:
        raise MotionInputError("an angle is beyond human range; angles are in radians")
    height = values[:, 4]
    if not (_HEIGHTS[0] <= height.min() and height.max() <= _HEIGHTS[1]):
        raise MotionInputError(
            f"pelvis_ty goes from {height.min():.2f} to {height.max():.2f} m; "
            f"{_HEIGHTS[0]:g} to {_HEIGHTS[1]:g} m can be played"
        )
