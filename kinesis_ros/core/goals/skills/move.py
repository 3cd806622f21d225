# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Moving steadily: what walking and turning on the spot have in common."""

import abc
import math

import numpy as np

from kinesis_ros.core.gait import Velocity
from kinesis_ros.core.gait.walked_line import STILL
from kinesis_ros.core.goals.situation import Situation
from kinesis_ros.core.goals.skills.rest import Rest
from kinesis_ros.core.goals.skills.skill import Skill, Start
from kinesis_ros.core.maths.rotations import wrap
from kinesis_ros.core.plans import Move


class MoveSkill(Skill[Move]):
    """Measures the way and the turn on the path, and comes to rest at the end."""

    def begin(self, start: Start) -> None:
        """Measure from here on."""
        super().begin(start)
        self._previous = start.line.copy()
        self._way = 0.0  # [m]
        self._turned = float(wrap(start.line[2] - start.place[2]))  # left over by the last step
        self._rest: Rest | None = None  # while coming to rest

    @property
    def usual_time(self) -> float:
        """As its ends say [s]."""
        step, v = self.step, self.step.velocity
        fast = max(abs(v.speed), abs(v.lateral))
        return max(
            (step.distance or 0.0) / max(fast, 1e-6) if fast else 0.0,
            step.duration or 0.0,
            abs(step.angle or 0.0) / max(abs(v.turn_rate), 1e-6),
        )

    def velocity(self, situation: Situation) -> Velocity | None:
        """What the generator shall do now; None: the step is done."""
        self._way += _along(situation.line[:2] - self._previous[:2], situation)
        self._turned += float(wrap(situation.line[2] - self._previous[2]))
        self._previous = situation.line.copy()
        if self._rest is None:
            wanted = self._moving(situation)
            if wanted is not None:
                return wanted
            if self._goes_on():
                return None
            self._rest = Rest()
        return None if self._rest.over(situation) else STILL

    def progress(self) -> str:
        """The way or the turn."""
        if self.step.angle is not None:
            return f"{math.degrees(abs(self._turned)):.0f} degrees turned"
        return f"{self._way:.1f} m walked"

    @abc.abstractmethod
    def _moving(self, situation: Situation) -> Velocity | None:
        """The velocity on the way; None: it is time to let go."""

    def _goes_on(self) -> bool:
        """Whether the next step goes on in the same direction, without a stop."""
        return False

    @property
    def _remaining(self) -> float:
        """Of the angle [rad], signed."""
        return (self.step.angle or 0.0) - self._turned

    def _timed_out(self, situation: Situation) -> bool:
        duration = self.step.duration
        return duration is not None and situation.time - self.start.time >= duration


def _along(moved: np.ndarray, situation: Situation) -> float:
    """How much of a displacement (2,) the reference has walked: a pull aside or back is not way."""
    speed, lateral = situation.velocity.speed, situation.velocity.lateral
    total = math.hypot(speed, lateral)
    if total == 0.0:
        return 0.0
    c, s = math.cos(situation.line[2]), math.sin(situation.line[2])
    course = np.array([c * speed - s * lateral, s * speed + c * lateral]) / total
    return float(moved @ course)
