# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Joint angles that put the model's legs into the segments' orientations.

The model's axes are oblique and its knee screws home, so the angles are fitted: a few damped
Gauss-Newton steps for all frames at once, within the joints' ranges.
"""

import dataclasses

import numpy as np
from scipy.spatial.transform import Rotation

from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.retargeting.leg_chain import LegChain, LegPose

_FITTED = 6  # all but the toes
_FEMUR, _TIBIA, _TALUS, _CALCN, _TOES = range(5)
_MARGIN = np.radians(0.5)  # that clips keep to the model's limits
_STEPS = 12
_CLOSE_ENOUGH = 1e-4  # [rad]
_DAMPING = 1e-4
_DIFFERENCE = 1e-6  # [rad]
_DIRECTION_WEIGHTS = (1.0, 1.0)  # thigh, shank
_FOOT_WEIGHTS = (0.3, 0.7)  # forward, up
# Pull of each angle to its prior, per radian: hip rotation is poorly seen while the knee is
# straight, and the subtalar joint is not measured at all.
_PRIOR_WEIGHTS = np.array([0.02, 0.02, 0.25, 0.02, 0.05, 0.25])


@dataclasses.dataclass(frozen=True)
class LegTarget:
    """What a leg should do, in base_link.

    Attributes:
        thigh: (frames, 3) unit vector from hip to knee.
        shank: (frames, 3) unit vector from knee to ankle.
        foot: (frames, 3, 3) forward, left, up.
        prior: (frames, 7) angles to start from and to stay near [rad].
        ankle: (frames, 3) position of the ankle [m].
        firmness: weight of the ankle's position [1/m] against that of the directions, 1.
    """

    thigh: np.ndarray
    shank: np.ndarray
    foot: np.ndarray
    prior: np.ndarray
    ankle: np.ndarray
    firmness: float = 6.0


def target_of(
    chain: LegChain,
    pelvis: np.ndarray,
    thigh: np.ndarray,
    shank: np.ndarray,
    foot: np.ndarray,
    ankle: np.ndarray,
) -> LegTarget:
    """Express segment orientations (frames, 3, 3) in base_link, with angles to start from.

    `ankle` (frames, 3) is in base_link already.
    """
    inverse = np.swapaxes(pelvis, 1, 2)
    hip = inverse @ thigh
    sign = 1.0 if chain.side == "r" else -1.0
    prior = np.zeros((len(pelvis), len(ks.JOINT_KINDS)))
    # Columns forward, up, right: the model's hip turns about right, forward, up in this order.
    turn = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]])
    angles = Rotation.from_matrix(turn.T @ hip @ turn).as_euler("ZXY")
    prior[:, :3] = angles * [1.0, sign, sign]
    bend = np.swapaxes(thigh, 1, 2) @ shank
    prior[:, 3] = np.arctan2(bend[:, 0, 2], bend[:, 2, 2])
    tilt = np.swapaxes(shank, 1, 2) @ foot
    prior[:, 4] = np.arctan2(tilt[:, 2, 0], tilt[:, 0, 0])
    return LegTarget(-hip[..., 2], -(inverse @ shank)[..., 2], inverse @ foot, prior, ankle)


def fit_leg(chain: LegChain, target: LegTarget) -> np.ndarray:
    """Joint angles (frames, 7) [rad] that come nearest to the target within the limits."""
    low, high = chain.limits[:, 0] + _MARGIN, chain.limits[:, 1] - _MARGIN
    angles = np.clip(target.prior, low, high)
    for _ in range(_STEPS):
        residual = _residual(chain, target, angles)
        jacobian = np.empty((*residual.shape, _FITTED))
        for j in range(_FITTED):
            moved = angles.copy()
            moved[:, j] += _DIFFERENCE
            jacobian[..., j] = (_residual(chain, target, moved) - residual) / _DIFFERENCE
        normal = np.einsum("fmi,fmj->fij", jacobian, jacobian) + _DAMPING * np.eye(_FITTED)
        gradient = np.einsum("fmi,fm->fi", jacobian, residual)
        # A joint that is held by its limit takes no part, so that the others make up for it.
        held = ((angles[:, :_FITTED] <= low[:_FITTED]) & (gradient > 0.0)) | (
            (angles[:, :_FITTED] >= high[:_FITTED]) & (gradient < 0.0)
        )
        normal = np.where(held[:, :, None] | held[:, None, :], np.eye(_FITTED), normal)
        step = np.linalg.solve(normal, np.where(held, 0.0, gradient)[..., None])[..., 0]
        angles[:, :_FITTED] = np.clip(
            angles[:, :_FITTED] - np.clip(step, -0.5, 0.5), low[:_FITTED], high[:_FITTED]
        )
        if np.abs(step).max() < _CLOSE_ENOUGH:
            break
    return angles


def foot_axes(chain: LegChain, pose: LegPose) -> tuple[np.ndarray, np.ndarray]:
    """Forward (from ankle to toes, level at rest) and up of the model's foot, (frames, 3)."""
    rest = chain.rest
    ahead = rest.position[0, _TOES] - rest.position[0, _TALUS]
    ahead = ahead - ahead[2] * np.array([0.0, 0.0, 1.0])
    rest_turn = rest.rotation[0, _CALCN]
    turn = pose.rotation[:, _CALCN]
    forward = turn @ (rest_turn.T @ (ahead / np.linalg.norm(ahead)))
    return forward, turn @ (rest_turn.T @ np.array([0.0, 0.0, 1.0]))


def _residual(chain: LegChain, target: LegTarget, angles: np.ndarray) -> np.ndarray:
    pose = chain.pose(angles)
    thigh = pose.position[:, _TIBIA] - pose.position[:, _FEMUR]
    shank = pose.position[:, _TALUS] - pose.position[:, _TIBIA]
    forward, up = foot_axes(chain, pose)
    parts = [
        _DIRECTION_WEIGHTS[0] * (thigh / np.linalg.norm(thigh, axis=1)[:, None] - target.thigh),
        _DIRECTION_WEIGHTS[1] * (shank / np.linalg.norm(shank, axis=1)[:, None] - target.shank),
        _FOOT_WEIGHTS[0] * (forward - target.foot[..., 0]),
        _FOOT_WEIGHTS[1] * (up - target.foot[..., 2]),
        target.firmness * (pose.position[:, _TALUS] - target.ankle),
        _PRIOR_WEIGHTS * (angles - target.prior)[:, :_FITTED],
    ]
    return np.concatenate(parts, axis=1)
