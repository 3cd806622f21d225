# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""One leg of a body as a chain, read from the model here and nowhere else.

`read_chain` lists its operations by name; `leg_of` packs them, with the shape of the foot, for
compiled kinematics.
"""

import dataclasses
from typing import NamedTuple

import mujoco
import numpy as np

from kinesis_ros.core.body import ROOT_TO_BASE, SIDES, Body
from kinesis_ros.core.body import kinematic_state as ks

NUM_LEG_JOINTS = ks.NUM_JOINTS // 2
MTP = ks.JOINT_KINDS.index("mtp_angle")
KNEE = ks.JOINT_KINDS.index("knee_angle")

FIXED, HINGE, SLIDE = 0, 1, 2

# The calcaneus has x forward, y up, z right; a foot's axes are x forward, y left, z up.
FOOT_TO_CALCANEUS = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, -1.0, 0.0]])


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
    sole: np.ndarray  # (points, 3) centres of what bounds the rear foot, in the calcaneus
    sole_shape: np.ndarray  # (points, 3, 4) half axes of an ellipsoid, and a radius around it
    toe: np.ndarray  # (toe points, 3), in the toes
    toe_shape: np.ndarray  # (toe points, 3, 4)
    heel: np.ndarray  # (3,) pivot at heel strike, from the calcaneus in the foot's axes
    ball: np.ndarray  # (3,) pivot at heel rise, likewise
    tip: np.ndarray  # (3,) pivot when the toes cannot bend further, likewise
    heel_radius: float  # [m] of the round heel that rolls over the floor
    tip_radius: float  # [m] of the tip of the toes, likewise
    ankle_to_calcaneus: np.ndarray  # (3,)
    lower: np.ndarray  # (7,) joint limits [rad]
    upper: np.ndarray  # (7,)


@dataclasses.dataclass(frozen=True)
class LegOperation:
    """One step along the leg: a fixed transform into a body, or a joint of that body.

    Attributes:
        name: of the body or joint without its side, e.g. 'tibia', 'knee_angle'.
        kind: `FIXED`, `HINGE` or `SLIDE`.
        offset: (3,) of a fixed transform, or the joint's anchor in its body [m].
        rotation: (3, 3) of a fixed transform.
        axis: (3,) of a joint.
        source: leg joint that it follows, -1: constant.
        coefficients: (5,) polynomial by which it follows.
    """

    name: str
    kind: int
    offset: np.ndarray
    rotation: np.ndarray
    axis: np.ndarray
    source: int
    coefficients: np.ndarray


def read_chain(body: Body, side: str) -> tuple[LegOperation, ...]:
    """Operations from base_link to the toes on `side` ('r' or 'l') of `body`."""
    model = body.model
    root_to_base, nothing = np.zeros(9), np.zeros(3)
    mujoco.mju_quat2Mat(root_to_base, ROOT_TO_BASE)
    base_to_root = root_to_base.reshape(3, 3).T
    ops = [LegOperation("base", FIXED, nothing, base_to_root, nothing, -1, np.zeros(5))]
    for i in _path_from_root(model, model.body(f"toes_{side}").id):
        rotation = np.zeros(9)
        mujoco.mju_quat2Mat(rotation, model.body_quat[i])
        name = model.body(i).name.removesuffix(f"_{side}")
        place, turn = model.body_pos[i].copy(), rotation.reshape(3, 3)
        ops.append(LegOperation(name, FIXED, place, turn, nothing, -1, np.zeros(5)))
        start = model.body_jntadr[i]
        ops += [_read_joint(body, j, side) for j in range(start, start + model.body_jntnum[i])]
    return tuple(ops)


def _read_joint(body: Body, joint: int, side: str) -> LegOperation:
    model = body.model
    source, polynomial = _coordinate(body, joint, side)
    polynomial = polynomial.copy()
    polynomial[0] -= model.qpos0[model.jnt_qposadr[joint]]
    kind = HINGE if model.jnt_type[joint] == mujoco.mjtJoint.mjJNT_HINGE else SLIDE
    name = model.joint(joint).name.removesuffix(f"_{side}")
    anchor, axis = model.jnt_pos[joint].copy(), model.jnt_axis[joint].copy()
    return LegOperation(name, kind, anchor, np.eye(3), axis, source, polynomial)


def leg_of(body: Body, side: str) -> Leg:
    """Read the leg on `side` ('r' or 'l') of `body` for compiled kinematics."""
    model, ops = body.model, read_chain(body, side)
    foot = next(i for i, op in enumerate(ops) if op.name == "calcn")
    foot_op = next(i for i, op in enumerate(ops) if i > foot and op.kind == FIXED)
    sole, sole_shape = _bounds(model, f"calcn_{side}")
    toe, toe_shape = _bounds(model, f"toes_{side}")
    half = _half(side)
    hindmost, foremost = np.argmin(sole[:, 0]), np.argmax(toe[:, 0])
    return Leg(
        np.array([op.kind for op in ops]),
        np.array([op.offset for op in ops]),
        np.array([op.rotation for op in ops]),
        np.array([op.axis for op in ops]),
        np.array([op.source for op in ops]),
        np.array([op.coefficients for op in ops]),
        foot_op,
        sole,
        sole_shape,
        toe,
        toe_shape,
        sole[hindmost] @ FOOT_TO_CALCANEUS,
        model.body(f"toes_{side}").pos @ FOOT_TO_CALCANEUS,
        _bent_toes(model, side, toe[foremost]) @ FOOT_TO_CALCANEUS,
        float(sole_shape[hindmost, 0, 3]),
        float(toe_shape[foremost, 0, 3]),
        model.body(f"calcn_{side}").pos.copy(),
        body.leg_ranges[half, 0].copy(),
        body.leg_ranges[half, 1].copy(),
    )


def _half(side: str) -> slice:
    """The joints of a leg among those of both."""
    start = NUM_LEG_JOINTS * SIDES.index(side)
    return slice(start, start + NUM_LEG_JOINTS)


def _bent_toes(model: mujoco.MjModel, side: str, point: np.ndarray) -> np.ndarray:
    """Where a point (3,) of the toes is in the calcaneus when they are fully bent, (3,)."""
    joint = model.joint(f"mtp_angle_{side}")
    bent, quaternion = np.zeros(9), np.zeros(4)
    mujoco.mju_axisAngle2Quat(quaternion, joint.axis, joint.range[0])
    mujoco.mju_quat2Mat(bent, quaternion)
    return model.body(f"toes_{side}").pos + bent.reshape(3, 3) @ point


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
    half = body.leg_qpos[_half(side)]
    row = np.flatnonzero(couplings.follower_qpos == address)
    if len(row):
        leader = np.flatnonzero(half == couplings.leader_qpos[row[0]])
        return (int(leader[0]) if len(leader) else -1), couplings.coefficients[row[0]]
    return int(np.flatnonzero(half == address)[0]), np.array([0.0, 1.0, 0.0, 0.0, 0.0])


def _bounds(model: mujoco.MjModel, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Capsule ends and ellipsoids, (points, 3) and (points, 3, 4), of one body's contact geoms."""
    points, shapes = [], []
    matrix = np.zeros(9)
    for geom in np.flatnonzero(model.geom_bodyid == model.body(name).id):
        if not model.geom_contype[geom]:
            continue
        mujoco.mju_quat2Mat(matrix, model.geom_quat[geom])
        rotation, size = matrix.reshape(3, 3), model.geom_size[geom]
        if model.geom_type[geom] == mujoco.mjtGeom.mjGEOM_CAPSULE:
            half = rotation[:, 2] * size[1]
            axes, radius, centres = np.zeros((3, 3)), size[0], (-half, half)
        elif model.geom_type[geom] == mujoco.mjtGeom.mjGEOM_ELLIPSOID:
            axes, radius, centres = rotation * size, 0.0, (np.zeros(3),)
        else:
            raise ValueError(f"contact geom {geom} of '{name}' is neither capsule nor ellipsoid")
        for centre in centres:
            points.append(model.geom_pos[geom] + centre)
            shapes.append(np.column_stack([axes, np.full(3, radius)]))
    return np.array(points), np.array(shapes)
