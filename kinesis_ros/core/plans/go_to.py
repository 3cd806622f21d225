# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""To go to a place."""

import dataclasses
import math

from kinesis_ros.core.plans.capabilities import FARTHEST, Capabilities
from kinesis_ros.core.plans.step import Place, PlanStep


@dataclasses.dataclass(frozen=True)
class GoTo(PlanStep):
    """Walk to a place and stop on it.

    Attributes:
        x, y: the place [m].
        heading: to face in the end [rad]; None: as it comes.
        in_world: the place is in the world; otherwise relative to where the plan begins, x ahead
            and y to the left.
        speed: at most [m/s].
    """

    x: float
    y: float
    heading: float | None = None
    in_world: bool = True
    speed: float = 1.2

    def describe(self) -> str:
        """In words."""
        place = f"({self.x:.2f}, {self.y:.2f}) m"
        if not self.in_world:
            place += " from the start"
        facing = "" if self.heading is None else f" facing {math.degrees(self.heading):.0f} degrees"
        return f"go to {place}{facing}"

    def obstacle(self, able: Capabilities) -> str:
        """Why a body cannot do it; empty: it can."""
        if not (math.isfinite(self.x) and math.isfinite(self.y)):
            return "the place is not finite"
        far = max(abs(self.x), abs(self.y)) > FARTHEST
        return f"the place is more than {FARTHEST:g} m away" if far else ""

    def leads_to(self, place: Place) -> Place:
        """The place itself."""
        heading = self.heading
        if heading is None:
            heading = math.atan2(self.y - place.y, self.x - place.x)
        return Place(self.x, self.y, heading)
