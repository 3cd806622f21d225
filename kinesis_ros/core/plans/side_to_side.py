# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""To step from side to side, as people do to warm up."""

import dataclasses

from kinesis_ros.core.plans.capabilities import LONGEST, Capabilities
from kinesis_ros.core.plans.step import PlanStep

_MOST_WIDTH = 3.0  # [m]


@dataclasses.dataclass(frozen=True)
class SideToSide(PlanStep):
    """Step to the left and to the right in turns, and end in the middle, facing on.

    Attributes:
        duration: end after this time, back in the middle [s].
        width: from one side to the other [m].
        speed: [m/s].
    """

    duration: float = 10.0
    width: float = 0.6
    speed: float = 0.25

    def __post_init__(self) -> None:
        for name in ("duration", "width", "speed"):
            if not getattr(self, name) > 0.0:
                raise ValueError(f"{name} must be positive, it is {getattr(self, name)}")

    def describe(self) -> str:
        """In words."""
        return f"step from side to side, {self.width:.2g} m wide, for {self.duration:.3g} s"

    def obstacle(self, able: Capabilities) -> str:
        """Why a body cannot do it; empty: it can."""
        if not able.lateral:
            return "it cannot step sideways yet"
        if self.speed > able.lateral:
            return f"{self.speed:g} m/s is too fast sideways"
        if self.width > _MOST_WIDTH:
            return f"it is more than {_MOST_WIDTH:g} m wide"
        return f"it takes more than {LONGEST:g} s" if self.duration > LONGEST else ""
