# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""From the mouse to the floor."""

import numpy as np

_REACH = 60.0  # [m] farther points are near the horizon and not meant
_SHORT = 0.15  # [m] a shorter drag has no direction


def floor_point(origin: np.ndarray, direction: np.ndarray) -> np.ndarray | None:
    """Where a ray meets the floor z = 0.

    Args:
        origin: (3,) of the ray [m].
        direction: (3,) of the ray.

    Returns:
        (2,) point on the floor [m]; None when the ray goes past the floor or meets it far away.
    """
    if not (direction[2] < -1e-6 and origin[2] > 0.0):
        return None
    point = origin[:2] - origin[2] / direction[2] * direction[:2]
    return point if np.hypot(*(point - origin[:2])) <= _REACH else None


def heading(start: np.ndarray, end: np.ndarray) -> float | None:
    """Direction [rad] from one point (2,) to another, None when they are too close to tell."""
    way = end - start
    if np.hypot(*way) < _SHORT:
        return None
    return float(np.arctan2(way[1], way[0]))
