# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Compiled forward and inverse kinematics of one leg, with the knee's coupled coordinates."""

from typing import NamedTuple

import mujoco
import numpy as np
from numba import njit

from kinesis_ros.core import kinematic_state as ks
from kinesis_ros.core.body import ROOT_TO_BASE, Body

SIDES = "rl"
NUM_LEG_JOINTS = ks.NUM_JOINTS // 2

_FIXED, _HINGE, _SLIDE = 0, 1, 2
_CHAIN = ("femur", "tibia", "talus", "calcn", "toes")
_MTP = ks.JOINT_KINDS.index("mtp_angle")
_ITERATIONS = 6
# The calcaneus has x forward, y up, z right; a foot's axes are x forward, y left, z up.
_FOOT_TO_CALCANEUS = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, -1.0, 0.0]])
_LARGEST_STEP = 0.3  # [rad] of one joint in one iteration


class Leg(NamedTuple):
    """A chain of fixed transforms, hinges and slides from the root to the toes.

    A joint's coordinate is a polynomial of the leg joint it follows; an independent joint is the
    polynomial x of itself.
    """

    kind: np.ndarray  # (ops,)
    offset: np.ndarray  # (ops, 3) of a fixed transform, or the joint's anchor in its body [m]
    rotation: np.ndarray  # (ops, 3, 3) of a fixed transform
    axis: np.ndarray  # (ops, 3)
    source: np.ndarray  # (ops,) leg joint, -1: constant
    coefficients: np.ndarray  # (ops, 5)
    foot_op: int  # number of operations up to the calcaneus
    sole: np.ndarray  # (points, 3) centres of spheres that bound the rear foot, in the calcaneus
    sole_radius: np.ndarray  # (points,)
    toe: np.ndarray  # (toe points, 3), in the toes
    toe_radius: np.ndarray  # (toe points,)
    heel: np.ndarray  # (3,) pivot at heel strike, from the calcaneus in the foot's axes
    ball: np.ndarray  # (3,) pivot at heel rise, likewise
    ankle_to_calcaneus: np.ndarray  # (3,)
    lower: np.ndarray  # (7,) joint limits [rad]
    upper: np.ndarray  # (7,)


def leg_of(body: Body, side: str) -> Leg:
    """Read the leg on `side` ('r' or 'l') of `body`."""
    model = body.model
    ops: list[tuple] = []
    root_to_base = np.zeros(9)
    mujoco.mju_quat2Mat(root_to_base, ROOT_TO_BASE)
    identity, nothing = np.eye(3), np.zeros(3)
    ops.append((_FIXED, nothing, root_to_base.reshape(3, 3).T, nothing, -1, np.zeros(5)))
    foot_op = 0
    for i in _path_from_root(model, model.body(f"toes_{side}").id):
        rotation = np.zeros(9)
        mujoco.mju_quat2Mat(rotation, model.body_quat[i])
        ops.append((_FIXED, model.body_pos[i], rotation.reshape(3, 3), nothing, -1, np.zeros(5)))
        start = model.body_jntadr[i]
        for joint in range(start, start + model.body_jntnum[i]):
            hinge = model.jnt_type[joint] == mujoco.mjtJoint.mjJNT_HINGE
            source, polynomial = _coordinate(body, joint, side)
            polynomial = polynomial.copy()
            polynomial[0] -= model.qpos0[model.jnt_qposadr[joint]]
            ops.append(
                (_HINGE if hinge else _SLIDE, model.jnt_pos[joint], identity, model.jnt_axis[joint])
                + (source, polynomial)
            )
        if model.body(i).name == f"calcn_{side}":
            foot_op = len(ops)
    sole, sole_radius = _bounding_spheres(model, f"calcn_{side}")
    toe, toe_radius = _bounding_spheres(model, f"toes_{side}")
    half = slice(0, 7) if side == "r" else slice(7, 14)
    return Leg(
        np.array([op[0] for op in ops]),
        *(np.array([op[k] for op in ops]) for k in (1, 2, 3, 4, 5)),
        foot_op,
        sole,
        sole_radius,
        toe,
        toe_radius,
        sole[np.argmin(np.where(sole_radius > 0.0, sole[:, 0], np.inf))] @ _FOOT_TO_CALCANEUS,
        model.body(f"toes_{side}").pos @ _FOOT_TO_CALCANEUS,
        model.body(f"calcn_{side}").pos.copy(),
        body.leg_ranges[half, 0].copy(),
        body.leg_ranges[half, 1].copy(),
    )


def _path_from_root(model: mujoco.MjModel, tip: int) -> list[int]:
    """Bodies between the floating root (excluded) and `tip` (included)."""
    path = [tip]
    while model.body_jntnum[model.body_parentid[path[0]]] == 0 or (
        model.jnt_type[model.body_jntadr[model.body_parentid[path[0]]]]
        != mujoco.mjtJoint.mjJNT_FREE
    ):
        path.insert(0, int(model.body_parentid[path[0]]))
    return path


def _coordinate(body: Body, joint: int, side: str) -> tuple[int, np.ndarray]:
    """The leg joint that `joint` follows, and its polynomial."""
    couplings, address = body.couplings, body.model.jnt_qposadr[joint]
    half = body.leg_qpos[:7] if side == "r" else body.leg_qpos[7:]
    row = np.flatnonzero(couplings.follower_qpos == address)
    if len(row):
        leader = np.flatnonzero(half == couplings.leader_qpos[row[0]])
        return (int(leader[0]) if len(leader) else -1), couplings.coefficients[row[0]]
    return int(np.flatnonzero(half == address)[0]), np.array([0.0, 1.0, 0.0, 0.0, 0.0])


def _bounding_spheres(model: mujoco.MjModel, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Ends of the colliding capsules and corners of the boxes of one body, in its frame."""
    points, radii = [], []
    for geom in np.flatnonzero(model.geom_bodyid == model.body(name).id):
        if not model.geom_contype[geom]:
            continue
        matrix = np.zeros(9)
        mujoco.mju_quat2Mat(matrix, model.geom_quat[geom])
        rotation, size = matrix.reshape(3, 3), model.geom_size[geom]
        if model.geom_type[geom] == mujoco.mjtGeom.mjGEOM_CAPSULE:
            corners = np.array([[0.0, 0.0, -size[1]], [0.0, 0.0, size[1]]])
            radius = size[0]
        else:
            corners = np.stack(np.meshgrid(*([[-1.0, 1.0]] * 3)), -1).reshape(-1, 3) * size
            radius = 0.0
        points.append(model.geom_pos[geom] + corners @ rotation.T)
        radii.append(np.full(len(corners), radius))
    return np.concatenate(points), np.concatenate(radii)


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
    if leg.kind[op] == _FIXED:
        return position + rotation @ leg.offset[op], rotation @ leg.rotation[op], 0.0
    c = leg.coefficients[op]
    x = angles[leg.source[op]] if leg.source[op] >= 0 else 0.0
    value = c[0] + x * (c[1] + x * (c[2] + x * (c[3] + x * c[4])))
    slope = c[1] + x * (2.0 * c[2] + x * (3.0 * c[3] + x * 4.0 * c[4]))
    if leg.kind[op] == _SLIDE:
        return position + rotation @ leg.axis[op] * value, rotation, slope
    turned = rotation @ rotation_about(leg.axis[op], value)
    moved = position + rotation @ leg.offset[op] - turned @ leg.offset[op]
    return moved, turned, slope


@njit(cache=True, nogil=True)
def foot_pose(
    leg: Leg, position: np.ndarray, rotation: np.ndarray, angles: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Position (3,) of the calcaneus and rotation (3, 3) of the foot's axes in the world.

    Args:
        leg: chain.
        position: of the pelvis in the world (3,) [m].
        rotation: base_link to world (3, 3).
        angles: leg joints (7,) [rad].
    """
    for op in range(leg.foot_op):
        position, rotation, _ = _apply(leg, op, position, rotation, angles)
    return position, rotation @ _FOOT_TO_CALCANEUS


@njit(cache=True, nogil=True)
def hip_of(leg: Leg) -> np.ndarray:
    """The hip's centre (3,) in base_link [m]."""
    position, rotation, op = np.zeros(3), np.eye(3), 0
    while leg.kind[op] == _FIXED:
        position, rotation, _ = _apply(leg, op, position, rotation, np.zeros(NUM_LEG_JOINTS))
        op += 1
    return position


@njit(cache=True, nogil=True)
def ankle_of(leg: Leg, position: np.ndarray, foot: np.ndarray) -> np.ndarray:
    """The ankle's centre (3,), about, for a foot whose calcaneus is at `position` [m]."""
    return position - foot @ _FOOT_TO_CALCANEUS.T.copy() @ leg.ankle_to_calcaneus


@njit(cache=True, nogil=True)
def lowest_point(leg: Leg, position: np.ndarray, foot: np.ndarray, mtp: float) -> float:
    """Height [m] of the lowest point of a foot whose calcaneus is at `position`.

    Args:
        leg: chain.
        position: of the calcaneus (3,) [m].
        foot: rotation of the foot's axes (3, 3).
        mtp: angle of the toes [rad].
    """
    rotation = foot @ _FOOT_TO_CALCANEUS.T.copy()
    lowest = 1e9
    for i in range(leg.sole.shape[0]):
        lowest = min(lowest, position[2] + (rotation @ leg.sole[i])[2] - leg.sole_radius[i])
    angles = np.zeros(NUM_LEG_JOINTS)
    angles[_MTP] = mtp
    for op in range(leg.foot_op, leg.kind.shape[0]):
        position, rotation, _ = _apply(leg, op, position, rotation, angles)
    for i in range(leg.toe.shape[0]):
        lowest = min(lowest, position[2] + (rotation @ leg.toe[i])[2] - leg.toe_radius[i])
    return lowest


@njit(cache=True, nogil=True)
def solve_leg(
    leg: Leg,
    position: np.ndarray,
    rotation: np.ndarray,
    target: np.ndarray,
    target_foot: np.ndarray,
    wanted: np.ndarray,
    weights: np.ndarray,
) -> np.ndarray:
    """Leg joints (7,) that bring the foot to a pose, near the `wanted` angles.

    Damped least squares from `wanted`: min |wp (p - p*)|^2 + |wr r|^2 + |wq (q - wanted)|^2.

    Args:
        leg: chain.
        position: of the pelvis (3,) [m].
        rotation: base_link to world (3, 3).
        target: position of the calcaneus (3,) [m].
        target_foot: rotation of the foot's axes (3, 3).
        wanted: leg joints (7,) to stay near [rad].
        weights: wp [1/m], wr [1/rad], wq [1/rad].
    """
    solved = _MTP  # the joints before the toes
    q = wanted.copy()
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
        foot = r @ _FOOT_TO_CALCANEUS
        jacobian[:] = 0.0
        for op in range(leg.foot_op):
            j = leg.source[op]
            if leg.kind[op] == _FIXED or j < 0:
                continue
            axis = axes[op] * slopes[op]
            if leg.kind[op] == _SLIDE:
                jacobian[:3, j] += weights[0] * axis
            else:
                jacobian[:3, j] += weights[0] * np.cross(axis, p - anchors[op])
                jacobian[3:, j] += weights[1] * axis
        residual[:3] = weights[0] * (target - p)
        error = target_foot @ foot.T
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
    return q
