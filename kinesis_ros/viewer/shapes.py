# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Small triangle meshes for what is not bone, and fewer triangles for what is."""

import numpy as np

Mesh = tuple[np.ndarray, np.ndarray]  # (V, 3) vertices float32 [m], (F, 3) faces uint32


def tube(sides: int = 8) -> Mesh:
    """Open cylinder along z: radius 1, from z = -0.5 to 0.5."""
    angle = 2.0 * np.pi * np.arange(sides) / sides
    ring = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    ends = [np.column_stack([ring, np.full(sides, z)]) for z in (-0.5, 0.5)]
    i, j = np.arange(sides), (np.arange(sides) + 1) % sides
    lower = np.stack([i, j, j + sides], axis=1)
    upper = np.stack([i, j + sides, i + sides], axis=1)
    return _mesh(np.concatenate(ends), np.concatenate([lower, upper]))


def ring(inner: float, outer: float, sides: int = 48) -> Mesh:
    """Flat ring on the floor, seen from above."""
    angle = 2.0 * np.pi * np.arange(sides) / sides
    circle = np.stack([np.cos(angle), np.sin(angle), np.zeros(sides)], axis=1)
    i, j = np.arange(sides), (np.arange(sides) + 1) % sides
    first = np.stack([i, i + sides, j + sides], axis=1)
    second = np.stack([i, j + sides, j], axis=1)
    return _mesh(np.concatenate([inner * circle, outer * circle]), np.concatenate([first, second]))


def square(side: float) -> Mesh:
    """Flat square on the floor, seen from above."""
    half = 0.5 * side
    corners = np.array([[-half, -half, 0.0], [half, -half, 0.0], [half, half, 0.0]])
    return _mesh(np.concatenate([corners, [[-half, half, 0.0]]]), np.array([[0, 1, 2], [0, 2, 3]]))


def pointer(start: float, length: float, width: float) -> Mesh:
    """Flat arrow head on the floor that begins at x = `start` and points along x."""
    vertices = np.array([[start, -width, 0.0], [start + length, 0.0, 0.0], [start, width, 0.0]])
    return _mesh(vertices, np.array([[0, 1, 2]]))


def joined(*meshes: Mesh) -> Mesh:
    """One mesh of several."""
    steps = np.cumsum([0, *(len(vertices) for vertices, _ in meshes)])
    faces = [faces + step for (_, faces), step in zip(meshes, steps, strict=False)]
    return _mesh(np.concatenate([vertices for vertices, _ in meshes]), np.concatenate(faces))


def simplified(vertices: np.ndarray, faces: np.ndarray, cell: float) -> Mesh:
    """The mesh with details smaller than `cell` [m] left out, by vertex clustering.

    Vertices in one cell of a grid become one, in their middle, and triangles that have lost a
    corner vanish (Rossignac & Borrel 1993).
    """
    _, merged = np.unique(np.floor(vertices / cell), axis=0, return_inverse=True)
    merged = merged.ravel()
    count = np.bincount(merged)
    middles = np.stack([np.bincount(merged, axis) / count for axis in vertices.T], axis=1)
    corners = merged[faces]
    corners = corners[(corners != np.roll(corners, 1, axis=1)).all(axis=1)]
    # The smallest corner first: the same triangle, seen from the same side, is then the same row.
    turns = (corners.argmin(axis=1)[:, None] + np.arange(3)) % 3
    return _mesh(middles, np.unique(np.take_along_axis(corners, turns, axis=1), axis=0))


def along(start: np.ndarray, end: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Pose that lays unit tubes along z between points.

    Args:
        start: (N, 3) [m].
        end: (N, 3) [m].

    Returns:
        (N, 3) positions, (N, 4) quaternions (w, x, y, z) and (N,) lengths [m].
    """
    way = end - start
    length = np.sqrt(np.einsum("ij,ij->i", way, way))
    direction = way / np.maximum(length, 1e-9)[:, None]
    # The shortest turn from z to d: (1 + z.d, z x d), which vanishes when d is -z.
    quaternion = np.zeros((len(way), 4))
    quaternion[:, 0] = 1.0 + direction[:, 2]
    quaternion[:, 1], quaternion[:, 2] = -direction[:, 1], direction[:, 0]
    size = np.sqrt(np.einsum("ij,ij->i", quaternion, quaternion))
    quaternion[size < 1e-6] = (0.0, 1.0, 0.0, 0.0)
    quaternion /= np.where(size < 1e-6, 1.0, size)[:, None]
    return 0.5 * (start + end), quaternion, length


def bars(ends: np.ndarray, radius: float, sides: int = 10) -> Mesh:
    """One mesh of tubes between pairs of points.

    Args:
        ends: (N, 2, 3) end points [m].
        radius: of the tubes [m].
        sides: of each tube.
    """
    vertices, faces = tube(sides)
    pieces = []
    for start, end in ends:
        axis = end - start
        z = axis / np.linalg.norm(axis)
        x = np.cross(z, [0.0, 0.0, 1.0] if abs(z[2]) < 0.9 else [1.0, 0.0, 0.0])
        x /= np.linalg.norm(x)
        frame = np.stack([radius * x, radius * np.cross(z, x), axis])
        pieces.append((vertices @ frame + 0.5 * (start + end), faces))
    return joined(*pieces)


def _mesh(vertices: np.ndarray, faces: np.ndarray) -> Mesh:
    return vertices.astype(np.float32), faces.astype(np.uint32)
