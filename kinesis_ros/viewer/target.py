# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The target on the floor: put down by a click, moved by its middle, turned by its rim."""

import numpy as np

from kinesis_ros.viewer.picking import heading

MIDDLE = 0.2  # [m] radius of the part that moves it


class Target:
    """Where the body should walk to, and which way it should face there.

    Attributes:
        position: (2,) on the floor [m].
        angle: that the body should face [rad].
    """

    def __init__(self) -> None:
        self.position = np.zeros(2)
        self.angle = 0.0
        self._turning = False

    @property
    def pose(self) -> tuple[float, float, float]:
        """Position x, y [m] and angle [rad]."""
        return float(self.position[0]), float(self.position[1]), self.angle

    def set(self, x: float, y: float, angle: float) -> None:
        """Be at a place [m], [rad]."""
        self.position, self.angle = np.array([x, y]), angle

    def put(self, point: np.ndarray, seen_from: np.ndarray) -> None:
        """Be at `point` (2,) [m] and face away from `seen_from` (2,); a drag then turns it."""
        angle = heading(seen_from, point)
        self.position, self.angle = point.copy(), self.angle if angle is None else angle
        self._turning = True

    def grip(self, point: np.ndarray) -> None:
        """Be taken at `point` (2,) [m]: by the middle, to be moved, or by the rim, to be turned."""
        self._turning = bool(np.hypot(*(point - self.position)) > MIDDLE)

    def drag(self, point: np.ndarray) -> None:
        """Follow the pointer to `point` (2,) [m], the way it was taken."""
        if not self._turning:
            self.position = point.copy()
            return
        angle = heading(self.position, point)
        self.angle = self.angle if angle is None else angle
