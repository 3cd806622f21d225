# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The file's world made ours: z up, metres; found from the body in it, or given."""

import dataclasses
import itertools
from collections.abc import Mapping

import numpy as np

from kinesis_ros.core.body import SIDES
from kinesis_ros.core.retargeting.errors import MotionError
from kinesis_ros.core.retargeting.joint_motion import JointMotion

UP_AXES = ("x", "y", "z", "-x", "-y", "-z")
METRES = {
    "m": 1.0,
    "cm": 0.01,
    "mm": 0.001,
    "in": 0.0254,
    "ft": 0.3048,
    "cmu": 0.0254 / 0.45,  # the CMU database's 'length 0.45' inch
}
_HUMAN_LEG = (0.5, 1.2)  # [m] thigh and shank, from children to tall people
_SURE = 0.7  # cosine of the body's long axis to the up axis


def to_world(
    motion: JointMotion,
    joints: Mapping[str, int],
    up: str | None = None,
    units: str | None = None,
) -> tuple[JointMotion, tuple[str, ...]]:
    """Bring a motion into a right-handed world with z up, in metres.

    Args:
        motion: as read.
        joints: as `joint_names.find_joints` gives them.
        up: one of `UP_AXES`; None: the axis along which hips are above feet.
        units: one of `METRES`; None: the one in which the legs are a human's.

    Returns:
        The motion, and flags of what could not be found for sure.

    Raises:
        MotionError: the skeleton has no legs.
    """
    flags = []
    body = _feet_to_hips(motion, joints)
    if up is None:
        axis = int(np.argmax(np.abs(body)))
        up = ("" if body[axis] > 0.0 else "-") + "xyz"[axis]
        if np.abs(body[axis]) < _SURE * np.linalg.norm(body):
            flags.append(f"up axis uncertain, took {up} (--up)")
    leg = leg_length(motion, joints)
    if units is None:
        fitting = [u for u, metres in METRES.items() if _is_human(leg * metres)]
        units = fitting[0] if fitting else None
    if units is None:
        flags.append(f"unit unknown, legs are {leg:.3g} long (--units)")
        metres = 0.8 / leg
    else:
        metres = METRES[units]
        if not _is_human(leg * metres):
            flags.append(f"legs are {leg * metres:.2f} m long")
    turn = rotation_from(up)
    moved = dataclasses.replace(
        motion, position=motion.position @ turn.T * metres, rotation=turn @ motion.rotation
    )
    return moved, tuple(flags)


def rotation_from(up: str) -> np.ndarray:
    """Rotation (3, 3) of a world in which `up` is up to one with z up.

    The axes are permuted in a circle, so that y up, z forward, x left becomes z up, x forward,
    y left.
    """
    turns = {"z": np.eye(3), "y": np.eye(3)[[2, 0, 1]], "x": np.eye(3)[[1, 2, 0]]}
    turn = turns[up[-1]]
    return np.diag([1.0, -1.0, -1.0]) @ turn if up.startswith("-") else turn


def leg_length(motion: JointMotion, joints: Mapping[str, int]) -> float:
    """Thigh and shank, mean of both legs, in the motion's unit; more than nothing."""
    total = 0.0
    for side in SIDES:
        line = [motion.position[:, joints[f"{part}_{side}"]] for part in ("thigh", "shank", "foot")]
        for upper, lower in itertools.pairwise(line):
            total += float(np.median(np.linalg.norm(lower - upper, axis=1)))
    if not total > 0.0:
        raise MotionError("the legs have no length")
    return 0.5 * total


def _is_human(leg: float) -> bool:
    return _HUMAN_LEG[0] <= leg <= _HUMAN_LEG[1]


def _feet_to_hips(motion: JointMotion, joints: Mapping[str, int]) -> np.ndarray:
    hips = motion.position[:, [joints["thigh_r"], joints["thigh_l"]]].mean(axis=1)
    feet = motion.position[:, [joints["foot_r"], joints["foot_l"]]].mean(axis=1)
    return np.median(hips - feet, axis=0)
