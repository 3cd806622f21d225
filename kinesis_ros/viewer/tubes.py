# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Muscles as tubes along their paths: blue to red by activation, thicker by force.

All muscles are instances of one tube. Every straight piece that a path can have owns an
instance, whether the muscle touches its wrapping surfaces at the moment or not, so that an
instance always belongs to the same muscle.
"""

import mujoco
import numpy as np

from kinesis_ros.core.muscles import activation_colors, muscle_segments
from kinesis_ros.viewer.shapes import along

_SLIM = 0.0028  # [m] radius of a muscle without strength
_STRENGTH = 0.0042  # [m] more, for a muscle of `_REFERENCE` peak force
_FORCE = 0.009  # [m] more, while it pulls with `_REFERENCE`
_REFERENCE = 2000.0  # [N] strong muscles of the leg
_SHADES = 32  # steps of the colour scale: less than a step is no change


class MuscleTubes:
    """Instances of a unit tube that show all muscles of a body.

    Args:
        model: with muscles only.
    """

    def __init__(self, model: mujoco.MjModel) -> None:
        self._model = model
        pieces = most_segments(model)
        self.size = int(pieces.sum())
        self._first = np.cumsum(pieces) - pieces
        self._owner = np.repeat(np.arange(model.nu), pieces)
        strength = np.sqrt(np.maximum(model.actuator_gainprm[:, 2], 0.0) / _REFERENCE)
        self._slack = _SLIM + _STRENGTH * np.minimum(strength, 2.0)
        self._radius = self._slack.copy()
        self._shade = np.full(model.nu, -1)
        self.position = np.zeros((self.size, 3), dtype=np.float32)  # from an origin [m]
        self.quaternion = np.zeros((self.size, 4), dtype=np.float32)  # (w, x, y, z)
        self.quaternion[:, 0] = 1.0
        self.scale = np.zeros((self.size, 3), dtype=np.float32)  # radius, radius, length [m]
        self.color = np.zeros((self.size, 3), dtype=np.uint8)
        self.set_activation(np.zeros(model.nu))

    def follow(self, data: mujoco.MjData, origin: np.ndarray) -> None:
        """Lay the tubes along the muscle paths of `data`, whose kinematics are up to date.

        Positions are from `origin` (3,) [m].
        """
        mujoco.mj_comPos(self._model, data)
        mujoco.mj_tendon(self._model, data)
        segments, muscles = muscle_segments(self._model, data)
        begins = np.searchsorted(muscles, np.arange(self._model.nu))
        slots = self._first[muscles] + np.arange(len(muscles)) - begins[muscles]
        self.scale[:] = 0.0
        position, quaternion, length = along(segments[:, 0], segments[:, 1])
        self.position[slots] = position - origin
        self.quaternion[slots] = quaternion
        radius = self._radius[muscles]
        self.scale[slots, 0] = self.scale[slots, 1] = radius
        self.scale[slots, 2] = length + 0.5 * radius  # closes the gap at a bend

    def set_force(self, force: np.ndarray) -> None:
        """Thicken the muscles by their forces (num_muscles,) [N]; seen at the next `follow`."""
        share = np.sqrt(np.clip(force / _REFERENCE, 0.0, 4.0))
        self._radius = self._slack + _FORCE * share

    def set_activation(self, activation: np.ndarray) -> bool:
        """Colour the muscles by activations (num_muscles,), 0 to 1; whether that changes any."""
        shade = (np.clip(np.nan_to_num(activation), 0.0, 1.0) * _SHADES).astype(np.int64)
        if np.array_equal(shade, self._shade):
            return False
        self._shade = shade
        self.color[:] = (255.0 * activation_colors(shade / _SHADES)[self._owner]).astype(np.uint8)
        return True


def most_segments(model: mujoco.MjModel) -> np.ndarray:
    """How many straight pieces the path of each muscle can have, (num_muscles,)."""
    points = np.zeros(len(model.wrap_type) + 1, dtype=np.int64)
    kinds = mujoco.mjtWrap
    points[1:] += model.wrap_type == kinds.mjWRAP_SITE
    points[1:] += 2 * np.isin(model.wrap_type, [kinds.mjWRAP_SPHERE, kinds.mjWRAP_CYLINDER])
    total = np.cumsum(points)
    tendons = model.actuator_trnid[:, 0]
    first = model.tendon_adr[tendons]
    return np.maximum(total[first + model.tendon_num[tendons]] - total[first] - 1, 0)
