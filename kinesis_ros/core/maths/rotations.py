# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Quaternions (w, x, y, z) and headings as compiled functions. World: x forward, y left, z up."""

from typing import TypeVar

import numpy as np

from kinesis_ros.core.compiled import njit

_Angle = TypeVar("_Angle", float, np.ndarray)


@njit(cache=True, nogil=True)
def multiply(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Hamilton product of two quaternions, (4,)."""
    return np.array(
        [
            a[0] * b[0] - a[1] * b[1] - a[2] * b[2] - a[3] * b[3],
            a[0] * b[1] + a[1] * b[0] + a[2] * b[3] - a[3] * b[2],
            a[0] * b[2] - a[1] * b[3] + a[2] * b[0] + a[3] * b[1],
            a[0] * b[3] + a[1] * b[2] - a[2] * b[1] + a[3] * b[0],
        ]
    )


@njit(cache=True, nogil=True)
def conjugate(q: np.ndarray) -> np.ndarray:
    """Inverse of a unit quaternion, (4,)."""
    return np.array([q[0], -q[1], -q[2], -q[3]])


@njit(cache=True, nogil=True)
def rotate(q: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Rotate the vector `v` (3,) by the unit quaternion `q` (4,)."""
    u0 = q[2] * v[2] - q[3] * v[1] + q[0] * v[0]
    u1 = q[3] * v[0] - q[1] * v[2] + q[0] * v[1]
    u2 = q[1] * v[1] - q[2] * v[0] + q[0] * v[2]
    return np.array(
        [
            v[0] + 2.0 * (q[2] * u2 - q[3] * u1),
            v[1] + 2.0 * (q[3] * u0 - q[1] * u2),
            v[2] + 2.0 * (q[1] * u1 - q[2] * u0),
        ]
    )


@njit(cache=True, nogil=True)
def heading(q: np.ndarray) -> float:
    """Angle [rad] from world x to the horizontal projection of the rotated x axis."""
    return np.arctan2(2.0 * (q[0] * q[3] + q[1] * q[2]), 1.0 - 2.0 * (q[2] ** 2 + q[3] ** 2))


@njit(cache=True, nogil=True)
def from_heading(angle: float) -> np.ndarray:
    """Quaternion (4,) of a rotation by `angle` [rad] about the vertical."""
    return np.array([np.cos(0.5 * angle), 0.0, 0.0, np.sin(0.5 * angle)])


@njit(cache=True, nogil=True)
def from_euler(yaw: float, pitch: float, roll: float) -> np.ndarray:
    """Quaternion (4,) of a rotation by `roll` about x, `pitch` about y and `yaw` about z [rad]."""
    about_y = np.array([np.cos(0.5 * pitch), 0.0, np.sin(0.5 * pitch), 0.0])
    about_x = np.array([np.cos(0.5 * roll), np.sin(0.5 * roll), 0.0, 0.0])
    return multiply(from_heading(yaw), multiply(about_y, about_x))


@njit(cache=True, nogil=True)
def matrix(q: np.ndarray) -> np.ndarray:
    """Matrix (3, 3) of the unit quaternion `q` (4,); its columns are the rotated axes."""
    columns = np.empty((3, 3))
    for i in range(3):
        axis = np.zeros(3)
        axis[i] = 1.0
        columns[:, i] = rotate(q, axis)
    return columns


@njit(cache=True, nogil=True)
def angle_between(a: np.ndarray, b: np.ndarray) -> float:
    """Angle [rad] in [0, pi] of the rotation that takes orientation `a` to `b`."""
    dot = abs(a[0] * b[0] + a[1] * b[1] + a[2] * b[2] + a[3] * b[3])
    return 2.0 * np.arccos(min(1.0, dot))


@njit(cache=True, nogil=True)
def wrap(angle: _Angle) -> _Angle:
    """The same angle, or angles, in [-pi, pi) [rad]."""
    return (angle + np.pi) % (2.0 * np.pi) - np.pi
