# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""A plan: the steps that a goal consists of, one after the other, in words and in numbers.

Steps say what is wanted, not how: the plan runner turns them into commands of the motion generator.
Left is positive throughout.
"""

import dataclasses

from kinesis_ros.core.plans.capabilities import Capabilities
from kinesis_ros.core.plans.events import GoalError
from kinesis_ros.core.plans.stand import Stand
from kinesis_ros.core.plans.step import PlanStep


@dataclasses.dataclass(frozen=True)
class Plan:
    """A goal as steps.

    Attributes:
        text: the goal as it was given.
        steps: one after the other; after the last one the body stands, unless it is endless.
    """

    text: str
    steps: tuple[PlanStep, ...]

    def __post_init__(self) -> None:
        if not self.steps:
            raise ValueError("a plan needs a step")

    @property
    def endless(self) -> bool:
        """Whether it goes on until told otherwise."""
        return self.steps[-1].endless

    @property
    def stands(self) -> bool:
        """Whether all it does is to stand."""
        return all(isinstance(step, Stand) for step in self.steps)

    def describe(self) -> str:
        """In words, as it was understood."""
        return ", then ".join(step.describe() for step in self.steps)

    def check(self, able: Capabilities) -> None:
        """Make sure that a body can do it.

        Raises:
            GoalError: says which step cannot be done and what can.
        """
        for step in self.steps:
            reason = step.obstacle(able)
            if reason:
                raise GoalError(f"cannot {step.describe()}: {reason}; {able.summary()}")
