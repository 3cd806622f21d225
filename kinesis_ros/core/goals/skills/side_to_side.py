# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Stepping from side to side."""

import math

from kinesis_ros.core.gait import Velocity
from kinesis_ros.core.gait.walked_line import STILL
from kinesis_ros.core.goals.profiles import way_to_come
from kinesis_ros.core.goals.situation import Situation
from kinesis_ros.core.goals.skills.rest import Rest
from kinesis_ros.core.goals.skills.skill import Skill, Start
from kinesis_ros.core.plans import SideToSide

_NEAR = 0.1  # [m] from the middle: this is it
_STARTING = 2.0  # [s] and some more to come back to the middle


class SideToSideSkill(Skill[SideToSide]):
    """Steps aside, turns back when letting go now would bring it there, ends in the middle."""

    def begin(self, start: Start) -> None:
        """The middle is here; the left comes first."""
        super().begin(start)
        self._side = 1.0
        self._rest: Rest | None = None  # back in the middle

    @property
    def usual_time(self) -> float:
        """As it is wanted, and the way back [s]."""
        return self.step.duration + self.step.width / self.step.speed + _STARTING

    def velocity(self, situation: Situation) -> Velocity | None:
        """Aside; None: it stands in the middle again."""
        if self._rest is None:
            over = situation.time - self.start.time >= self.step.duration
            reached = self._side * self._aside(situation) + self._to_come(situation)
            if reached < (0.0 if over else 0.5 * self.step.width):
                return Velocity(lateral=self._side * self.step.speed)
            if not over or self._comes_back(situation):
                self._side = -self._side
                return Velocity(lateral=self._side * self.step.speed)
            self._rest = Rest()
        return None if self._rest.over(situation) else STILL

    def _aside(self, situation: Situation) -> float:
        """To the left of the middle [m]."""
        x, y, heading = self.start.place
        ahead, left = situation.line[0] - x, situation.line[1] - y
        return float(math.cos(heading) * left - math.sin(heading) * ahead)

    def _to_come(self, situation: Situation) -> float:
        """Way [m] to the side that it is going to, if it lets go now."""
        lateral = situation.velocity.lateral
        way = way_to_come(situation.velocity._replace(speed=0.0, turn_rate=0.0))
        return math.copysign(way, self._side * lateral)

    def _comes_back(self, situation: Situation) -> bool:
        """Whether the middle is behind it, on its way outward."""
        return self._side * self._aside(situation) > _NEAR
