# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Compiled forward and inverse kinematics of one leg, with the knee's coupled coordinates."""

import numpy as np

from kinesis_ros.core.compiled import njit
from kinesis_ros.core.leg.chain import FIXED, FOOT_TO_CALCANEUS, MTP, NUM_LEG_JOINTS, SLIDE, Leg
from kinesis_ros.core.maths import compiled_quartic, compiled_quartic_slope

_ITERATIONS = 8
_LARGEST_STEP = 0.3  # [rad] of one joint in one iteration
_CLOSE_ENOUGH = 1e-7  # [rad]


@njit(cache=True, nogil=True)
def rotation_about(axis: np.ndarray, angle: float) -> np.ndarray:
    """Rotation matrix (3, 3) about a unit `axis` (3,) by `angle` [rad]."""
    c, s = np.cos(angle), np.sin(angle)
    x, y, z = axis
    k = 1.0 - c
    return np.array(
        [
            [c + x * x * k, x * y * k - z * s, x * z * k + y * s],
            [y * x * k + z * s, c + y * y * k, y * z * k - x * s],
            [z * x * k - y * s, z * y * k + x * s, c + z * z * k],
        ]
    )


@njit(cache=True, nogil=True)
def euler_matrix(yaw: float, pitch: float, roll: float) -> np.ndarray:
    """Rotation Rz(yaw) Ry(pitch) Rx(roll), (3, 3)."""
    cy, sy, cp, sp = np.cos(yaw), np.sin(yaw), np.cos(pitch), np.sin(pitch)
    cr, sr = np.cos(roll), np.sin(roll)
    return np.array(
        [
            [cy * cp, cy * sp * sr - sy * cr, cy * sp * cr + sy * sr],
            [sy * cp, sy * sp * sr + cy * cr, sy * sp * cr - cy * sr],
            [-sp, cp * sr, cp * cr],
        ]
    )


@njit(cache=True, nogil=True)
def euler_angles(matrix: np.ndarray) -> np.ndarray:
    """Yaw, pitch and roll (3,) of a rotation matrix, the inverse of `euler_matrix`."""
    pitch = np.arcsin(min(1.0, max(-1.0, -matrix[2, 0])))
    return np.array(
        [np.arctan2(matrix[1, 0], matrix[0, 0]), pitch, np.arctan2(matrix[2, 1], matrix[2, 2])]
    )


@njit(cache=True, nogil=True)
def _apply(leg, op, position, rotation, angles):  # noqa: ANN001, ANN202 compiled
    """One operation of the chain: new position, new rotation, its axis and slope."""
    if leg.kind[op] == FIXED:
        return position + rotation @ leg.offset[op], rotation @ leg.rotation[op], 0.0
    c = leg.coefficients[op]
    x = angles[leg.source[op]] if leg.source[op] >= 0 else 0.0
    value, slope = compiled_quartic(c, x), compiled_quartic_slope(c, x)
    if leg.kind[op] == SLIDE:
        return position + rotation @ leg.axis[op] * value, rotation, slope
    turned = rotation @ rotation_about(leg.axis[op], value)
    moved = position + rotation @ leg.offset[op] - turned @ leg.offset[op]
    return moved, turned, slope


@njit(cache=True, nogil=True)
def foot_pose(
    leg: Leg, position: np.ndarray, rotation: np.ndarray, angles: np.ndarray
) -> np.ndarray:
    """Pose (7,) of a foot: position of the calcaneus, yaw, pitch, roll, angle of the toes.

    Args:
        leg: chain.
        position: of the pelvis in the world (3,) [m].
        rotation: base_link to world (3, 3).
        angles: leg joints (7,) [rad].
    """
    for op in range(leg.foot_op):
        position, rotation, _ = _apply(leg, op, position, rotation, angles)
    pose = np.empty(7)
    pose[:3] = position
    pose[3:6] = euler_angles(rotation @ FOOT_TO_CALCANEUS)
    pose[6] = angles[MTP]
    return pose


@njit(cache=True, nogil=True)
def hip_of(leg: Leg) -> np.ndarray:
    """The hip's centre (3,) in base_link [m]."""
    position, rotation, op = np.zeros(3), np.eye(3), 0
    while leg.kind[op] == FIXED:
        position, rotation, _ = _apply(leg, op, position, rotation, np.zeros(NUM_LEG_JOINTS))
        op += 1
    return position


@njit(cache=True, nogil=True)
def ankle_of(leg: Leg, foot: np.ndarray) -> np.ndarray:
    """The ankle's centre (3,), about, of a foot in pose (7,) [m]."""
    rotation = euler_matrix(foot[3], foot[4], foot[5]) @ FOOT_TO_CALCANEUS.T.copy()
    return foot[:3] - rotation @ leg.ankle_to_calcaneus


@njit(cache=True, nogil=True)
def _bottom(rotation: np.ndarray, centre: np.ndarray, shape: np.ndarray) -> float:
    """Height [m] of the lowest point of a turned ellipsoid with a radius around it."""
    up = rotation[2]
    squares = 0.0
    for axis in range(3):
        squares += (up[0] * shape[0, axis] + up[1] * shape[1, axis] + up[2] * shape[2, axis]) ** 2
    return (
        up[0] * centre[0] + up[1] * centre[1] + up[2] * centre[2] - np.sqrt(squares) - shape[0, 3]
    )


@njit(cache=True, nogil=True)
def lowest_point(leg: Leg, foot: np.ndarray) -> float:
    """Height [m] of the lowest point of a foot in pose (7,)."""
    position = foot[:3]
    rotation = euler_matrix(foot[3], foot[4], foot[5]) @ FOOT_TO_CALCANEUS.T.copy()
    lowest = 1e9
    for i in range(leg.sole.shape[0]):
        lowest = min(lowest, position[2] + _bottom(rotation, leg.sole[i], leg.sole_shape[i]))
    angles = np.zeros(NUM_LEG_JOINTS)
    angles[MTP] = foot[MTP]
    for op in range(leg.foot_op, leg.kind.shape[0]):
        position, rotation, _ = _apply(leg, op, position, rotation, angles)
    for i in range(leg.toe.shape[0]):
        lowest = min(lowest, position[2] + _bottom(rotation, leg.toe[i], leg.toe_shape[i]))
    return lowest


@njit(cache=True, nogil=True)
def solve_leg(
    leg: Leg,
    position: np.ndarray,
    rotation: np.ndarray,
    foot: np.ndarray,
    wanted: np.ndarray,
    weights: np.ndarray,
) -> np.ndarray:
    """Leg joints (7,) that bring the foot into pose (7,), near the `wanted` angles.

    Damped least squares from `wanted`: min |wp (p - p*)|^2 + |wr r|^2 + |wq (q - wanted)|^2.

    Args:
        leg: chain.
        position: of the pelvis (3,) [m].
        rotation: base_link to world (3, 3).
        foot: wanted pose (7,).
        wanted: leg joints (7,) to stay near [rad].
        weights: wp [1/m], wr [1/rad], wq [1/rad].
    """
    solved = MTP  # the joints before the toes
    target, target_foot = foot[:3], euler_matrix(foot[3], foot[4], foot[5])
    q = wanted.copy()
    q[MTP] = min(leg.upper[MTP], max(leg.lower[MTP], foot[MTP]))
    jacobian = np.zeros((6, solved))
    residual = np.zeros(6)
    axes, anchors = np.zeros((leg.foot_op, 3)), np.zeros((leg.foot_op, 3))
    slopes = np.zeros(leg.foot_op)
    for _ in range(_ITERATIONS):
        p, r = position, rotation
        for op in range(leg.foot_op):
            axes[op] = r @ leg.axis[op]
            anchors[op] = p + r @ leg.offset[op]
            p, r, slopes[op] = _apply(leg, op, p, r, q)
        jacobian[:] = 0.0
        for op in range(leg.foot_op):
            j = leg.source[op]
            if leg.kind[op] == FIXED or j < 0:
                continue
            axis = axes[op] * slopes[op]
            if leg.kind[op] == SLIDE:
                jacobian[:3, j] += weights[0] * axis
            else:
                jacobian[:3, j] += weights[0] * np.cross(axis, p - anchors[op])
                jacobian[3:, j] += weights[1] * axis
        residual[:3] = weights[0] * (target - p)
        error = target_foot @ (r @ FOOT_TO_CALCANEUS).T
        residual[3] = weights[1] * 0.5 * (error[2, 1] - error[1, 2])
        residual[4] = weights[1] * 0.5 * (error[0, 2] - error[2, 0])
        residual[5] = weights[1] * 0.5 * (error[1, 0] - error[0, 1])
        normal = jacobian.T @ jacobian
        gradient = jacobian.T @ residual
        for j in range(solved):
            normal[j, j] += weights[2] ** 2
            gradient[j] += weights[2] ** 2 * (wanted[j] - q[j])
        step = np.linalg.solve(normal, gradient)
        for j in range(solved):
            q[j] += min(_LARGEST_STEP, max(-_LARGEST_STEP, step[j]))
            q[j] = min(leg.upper[j], max(leg.lower[j], q[j]))
        if np.max(np.abs(step)) < _CLOSE_ENOUGH:
            break
    return q
