# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""To kick the ball."""

import dataclasses

from kinesis_ros.core.plans.capabilities import Capabilities
from kinesis_ros.core.plans.step import PlanStep


@dataclasses.dataclass(frozen=True)
class Kick(PlanStep):
    """Kick the ball.

    Attributes:
        target: where the ball shall go, x, y, z in the world [m]; None: into the goal.
        aim: part of the goal in words, such as `left`; without a target.
    """

    target: tuple[float, float, float] | None = None
    aim: str = ""

    @property
    def needs_ball(self) -> bool:
        """It is about one."""
        return True

    def describe(self) -> str:
        """In words."""
        if self.target is None:
            return f"kick the ball into the goal{self.aim and f', {self.aim}'}"
        return f"kick the ball towards ({', '.join(f'{c:.2f}' for c in self.target)}) m"

    def obstacle(self, able: Capabilities) -> str:
        """Why a body cannot do it; empty: it can."""
        return "" if able.kick else "the policy has no kick skill"
