# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""An upright trunk: where it is welded to the pelvis, the hips take over what the pelvis tilts.

People's trunks stay upright over a pelvis that tips back and forth with every step. A model whose
trunk is one piece with the pelvis would swing two thirds of its mass with it.
"""

import dataclasses

import numpy as np
from scipy.spatial.transform import Rotation

from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.retargeting.body_motion import BodyMotion, Legs
from kinesis_ros.core.retargeting.smoothing import low_pass

_UPRIGHT_ENOUGH = np.radians(10.0)  # lean of walkers and runners; what is beyond is bending down
_BENDING = 1.0  # [Hz] people bend down slower than they step
_HIP = [ks.JOINT_KINDS.index(f"hip_{kind}") for kind in ("flexion", "adduction", "rotation")]


def upright(legs: Legs, motion: BodyMotion) -> BodyMotion:
    """The motion with its trunk upright and every part of the legs where it was.

    The hip line keeps its place, so list and rotation of the pelvis stay as they are; only its
    tilt goes. A trunk that leans by more than 10 degrees bends down, and keeps what is beyond.
    """
    chains = legs.chains
    hips_b = np.array([chain.rest.position[0, 0] for chain in chains])
    hips = motion.world(np.broadcast_to(hips_b, (len(motion.position), 2, 3)))
    lean = low_pass(motion.lean, motion.rate, _BENDING)
    pelvis = _level(motion.pelvis) @ _pitched(np.sign(lean) * _beyond(np.abs(lean)))
    position = hips.mean(axis=1) - pelvis @ hips_b.mean(axis=0)
    before, angles, wanted = motion.pelvis, motion.angles.copy(), motion.wanted.copy()
    turn = np.swapaxes(pelvis, 1, 2) @ before
    for chain in chains:
        columns = chain.columns[_HIP]
        old = motion.angles[:, columns]
        new = chain.hip_angles(turn @ chain.hip_rotation(old))
        angles[:, columns] = new
        wanted[:, columns] += new - old
    return dataclasses.replace(
        motion, position=position, pelvis=pelvis, angles=angles, wanted=wanted
    )


def tilt_of(pelvis: np.ndarray) -> np.ndarray:
    """Forward tilt (frames,) [rad] of a pelvis (frames, 3, 3) about its hip line."""
    forward = _level(pelvis)[..., 0]
    return np.arctan2(
        np.einsum("fi,fi->f", forward, pelvis[..., 2]),
        np.einsum("fi,fi->f", forward, pelvis[..., 0]),
    )


def _level(pelvis: np.ndarray) -> np.ndarray:
    """The same hip lines with a level forward axis, (frames, 3, 3)."""
    left = pelvis[..., 1]
    forward = np.cross(left, [0.0, 0.0, 1.0])
    forward /= np.linalg.norm(forward, axis=1, keepdims=True)
    return np.stack([forward, left, np.cross(forward, left)], axis=2)


def _pitched(angle: np.ndarray) -> np.ndarray:
    return Rotation.from_euler("y", angle[:, None]).as_matrix()


def _beyond(lean: np.ndarray) -> np.ndarray:
    """max(lean - limit, 0) with a rounded corner."""
    soft = np.radians(2.0)
    excess = lean - _UPRIGHT_ENOUGH
    return 0.5 * (excess + np.hypot(excess, soft)) - 0.5 * (
        np.hypot(_UPRIGHT_ENOUGH, soft) - _UPRIGHT_ENOUGH
    )
