# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Options of a kick."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class KickConfig:
    """How the body kicks.

    Attributes:
        foot_speed: of the toes at the ball [m/s].
        stride: from standing to the foot beside the ball [m].
        sway: share of the learned inclination of the pelvis.
        aside: of the foot beside the ball from the ball's middle [m].
        behind: where the learned one stands [m]: a slower body leans back less.
        landing: of the kicking foot, ahead of the foot beside the ball [m].
    """

    foot_speed: float = 6.0
    stride: float = 0.45
    sway: float = 0.5
    aside: float = 0.26
    behind: float = 0.2
    landing: float = 0.3

    def __post_init__(self) -> None:
        for name, low, high in (
            ("foot_speed", 2.0, 12.0),
            ("stride", 0.1, 0.9),
            ("sway", 0.0, 1.0),
            ("aside", 0.15, 0.45),
            ("behind", 0.0, 0.3),
            ("landing", 0.0, 0.5),
        ):
            value = getattr(self, name)
            if not low <= value <= high:
                raise ValueError(f"{name} must be from {low} to {high}, it is {value}")
