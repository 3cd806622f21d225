# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Going to a place."""

import math

import numpy as np

from kinesis_ros.core.gait import Velocity
from kinesis_ros.core.gait.walked_line import STILL
from kinesis_ros.core.goals.arrival import steer
from kinesis_ros.core.goals.profiles import turn_to_come
from kinesis_ros.core.goals.situation import Situation
from kinesis_ros.core.goals.skills.rest import Rest
from kinesis_ros.core.goals.skills.skill import Skill, Start
from kinesis_ros.core.maths.rotations import wrap
from kinesis_ros.core.plans import GoalError, GoTo

_FACING = math.radians(4.0)  # a heading that is not worth a turn
_CALM = 0.8  # share of the turn rate that turning to a heading uses
_REACHED = 0.15  # [m] of the body from a place: closer is there
_SLOW, _STARTING = 0.5, 2.0  # [m/s] assumed when the usual time is estimated, and [s] more

_ASIDE, _UNDER_WAY = 0.05, 0.2  # [m/s] to the side at most, and forward at least: it walks
_AHEAD = math.radians(35.0)  # bearing of a place that is walked to without a stop
_BRAKING, _ROOM = 0.7, 0.5  # [m/s^2], and [m] besides the way to brake


class GoToSkill(Skill[GoTo]):
    """Walks to the place, comes to rest, turns to the heading, and sees whether it is there."""

    def follows(self, situation: Situation, origin: np.ndarray) -> bool:
        """Who walks forward can bend to a place that is far enough ahead."""
        now = situation.velocity
        off = self._in_world(origin)[:2] - situation.line[:2]
        bearing = float(wrap(math.atan2(off[1], off[0]) - situation.line[2]))
        walks = _UNDER_WAY < now.speed <= self.able.forward and abs(now.lateral) < _ASIDE
        room = now.speed**2 / (2.0 * _BRAKING) + _ROOM
        return walks and abs(bearing) < _AHEAD and math.hypot(*off) > room

    def begin(self, start: Start) -> None:
        """Find the place in the world."""
        super().begin(start)
        self._target = self._in_world(start.origin)
        self._left = math.inf  # [m]
        self._rest: Rest | None = None  # once it has arrived
        self._rested = self._faces = False

    @property
    def usual_time(self) -> float:
        """As the distance says [s]."""
        return float(np.hypot(*(self._target[:2] - self.start.place[:2]))) / _SLOW + _STARTING

    def velocity(self, situation: Situation) -> Velocity | None:
        """What the generator shall do now; None: the body stands on the place.

        Raises:
            GoalError: it stands somewhere else.
        """
        self._left = float(np.hypot(*(self._target[:2] - situation.body[:2])))
        if self._rest is None:
            wanted = steer(situation.line, self._target[:2], self.step.speed, self.able)
            if wanted is not None:
                return wanted
            self._rest = Rest()
        self._rested = self._rested or self._rest.over(situation)
        if not self._rested:
            return STILL
        turn = self._turn(situation)
        if turn is not None:
            return turn
        if not situation.stands:
            return STILL
        if self._left > _REACHED:
            raise GoalError(f"the body stands {self._left:.2f} m off")
        return None

    def end(self, situation: Situation) -> np.ndarray:
        """The place, facing as wanted; without a heading, where it is."""
        return situation.line if self.step.heading is None else self._target

    def progress(self) -> str:
        """The way that is left."""
        return f"{self._left:.2f} m left"

    def _turn(self, situation: Situation) -> Velocity | None:
        """Turning to the heading; None: it is faced, or none is wanted."""
        turn = float(wrap(self._target[2] - situation.line[2]))
        if self.step.heading is None or abs(turn) <= _FACING or self._faces:
            return None
        if (turn - turn_to_come(situation.velocity)) * turn <= 0.0:
            self._faces = True
            return STILL
        return Velocity(turn_rate=math.copysign(self.able.turn_rate * _CALM, turn))

    def _in_world(self, origin: np.ndarray) -> np.ndarray:
        """Place and heading (3,) in the world."""
        step = self.step
        place = np.array([step.x, step.y, step.heading or 0.0])
        if step.in_world:
            return place
        c, s = math.cos(origin[2]), math.sin(origin[2])
        x, y = c * step.x - s * step.y, s * step.x + c * step.y
        return origin + np.array([x, y, place[2]])
