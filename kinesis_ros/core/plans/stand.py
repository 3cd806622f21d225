# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""To stand."""

import dataclasses

from kinesis_ros.core.plans.capabilities import Capabilities
from kinesis_ros.core.plans.step import PlanStep


@dataclasses.dataclass(frozen=True)
class Stand(PlanStep):
    """Come to a stop and stand.

    Attributes:
        duration: go on after standing so long [s]; None: stay.
    """

    duration: float | None = None

    def __post_init__(self) -> None:
        if self.duration is not None and not self.duration > 0.0:
            raise ValueError(f"duration must be positive, it is {self.duration}")

    def describe(self) -> str:
        """In words."""
        return "stand still" if self.duration is None else f"stand for {self.duration:.3g} s"

    def obstacle(self, able: Capabilities) -> str:
        """Why a body cannot do it; empty: it can."""
        return able.too_long(self.duration or 0.0)
