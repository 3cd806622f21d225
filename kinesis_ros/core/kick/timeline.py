# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""When things happen in a kick."""

import dataclasses

import numpy as np

from kinesis_ros.core.body import CONTROL_RATE
from kinesis_ros.core.kick.style import KickStyle

_PELVIS_SPEED = 0.4  # [m/s] that a body which has stood has at the ball


@dataclasses.dataclass(frozen=True)
class Timeline:
    """Frames at which things happen, since the beginning.

    Attributes:
        lift: the supporting foot leaves the floor.
        plant: it stands beside the ball.
        leave: the kicking foot leaves the floor.
        ball: it meets the ball.
        land: it lands.
        follow: the supporting foot leaves the floor again.
        join: it stands beside the other one.
        end: the body stands.
    """

    lift: int
    plant: int
    leave: int
    ball: int
    land: int
    follow: int
    join: int
    end: int

    @classmethod
    def of(cls, style: KickStyle, speed: float) -> "Timeline":
        """The times of a kick at a foot speed [m/s]."""
        stretch = (style.foot_speed - style.pelvis_speed) / (speed - _PELVIS_SPEED)
        swing, through = (round(CONTROL_RATE * stretch * time) for time in style.durations)
        steps = np.cumsum([15, 12, 3, swing, through, 5, 14, 18])
        return cls(*(int(frame) for frame in steps))

    @property
    def frames(self) -> np.ndarray:
        """Numbers of all frames, (end + 1,)."""
        return np.arange(self.end + 1)
