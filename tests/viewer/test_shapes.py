# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Meshes and poses of the small shapes."""

import numpy as np
import pytest

from kinesis_ros.viewer import shapes


def area(vertices: np.ndarray, faces: np.ndarray) -> float:
    a, b, c = (vertices[faces[:, i]].astype(np.float64) for i in range(3))
    return 0.5 * float(np.linalg.norm(np.cross(b - a, c - a), axis=1).sum())


def normals(vertices: np.ndarray, faces: np.ndarray) -> np.ndarray:
    a, b, c = (vertices[faces[:, i]].astype(np.float64) for i in range(3))
    return np.cross(b - a, c - a)


def turned(quaternion: np.ndarray, vector: np.ndarray) -> np.ndarray:
    w, v = quaternion[0], quaternion[1:]
    return vector + 2.0 * np.cross(v, np.cross(v, vector) + w * vector)


def test_a_tube_has_the_area_of_its_polygon_and_faces_outward() -> None:
    sides = 9
    vertices, faces = shapes.tube(sides)
    assert area(vertices, faces) == pytest.approx(2.0 * sides * np.sin(np.pi / sides), rel=1e-6)
    middles = vertices[faces].mean(axis=1) * (1.0, 1.0, 0.0)
    assert (np.sum(normals(vertices, faces) * middles, axis=1) > 0.0).all()


def test_a_ring_has_the_area_between_its_circles_and_faces_up() -> None:
    vertices, faces = shapes.ring(0.2, 0.3, 400)
    assert area(vertices, faces) == pytest.approx(np.pi * (0.3**2 - 0.2**2), rel=1e-3)
    assert (normals(vertices, faces)[:, 2] > 0.0).all()


def test_joining_keeps_every_triangle() -> None:
    first, second = shapes.tube(5), shapes.ring(0.1, 0.4)
    assert area(*shapes.joined(first, second)) == pytest.approx(area(*first) + area(*second))


def test_tubes_lie_along_their_segments_in_every_direction() -> None:
    rng = np.random.default_rng(0)
    start, end = rng.normal(size=(2, 200, 3))
    end[0] = start[0] + (0.0, 0.0, 0.5)  # along z, ...
    end[1] = start[1] - (0.0, 0.0, 0.5)  # against it, where the shortest turn is not unique, ...
    end[2] = start[2]  # and nowhere
    position, quaternion, length = shapes.along(start, end)
    assert np.allclose(np.linalg.norm(quaternion, axis=1), 1.0)
    for i in range(len(start)):
        half = 0.5 * length[i] * turned(quaternion[i], np.array([0.0, 0.0, 1.0]))
        assert np.allclose(position[i] - half, start[i], atol=1e-12)
        assert np.allclose(position[i] + half, end[i], atol=1e-12)


def test_bars_reach_from_end_to_end() -> None:
    ends = np.array([[[0.0, 0.0, 0.0], [0.0, 0.0, 2.0]], [[0.0, 0.0, 2.0], [1.0, 0.0, 2.0]]])
    vertices, _ = shapes.bars(ends, 0.1)
    assert np.allclose(vertices.min(axis=0), [-0.1, -0.1, 0.0], atol=0.01)
    assert np.allclose(vertices.max(axis=0), [1.0, 0.1, 2.1], atol=0.01)


def cloud(seed: int, count: int = 400) -> tuple[np.ndarray, np.ndarray]:
    """Vertices in a box of 0.1 m, and triangles between any of them."""
    rng = np.random.default_rng(seed)
    return rng.uniform(-0.05, 0.05, (count, 3)), rng.integers(0, count, (900, 3))


@pytest.mark.parametrize("cell", [0.002, 0.01, 0.03])
def test_a_simplified_mesh_stays_within_a_cell_of_the_fine_one(cell: float) -> None:
    vertices, faces = cloud(1)
    coarse, corners = shapes.simplified(vertices, faces, cell)
    distance = np.linalg.norm(vertices[:, None] - coarse[None], axis=2)
    assert distance.min(axis=1).max() <= np.sqrt(3.0) * cell + 1e-6  # single precision
    assert distance.min(axis=0).max() <= np.sqrt(3.0) * cell + 1e-6
    assert len(coarse) <= len(vertices)
    assert corners.max() < len(coarse)
    assert (np.diff(np.sort(corners.astype(int), axis=1), axis=1) > 0).all()  # three corners each


def test_simplifying_with_tiny_cells_keeps_the_shape() -> None:
    vertices, faces = shapes.tube(12)
    coarse, corners = shapes.simplified(vertices, faces, 1e-4)
    assert len(coarse) == len(vertices)
    assert area(coarse, corners) == pytest.approx(area(vertices, faces))
    middles = coarse[corners].mean(axis=1) * (1.0, 1.0, 0.0)
    assert (np.sum(normals(coarse, corners) * middles, axis=1) > 0.0).all()


def test_a_thin_plate_keeps_both_sides() -> None:
    plate = np.array([[0.0, 0.0, 0.0], [0.1, 0.0, 0.0], [0.0, 0.1, 0.0]])
    vertices = np.concatenate([plate, plate + np.array([0.0, 0.0, 1e-4])])
    coarse, corners = shapes.simplified(vertices, np.array([[0, 2, 1], [3, 4, 5]]), 0.01)
    assert len(coarse) == 3
    assert sorted(np.sign(normals(coarse, corners)[:, 2])) == [-1.0, 1.0]
