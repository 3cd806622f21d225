# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Walking, running and stepping aside, along a line or a curve.

Distances and angles are measured on the path that the reference walks in the world, against
where the plan began, so that the errors of one step do not add up to those of the next, and a
reference that a body has pulled along walks on to where it should.
"""

import math

import numpy as np

from kinesis_ros.core.gait import Velocity
from kinesis_ros.core.goals.profiles import turn_to_come, way_to_come
from kinesis_ros.core.goals.situation import Situation
from kinesis_ros.core.goals.skills.move import MoveSkill
from kinesis_ros.core.maths.rotations import wrap
from kinesis_ros.core.plans import Move

_COURSE_GAIN, _COURSE_RATE = 1.5, 0.4  # [1/s], [rad/s] holding a straight course
_RETURN_GAIN, _STEEPEST = 0.6, 0.35  # [rad/m], [rad] back to the line from beside it
_ASIDE, _UNDER_WAY = 0.05, 0.2  # [m/s] to the side at most, and forward at least: it walks
_BENDING = 0.6  # [rad/s] who turns faster than that does not walk straight on at once
_LEAST_CURVE_SPEED = 0.2  # [m/s] a curve begins with the turn rate of this speed


class WalkSkill(MoveSkill):
    """Walks until one of the ends is reached by letting go now."""

    def follows(self, situation: Situation, origin: np.ndarray) -> bool:
        """Who walks can walk faster, slower or in a bend, but not at once another way."""
        now, wanted = situation.velocity, self.step.velocity
        straight = abs(now.lateral) < _ASIDE and wanted.lateral == 0.0
        bends = abs(now.turn_rate) > _BENDING and now.turn_rate * wanted.turn_rate <= 0.0
        ahead = now.speed * wanted.speed > 0.0 and abs(now.speed) > _UNDER_WAY
        return straight and ahead and not bends

    def _moving(self, situation: Situation) -> Velocity | None:
        v, goes_on = self.step.velocity, self._goes_on()
        left = 0.0 if self._timed_out(situation) else self._way_left(situation)
        bends = self.step.angle is not None and v.turn_rate != 0.0
        turned = bends and abs(self._remaining) <= abs(turn_to_come(situation.velocity))
        if left <= (0.0 if goes_on or bends else way_to_come(situation.velocity)) or turned:
            return None
        if v.speed == 0.0:
            return v
        if v.turn_rate == 0.0:
            return v._replace(turn_rate=self._course(situation))
        # A circle stays one while the speed changes.
        paced = max(abs(situation.velocity.speed), min(_LEAST_CURVE_SPEED, abs(v.speed)))
        return v._replace(turn_rate=v.turn_rate * min(1.0, paced / abs(v.speed)))

    def end(self, situation: Situation) -> np.ndarray:
        """Where it ends nominally; where it is, as far as only time ended it."""
        step, v, place = self.step, self.step.velocity, self.start.place
        over = step.duration is not None
        heading = situation.line[2]
        if step.angle is not None and not over:
            heading = place[2] + step.angle
        elif v.turn_rate == 0.0:
            heading = place[2]
        if v.turn_rate != 0.0 or step.distance is None or over:
            return np.array([*situation.line[:2], heading])
        direction = self._direction
        return place + step.distance * np.array([math.cos(direction), math.sin(direction), 0.0])

    def _way_left(self, situation: Situation) -> float:
        step, v = self.step, self.step.velocity
        left = math.inf
        if step.distance is not None:
            gone = self._way
            if v.turn_rate == 0.0:
                ahead = np.array([math.cos(self._direction), math.sin(self._direction)])
                gone = float(ahead @ (situation.line[:2] - self.start.place[:2]))
            left = step.distance - gone
        if step.angle is not None and v.turn_rate:
            angle = self._remaining * math.copysign(1.0, v.turn_rate)
            left = min(left, angle * abs(v.speed / v.turn_rate))
        return left

    @property
    def _direction(self) -> float:
        """World direction [rad] of a straight way."""
        v = self.step.velocity
        return self.start.place[2] + math.atan2(v.lateral, v.speed)

    def _course(self, situation: Situation) -> float:
        """Turn rate that holds the straight line that the step nominally is."""
        off = situation.line[:2] - self.start.place[:2]
        direction = self._direction
        aside = float(math.cos(direction) * off[1] - math.sin(direction) * off[0])
        back = min(max(_RETURN_GAIN * aside, -_STEEPEST), _STEEPEST)
        rate = _COURSE_GAIN * float(wrap(self.start.place[2] - back - situation.line[2]))
        return min(max(rate, -_COURSE_RATE), _COURSE_RATE)

    def _goes_on(self) -> bool:
        """Whether the next step goes on in the same direction, without a stop."""
        following, v = self.start.following, self.step.velocity
        if not isinstance(following, Move):
            return False
        other = following.velocity
        return v.speed * other.speed > 0.0 and v.lateral == other.lateral == 0.0
