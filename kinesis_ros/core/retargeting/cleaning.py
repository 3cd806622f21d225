# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Blemishes of captured motion that are no motion: made-up first frames and glitches."""

import dataclasses

import numpy as np
from scipy.spatial.transform import Rotation, Slerp

from kinesis_ros.core.retargeting.joint_motion import JointMotion

_JUMP = 0.12  # leg lengths between two frames
_UNLIKE_THE_REST = 6.0  # times the usual step
_BACK = 0.35  # of the jump: a glitch returns to where it came from


def clean(
    motion: JointMotion, joints: list[int], leg: float
) -> tuple[JointMotion, tuple[str, ...]]:
    """Drop a zero pose before the motion and interpolate over frames that jump and come back.

    Many files (CMU's BVH release among them) start with a made-up T-pose at the origin.

    Args:
        motion: as read.
        joints: that count.
        leg: length of a leg in the motion's unit.
    """
    flags = []
    if len(motion.position) > 3:
        steps = _steps(motion, joints, 1) / leg
        if steps[0] > max(_JUMP, _UNLIKE_THE_REST * np.median(steps[1:])):
            motion = _part(motion, np.arange(1, len(motion.position)))
            flags.append("first frame is a zero pose, dropped")
    bad = glitches(motion, joints, leg)
    if bad.any() and bad.mean() < 0.05:
        motion = _interpolated(motion, ~bad)
        flags.append(f"{int(bad.sum())} glitch frames interpolated")
    return motion, tuple(flags)


def glitches(motion: JointMotion, joints: list[int], leg: float) -> np.ndarray:
    """Frames (frames,) in which some joint jumps away and is back in the next frame."""
    bad = np.zeros(len(motion.position), dtype=bool)
    if len(bad) < 4:
        return bad
    points = motion.position[:, joints] / leg
    step = np.linalg.norm(np.diff(points, axis=0), axis=2)
    over = np.linalg.norm(points[2:] - points[:-2], axis=2)
    away = np.minimum(step[:-1], step[1:])
    usual = np.median(step, axis=0)
    jumps = (away > 0.25 * _JUMP) & (away > _UNLIKE_THE_REST * usual) & (over < _BACK * away)
    bad[1:-1] = jumps.any(axis=1)
    return bad


def _steps(motion: JointMotion, joints: list[int], apart: int) -> np.ndarray:
    points = motion.position[:, joints]
    return np.linalg.norm(points[apart:] - points[:-apart], axis=2).max(axis=1)


def _part(motion: JointMotion, frames: np.ndarray) -> JointMotion:
    return dataclasses.replace(
        motion, position=motion.position[frames], rotation=motion.rotation[frames]
    )


def _interpolated(motion: JointMotion, good: np.ndarray) -> JointMotion:
    known, frames = np.flatnonzero(good), np.arange(len(good))
    inside = np.clip(frames, known[0], known[-1])
    position, rotation = motion.position.copy(), motion.rotation.copy()
    for joint in range(position.shape[1]):
        for axis in range(3):
            position[:, joint, axis] = np.interp(frames, known, position[good, joint, axis])
        slerp = Slerp(known, Rotation.from_matrix(rotation[good, joint]))
        rotation[~good, joint] = slerp(inside[~good]).as_matrix()
    return dataclasses.replace(motion, position=position, rotation=rotation)
