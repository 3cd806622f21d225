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
