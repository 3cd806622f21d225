# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Meshes as binary STL files, which RViz and every URDF library read."""

import re
from collections.abc import Iterable
from pathlib import Path

import mujoco
import numpy as np

from kinesis_ros.files import written_whole

_FACE = np.dtype([("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("attribute", "<u2")])
_HEADER = 80  # [bytes]
_SPHERE_RINGS = 12


def mesh_file(model: mujoco.MjModel, mesh: int) -> str:
    """File name of a mesh."""
    return re.sub(r"[^A-Za-z0-9_.-]", "_", model.mesh(mesh).name) + ".stl"


def write_meshes(model: mujoco.MjModel, meshes: Iterable[int], folder: Path) -> None:
    """Write meshes of `model`, in the frames that its geoms place them in."""
    for mesh in meshes:
        vertices, faces = model.mesh_vertadr[mesh], model.mesh_faceadr[mesh]
        corners = model.mesh_face[faces : faces + model.mesh_facenum[mesh]]
        points = model.mesh_vert[vertices : vertices + model.mesh_vertnum[mesh]]
        write_stl(folder / mesh_file(model, mesh), points[corners])


def unit_sphere() -> np.ndarray:
    """Triangles (faces, 3, 3) of a sphere of radius 1, outside counterclockwise."""
    rings, sectors = _SPHERE_RINGS, 2 * _SPHERE_RINGS
    polar = np.linspace(0.0, np.pi, rings + 1)[:, None]
    around = np.linspace(0.0, 2.0 * np.pi, sectors + 1)[None, :]
    x, y = np.sin(polar) * np.cos(around), np.sin(polar) * np.sin(around)
    points = np.stack([x, y, np.broadcast_to(np.cos(polar), x.shape)], axis=-1)
    a, b, c, d = points[:-1, :-1], points[1:, :-1], points[1:, 1:], points[:-1, 1:]
    upper, lower = np.stack([a, b, d], axis=-2)[1:], np.stack([b, c, d], axis=-2)[:-1]
    return np.concatenate([upper.reshape(-1, 3, 3), lower.reshape(-1, 3, 3)])


def write_stl(path: Path, triangles: np.ndarray) -> None:
    """Write triangles (faces, 3, 3) [m]."""
    faces = np.zeros(len(triangles), _FACE)
    faces["corners"] = triangles
    normals = np.cross(triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0])
    lengths = np.linalg.norm(normals, axis=1, keepdims=True)
    faces["normal"] = normals / np.where(lengths > 0.0, lengths, 1.0)
    count = np.array(len(faces), dtype="<u4")
    with written_whole(path) as beside:
        beside.write_bytes(bytes(_HEADER) + count.tobytes() + faces.tobytes())
