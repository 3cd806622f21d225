# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""A compiled body as the tree of links and joints that URDF and tf know.

MuJoCo puts several joints between two bodies, turns each about its own anchor, and measures it
from a reference position. Here every joint has a link of its own: a body with n joints becomes a
chain of n links, of which the last one carries its name, and a joint at 0 is one whose MuJoCo
coordinate is 0. Coupled joints are ordinary joints: their polynomials are not linear, so URDF's
<mimic> could not express them; whoever moves the tree gives every coordinate.
"""

import dataclasses
from collections.abc import Iterator

import mujoco
import numpy as np

BASE_LINK = "base_link"

_IDENTITY = np.array([1.0, 0.0, 0.0, 0.0])
_KINDS = {
    int(mujoco.mjtJoint.mjJNT_HINGE): "revolute",
    int(mujoco.mjtJoint.mjJNT_SLIDE): "prismatic",
}


class LinkTreeError(ValueError):
    """A model that is no tree of hinges and slides on a free root; the text names the culprit."""


@dataclasses.dataclass(frozen=True)
class LinkJoint:
    """A joint, and the link that it moves.

    Attributes:
        name: MuJoCo's name of a moving joint; names of fixed ones end in '_fixed'.
        kind: 'revolute', 'continuous', 'prismatic' or 'fixed'.
        parent: link.
        child: link.
        position: (3,) of the child in the parent when the joint is at 0 [m].
        quaternion: (4,) child to parent when the joint is at 0, (w, x, y, z).
        axis: (3,) unit vector in the child; zero if fixed.
        limits: lower and upper [rad, m]; None if there are none.
        qpos: address of its coordinate in MuJoCo's qpos, -1 if fixed.
        body: MuJoCo id of the body that the child is, -1 if it is only a part of a chain.
    """

    name: str
    kind: str
    parent: str
    child: str
    position: np.ndarray
    quaternion: np.ndarray
    axis: np.ndarray
    limits: tuple[float, float] | None = None
    qpos: int = -1
    body: int = -1


def link_tree(model: mujoco.MjModel, base: np.ndarray) -> tuple[LinkJoint, ...]:
    """List the joints of a body from the root on, parents before children.

    The root link is `BASE_LINK`; the free joint is not part of the tree.

    Args:
        model: one tree whose root has a free joint, and fixed things in the world.
        base: (4,) orientation of `BASE_LINK` in the root body, (w, x, y, z).

    Raises:
        LinkTreeError: the model has more roots, or ball joints, or ambiguous names.
    """
    roots = [i for i in range(1, model.nbody) if model.body_parentid[i] == 0]
    if len(roots) != 1 or model.body_jntnum[roots[0]] != 1 or not _is_free(model, roots[0]):
        names = ", ".join(model.body(i).name for i in roots) or "none"
        raise LinkTreeError(
            f"one body with a free joint must stand in the world, there is: {names}"
        )
    joints = [_root_joint(model, roots[0], base)]
    for body in range(1, model.nbody):
        if body != roots[0]:
            joints += _joints_of(model, body)
    links = [BASE_LINK, *(joint.child for joint in joints)]
    twice = {name for name in links if links.count(name) > 1}
    if twice:
        raise LinkTreeError(f"several links would be called '{min(twice)}'")
    return tuple(joints)


def link_name(model: mujoco.MjModel, body: int) -> str:
    """Name of the link of a body: without blanks, which tf2 and xacro do not like."""
    return model.body(body).name.replace(" ", "_")


class LinkPoses:
    """Where the links are, for all joints at once.

    Args:
        joints: of a tree; fixed ones among them stay where they are.
    """

    def __init__(self, joints: tuple[LinkJoint, ...]) -> None:
        self._position = np.array([joint.position for joint in joints])
        self._quaternion = np.array([joint.quaternion for joint in joints])
        self._axis = np.array([joint.axis for joint in joints])
        self._qpos = np.array([max(joint.qpos, 0) for joint in joints])
        turns = np.array([joint.kind in ("revolute", "continuous") for joint in joints])
        slides = np.array([joint.kind == "prismatic" for joint in joints])
        self._turns, self._slides = turns.astype(float), slides.astype(float)
        # Where a slide's axis points to in the parent.
        self._direction = np.array([_rotate(j.quaternion, j.axis) for j in joints])

    def of(self, qpos: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Position (joints, 3) [m] and quaternion (joints, 4) of each child in its parent.

        Args:
            qpos: (nq,) MuJoCo's coordinates.
        """
        value = qpos[self._qpos]
        position = self._position + (self._slides * value)[:, None] * self._direction
        half = 0.5 * self._turns * value
        w, v = np.cos(half), np.sin(half)[:, None] * self._axis
        a, u = self._quaternion[:, 0], self._quaternion[:, 1:]
        quaternion = np.empty_like(self._quaternion)
        quaternion[:, 0] = a * w - np.sum(u * v, axis=1)
        quaternion[:, 1:] = a[:, None] * v + w[:, None] * u + np.cross(u, v)
        return position, quaternion


def _is_free(model: mujoco.MjModel, body: int) -> bool:
    return model.jnt_type[model.body_jntadr[body]] == mujoco.mjtJoint.mjJNT_FREE


def _root_joint(model: mujoco.MjModel, body: int, base: np.ndarray) -> LinkJoint:
    name = link_name(model, body)
    to_base = base * np.array([1.0, -1.0, -1.0, -1.0])
    return LinkJoint(
        f"{name}_fixed", "fixed", BASE_LINK, name, np.zeros(3), to_base, np.zeros(3), body=body
    )


def _joints_of(model: mujoco.MjModel, body: int) -> Iterator[LinkJoint]:
    """The chain from the parent of `body` to `body`."""
    name, parent = link_name(model, body), link_name(model, model.body_parentid[body])
    position, quaternion = model.body_pos[body].copy(), model.body_quat[body].copy()
    first, count = model.body_jntadr[body], model.body_jntnum[body]
    anchor = np.zeros(3)  # of the present link, in the axes of the body
    for i in range(first, first + count):
        shift = model.jnt_pos[i] - anchor
        anchor = model.jnt_pos[i].copy()
        last = i == first + count - 1 and not anchor.any()
        joint = _moving_joint(model, i, position + _rotate(quaternion, shift), quaternion)
        child = name if last else f"{joint.name}_link"
        yield dataclasses.replace(joint, parent=parent, child=child, body=body if last else -1)
        parent, position, quaternion = child, np.zeros(3), _IDENTITY
        if last:
            return
    fixed = f"{name}_fixed"
    still = position - _rotate(quaternion, anchor)
    yield LinkJoint(fixed, "fixed", parent, name, still, quaternion, np.zeros(3), body=body)


def _moving_joint(
    model: mujoco.MjModel, i: int, position: np.ndarray, quaternion: np.ndarray
) -> LinkJoint:
    name = model.joint(i).name
    kind = _KINDS.get(int(model.jnt_type[i]))
    if kind is None:
        raise LinkTreeError(f"joint '{name}' is neither a hinge nor a slide")
    axis, reference = model.jnt_axis[i], model.qpos0[model.jnt_qposadr[i]]
    limits: tuple[float, float] | None = None
    if model.jnt_limited[i]:
        limits = (float(model.jnt_range[i, 0]), float(model.jnt_range[i, 1]))
    # MuJoCo measures from the reference position; here 0 is 0.
    if kind == "revolute":
        back = np.concatenate([[np.cos(-0.5 * reference)], np.sin(-0.5 * reference) * axis])
        quaternion = _multiply(quaternion, back)
        kind = kind if limits else "continuous"
    else:
        position = position - reference * _rotate(quaternion, axis)
    qpos = int(model.jnt_qposadr[i])
    return LinkJoint(name, kind, "", "", position, quaternion, axis.copy(), limits, qpos)


def _multiply(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    product = np.empty(4)
    mujoco.mju_mulQuat(product, a, b)
    return product


def _rotate(quaternion: np.ndarray, vector: np.ndarray) -> np.ndarray:
    rotated = np.empty(3)
    mujoco.mju_rotVecQuat(rotated, vector, quaternion)
    return rotated
