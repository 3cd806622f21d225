# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Turning on the spot."""

import math

import numpy as np

from kinesis_ros.core.gait import Velocity
from kinesis_ros.core.goals.profiles import turn_to_come
from kinesis_ros.core.goals.situation import Situation
from kinesis_ros.core.goals.skills.move import MoveSkill


class TurnSkill(MoveSkill):
    """Turns until the angle is reached by letting go now."""

    def _moving(self, situation: Situation) -> Velocity | None:
        rate = self.step.velocity.turn_rate
        over = self._timed_out(situation)
        if self.step.angle is not None:
            to_come = turn_to_come(situation.velocity._replace(speed=0.0, lateral=0.0))
            over |= (self._remaining - to_come) * math.copysign(1.0, rate) <= 0.0
        return None if over else self.step.velocity

    def end(self, situation: Situation) -> np.ndarray:
        """On the spot, turned by the angle; as far as it came when time ended it."""
        heading = situation.line[2]
        if self.step.angle is not None and self.step.duration is None:
            heading = self.start.place[2] + self.step.angle
        return np.array([*self.start.place[:2], heading])
