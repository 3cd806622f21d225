# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Standing."""

import numpy as np

from kinesis_ros.core.gait import Velocity
from kinesis_ros.core.gait.walked_line import STILL
from kinesis_ros.core.goals.situation import Situation
from kinesis_ros.core.goals.skills.skill import Skill
from kinesis_ros.core.plans import Stand


class StandSkill(Skill[Stand]):
    """Stops and stands for a time."""

    _since: float | None = None

    @property
    def usual_time(self) -> float:
        """Of the pause [s]."""
        return self.step.duration or 0.0

    def follows(self, situation: Situation, origin: np.ndarray) -> bool:
        """Whoever moves can stop; from a run, too, at once is better than by way of a walk."""
        return True

    def velocity(self, situation: Situation) -> Velocity | None:
        """Stand; None: it has stood for long enough."""
        if not situation.stands:
            self._since = None
            return STILL
        self._since = situation.time if self._since is None else self._since
        return STILL if situation.time - self._since < self.usual_time else None
