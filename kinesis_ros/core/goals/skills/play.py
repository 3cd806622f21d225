# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Playing a motion."""

from kinesis_ros.core.gait import Velocity
from kinesis_ros.core.gait.walked_line import STILL
from kinesis_ros.core.goals.situation import Situation
from kinesis_ros.core.goals.skills.skill import Skill
from kinesis_ros.core.plans import Play


class PlaySkill(Skill[Play]):
    """Waits until the body stands, then plays."""

    _over = False

    @property
    def usual_time(self) -> float:
        """Of the motion [s]."""
        return self.step.clip.duration

    def velocity(self, situation: Situation) -> Velocity | None:
        """Stand before and while it plays; None: it is over."""
        if self._over:
            return None
        if self.playing is None and situation.stands:
            self.playing = self.step.clip
        return STILL

    def played(self) -> None:
        """The motion is over."""
        super().played()
        self._over = True
