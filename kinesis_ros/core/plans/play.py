# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""To play a motion."""

import dataclasses

from kinesis_ros.core.motion import Clip
from kinesis_ros.core.plans.capabilities import Capabilities
from kinesis_ros.core.plans.step import PlanStep


@dataclasses.dataclass(frozen=True)
class Play(PlanStep):
    """Play a motion from where the body stands, then stand.

    Attributes:
        clip: the motion.
    """

    clip: Clip

    def describe(self) -> str:
        """In words."""
        return f"play '{self.clip.name}' for {self.clip.duration:.1f} s"

    def obstacle(self, able: Capabilities) -> str:
        """Why a body cannot do it; empty: it can."""
        return "" if able.play else "motions cannot be played"
