# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Joints of which only the places are known: how their segments are turned follows from them."""

from collections.abc import Mapping

import numpy as np

from kinesis_ros.core.body import SIDES
from kinesis_ros.core.retargeting.joint_motion import JointMotion

_LEG = ("UpLeg", "Leg", "Foot", "ToeBase")
_TREE = (
    ("Hips", -1),
    ("Neck", 0),
    *(("Right" + part, above) for part, above in zip(_LEG, (0, 2, 3, 4), strict=True)),
    *(("Left" + part, above) for part, above in zip(_LEG, (0, 6, 7, 8), strict=True)),
)
_PELVIS_SHARE = 0.3  # of the hip line in a knee's axis, which a straight knee does not show


def motion_of_points(
    point: Mapping[str, np.ndarray],
    rate: float,
    pelvis_up: np.ndarray,
    flags: tuple[str, ...] = (),
    *,
    sized: bool = True,
) -> JointMotion:
    """A skeleton whose joints are at given places.

    The knee bends about the normal of the leg's plane, which is found the better the more it
    bends; a straight one keeps to the hip line.

    Args:
        point: (frames, 3) of 'pelvis', 'trunk', and 'thigh_r' (its upper end), 'shank_r',
            'foot_r', 'toe_r' and those of the left, in a right-handed world.
        rate: frames per second [Hz].
        pelvis_up: (frames, 3) fixed to the pelvis, more or less upwards.
        flags: what was assumed.
        sized: see `JointMotion`.
    """
    pelvis = _frame(up=pelvis_up, left=point["thigh_l"] - point["thigh_r"])
    place, turn = [point["pelvis"], point["trunk"]], [pelvis, pelvis]
    for side in SIDES:
        hip, knee, ankle, toe = (point[f"{k}_{side}"] for k in ("thigh", "shank", "foot", "toe"))
        thigh, shank = knee - hip, ankle - knee
        bend = np.cross(_unit(thigh), _unit(shank)) + _PELVIS_SHARE * pelvis[..., 1]
        foot = _frame(up=_unit(np.cross(toe - ankle, bend)), left=bend)
        turns = (_frame(up=-thigh, left=bend), _frame(up=-shank, left=bend), foot, foot)
        place += [hip, knee, ankle, toe]
        turn += turns
    names, parents = zip(*_TREE, strict=True)
    return JointMotion(
        names,
        parents,
        np.stack(place, axis=1),
        np.stack(turn, axis=1),
        rate,
        sized=sized,
        flags=flags,
    )


def _frame(up: np.ndarray, left: np.ndarray) -> np.ndarray:
    """Frames (n, 3, 3) with columns forward, left, up; up keeps its direction."""
    up = _unit(up)
    forward = _unit(np.cross(left, up))
    return np.stack([forward, np.cross(up, forward), up], axis=2)


def _unit(vector: np.ndarray) -> np.ndarray:
    return vector / np.maximum(np.linalg.norm(vector, axis=-1, keepdims=True), 1e-12)
