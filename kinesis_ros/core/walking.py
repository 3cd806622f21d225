# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""A motion generator that tells where the path is that it walks."""

from kinesis_ros.core.generator import MotionGenerator
from kinesis_ros.core.reference_planner import Walked


class WalkingGenerator(MotionGenerator):
    """The motion generator for goals, which are measured on the walked path."""

    @property
    def walked(self) -> Walked:
        """Where the present frame is."""
        walker = self._walkers[1]
        return Walked(walker.line.copy(), walker.pace.velocity, self.standing)
