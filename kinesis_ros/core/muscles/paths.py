# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Where the muscles run, as straight segments, and the colours that show their activation."""

import mujoco
import numpy as np

_PULLEY = -2  # in wrap_obj: the path is interrupted here

_RELAXED = np.array([0.10, 0.25, 0.90])  # blue, as in the literature ...
_ACTIVE = np.array([0.95, 0.05, 0.05])  # ... to red


def activation_colors(activation: np.ndarray) -> np.ndarray:
    """Colours (n, 3), red, green and blue from 0 to 1, of activations (n,) from 0 to 1.

    The scale is that of the square root: daily life happens in the lower half of the activations,
    and would be blue throughout.
    """
    return _RELAXED + np.sqrt(activation)[:, None] * (_ACTIVE - _RELAXED)


def muscle_segments(model: mujoco.MjModel, data: mujoco.MjData) -> tuple[np.ndarray, np.ndarray]:
    """Collect the straight pieces of all muscle paths of the last step.

    Returns:
        (segments, 2, 3) end points in the world [m] and (segments,) the muscle of each.
    """
    points = data.wrap_xpos.reshape(-1, 3)
    objects = data.wrap_obj.reshape(-1)
    tendons = model.actuator_trnid[:, 0]
    first, count = data.ten_wrapadr[tendons], data.ten_wrapnum[tendons]
    muscles = np.repeat(np.arange(model.nu), np.maximum(count - 1, 0))
    starts = np.concatenate(
        [np.arange(a, a + n - 1) for a, n in zip(first, count, strict=True) if n > 1]
        or [np.empty(0, dtype=np.int64)]
    )
    real = (objects[starts] != _PULLEY) & (objects[starts + 1] != _PULLEY)
    starts = starts[real]
    return np.stack([points[starts], points[starts + 1]], axis=1), muscles[real]
