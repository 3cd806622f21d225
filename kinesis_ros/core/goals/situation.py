# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What a plan runner sees in each control step: the reference, the body, the time."""

import dataclasses

import numpy as np

from kinesis_ros.core.gait import Velocity

_STILL = 0.15  # [m/s] a body slower than this stands


@dataclasses.dataclass(frozen=True)
class Situation:
    """One moment.

    Attributes:
        time: [s].
        line: (3,) x, y [m] and heading [rad] of the path that the reference walks, in the world.
        velocity: of the line.
        reference_stands: whether the reference stands still.
        body: (3,) x, y [m] and heading [rad] of the body.
        body_speed: horizontal [m/s].
        frame: (STATE_SIZE,) the present frame of the reference.
        ball: (2,) where the ball is on the floor [m]; None: nobody has seen one.
    """

    time: float
    line: np.ndarray
    velocity: Velocity
    reference_stands: bool
    body: np.ndarray
    body_speed: float
    frame: np.ndarray
    ball: np.ndarray | None = None

    @property
    def stands(self) -> bool:
        """Whether both the reference and the body stand still."""
        return self.reference_stands and self.body_speed < _STILL
