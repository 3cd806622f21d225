# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What every step of a plan tells: in words, whether it can be done, where it leads."""

import abc
import math
from typing import NamedTuple

from kinesis_ros.core.plans.capabilities import Capabilities


class Place(NamedTuple):
    """Where a plan has led to, reckoned without a body.

    Attributes:
        x, y: [m].
        heading: turned since the beginning [rad].
    """

    x: float = 0.0
    y: float = 0.0
    heading: float = 0.0

    def moved(self, ahead: float, aside: float, turn: float) -> "Place":
        """A place `ahead` and to the left [m] of it, turned by `turn` [rad]."""
        c, s = math.cos(self.heading), math.sin(self.heading)
        x, y = self.x + c * ahead - s * aside, self.y + s * ahead + c * aside
        return Place(x, y, self.heading + turn)


class PlanStep(abc.ABC):
    """One step of a plan. It says what is wanted; a skill of `core.goals.skills` knows how."""

    @property
    def endless(self) -> bool:
        """Whether it goes on until told otherwise."""
        return False

    @property
    def ends_standing(self) -> bool:
        """Whether the body stands when it is over; otherwise a plan that ends with it stops."""
        return True

    @property
    def needs_ball(self) -> bool:
        """Whether it cannot be done without a ball."""
        return False

    @abc.abstractmethod
    def describe(self) -> str:
        """In words."""

    def obstacle(self, able: Capabilities) -> str:
        """Why a body cannot do it; empty: it can."""
        return ""

    def leads_to(self, place: Place) -> Place:
        """Where it ends when it begins at a place."""
        return place
