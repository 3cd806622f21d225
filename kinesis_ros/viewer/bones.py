# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The body's bones as triangle meshes, and which of them have moved."""

import dataclasses

import mujoco
import numpy as np

from kinesis_ros.viewer.shapes import Mesh, joined

_WORLD = 0


@dataclasses.dataclass(frozen=True)
class Bone:
    """One rigid piece of the skeleton: bones that no joint separates are one piece.

    Attributes:
        name: of its body in the model.
        body: id of that body.
        vertices: (V, 3) in the body's frame [m].
        faces: (F, 3) indices of vertices.
    """

    name: str
    body: int
    vertices: np.ndarray
    faces: np.ndarray


def find_bones(model: mujoco.MjModel) -> tuple[Bone, ...]:
    """Collect the mesh geoms of `model`."""
    data = mujoco.MjData(model)
    mujoco.mj_kinematics(model, data)
    pieces: dict[int, list[Mesh]] = {}
    for geom in np.flatnonzero(model.geom_type == mujoco.mjtGeom.mjGEOM_MESH):
        body = int(model.body_weldid[model.geom_bodyid[geom]])
        if body != _WORLD:
            pieces.setdefault(body, []).append(_mesh(model, data, int(geom), body))
    return tuple(
        Bone(model.body(body).name, body, *joined(*pieces[body])) for body in sorted(pieces)
    )


def _mesh(model: mujoco.MjModel, data: mujoco.MjData, geom: int, body: int) -> Mesh:
    """Vertices of `geom` in the frame of `body`, and its faces."""
    mesh = model.geom_dataid[geom]
    first, count = model.mesh_vertadr[mesh], model.mesh_vertnum[mesh]
    vertices_w = model.mesh_vert[first : first + count] @ data.geom_xmat[geom].reshape(3, 3).T
    vertices_w += data.geom_xpos[geom]
    vertices = (vertices_w - data.xpos[body]) @ data.xmat[body].reshape(3, 3)
    first, count = model.mesh_faceadr[mesh], model.mesh_facenum[mesh]
    return vertices, model.mesh_face[first : first + count]


class BonePoses:
    """Poses of bones, and which of them have changed since they were last asked for.

    Args:
        bones: from `find_bones`.
        tolerance: smaller changes of a position [m] or of a quaternion are left out.
    """

    def __init__(self, bones: tuple[Bone, ...], tolerance: float = 4e-4) -> None:
        self._bodies = np.array([bone.body for bone in bones])
        self._tolerance = tolerance
        self.position = np.full((len(bones), 3), np.inf)  # [m]
        self.quaternion = np.full((len(bones), 4), np.inf)  # (w, x, y, z)

    def update(self, data: mujoco.MjData, origin: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Take over the poses of `data`, with positions from `origin` (3,) [m].

        Returns:
            Indices of the bones that have moved, and of those that have turned; `position` and
            `quaternion` hold their new values.
        """
        position, quaternion = data.xpos[self._bodies] - origin, data.xquat[self._bodies]
        moved = np.flatnonzero(self._differ(position, self.position))
        turned = np.flatnonzero(self._differ(quaternion, self.quaternion))
        self.position[moved] = position[moved]
        self.quaternion[turned] = quaternion[turned]
        return moved, turned

    def _differ(self, new: np.ndarray, old: np.ndarray) -> np.ndarray:
        return ~(np.abs(new - old).max(axis=1) <= self._tolerance)
