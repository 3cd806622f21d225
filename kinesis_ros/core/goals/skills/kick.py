# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Kicking the ball."""

import numpy as np

from kinesis_ros.core.gait import Velocity
from kinesis_ros.core.gait.walked_line import STILL
from kinesis_ros.core.goals import penalty
from kinesis_ros.core.goals.situation import Situation
from kinesis_ros.core.goals.skills.skill import Skill
from kinesis_ros.core.plans import Kick, PlanStep

_USUAL_TIME = 3.5  # [s]


class KickSkill(Skill[Kick]):
    """Goes to where the ball can be kicked from, stands, kicks, and sees whether it moved."""

    _ball: np.ndarray | None = None  # (2,) where it was before the kick
    _over = False

    def preparation(self, situation: Situation) -> tuple[PlanStep, ...]:
        """The way to where the ball can be kicked from.

        Raises:
            GoalError: there is no ball, or nothing to do.
        """
        return penalty.approach(self.step, situation)

    @property
    def usual_time(self) -> float:
        """Of a kick [s]."""
        return _USUAL_TIME

    def velocity(self, situation: Situation) -> Velocity | None:
        """Stand before and in the kick; None: it is over.

        Raises:
            GoalError: the ball cannot be kicked from here, or was missed.
        """
        if self._over:
            penalty.check_hit(self._ball, situation.ball)
            return None
        if self.playing is None and situation.stands:
            self._ball = None if situation.ball is None else situation.ball.copy()
            self.playing = penalty.kick_motion(self.step, situation)
        return STILL

    def played(self) -> None:
        """The kick is over."""
        super().played()
        self._over = True
