# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What carries the body during a kick: the footprints, and where the floor has to push."""

import dataclasses
import math

import numpy as np

from kinesis_ros.core.body import LEFT, RIGHT
from kinesis_ros.core.kick.config import KickConfig
from kinesis_ros.core.kick.stand import KickStance
from kinesis_ros.core.kick.style import KickStyle
from kinesis_ros.core.kick.timeline import Timeline
from kinesis_ros.core.maths import quintic_step


@dataclasses.dataclass(frozen=True)
class Footprints:
    """Footprints (3,) in the frame of the kick.

    Attributes:
        right: of the kicking foot at first.
        left: of the supporting foot at first.
        plant: of the supporting foot, beside the ball.
        landing: of the kicking foot.
        joining: of the supporting foot, beside the landed one.
    """

    right: np.ndarray
    left: np.ndarray
    plant: np.ndarray
    landing: np.ndarray
    joining: np.ndarray

    @classmethod
    def of(
        cls, start: np.ndarray, stand: KickStance, style: KickStyle, config: KickConfig
    ) -> "Footprints":
        """Of a kick that begins in a state (STATE_SIZE,)."""
        plant, width = beside_ball(style, config), stand.width
        landing = plant + np.array([config.landing, -width, 0.0])
        outward = stand.prints * np.array([0.0, 0.0, 1.0])
        right, left = stand.prints_of(start)
        return cls(
            right=right,
            left=left,
            plant=plant + outward[LEFT],
            landing=landing + outward[RIGHT],
            joining=landing + np.array([0.0, width, 0.0]) + outward[LEFT],
        )


def beside_ball(style: KickStyle, config: KickConfig) -> np.ndarray:
    """Footprint (3,) of the supporting foot, turned as the kick."""
    return np.array([style.plant[0] - config.behind, config.aside, 0.0])


def support_points(
    start: np.ndarray, prints: Footprints, times: Timeline, stand: KickStance
) -> np.ndarray:
    """Where the floor has to push, (frames, 2): under the foot that carries the body."""
    t = times
    ahead = stand.centre()[0] - stand.prints[RIGHT, 0]
    begin = stand.centre(start)[:2]

    def under(footprint: np.ndarray, forward: float = 0.0) -> np.ndarray:
        x, y, yaw = footprint
        way = ahead + forward
        return np.array([x + way * math.cos(yaw), y + way * math.sin(yaw)])

    end = 0.5 * (under(prints.landing) + under(prints.joining))
    keys = (
        (0, begin),
        (2, begin),
        (t.lift - 1, under(prints.right)),
        (t.plant - 1, under(prints.right, 0.04)),
        (t.leave + 1, under(prints.plant, -0.02)),
        (t.land - 1, under(prints.plant, 0.03)),
        (t.follow, under(prints.landing)),
        (t.join, under(prints.landing)),
        (t.end - 6, end),
        (t.end, end),
    )
    places = np.array([place for _, place in keys])
    number = np.interp(t.frames, [frame for frame, _ in keys], np.arange(len(keys)))
    index = np.minimum(number.astype(int), len(keys) - 2)
    share = quintic_step(number - index)[:, None]
    return (1.0 - share) * places[index] + share * places[index + 1]
