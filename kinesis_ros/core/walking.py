# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""A motion generator that tells where the path is that it walks."""

from pathlib import Path

from kinesis_ros.core.gait import Gait
from kinesis_ros.core.generator import MotionGenerator
from kinesis_ros.core.reference_planner import Walked


class WalkingGenerator(MotionGenerator):
    """The motion generator for goals, which are measured on the walked path."""

    @classmethod
    def load(cls, path: Path | None = None) -> "WalkingGenerator":
        """Make a generator from a coefficients file; default: the one that comes along.

        Raises:
            GaitError: the file cannot be used.
        """
        return cls(Gait.load(path))

    @property
    def walked(self) -> Walked:
        """Where the present frame is."""
        walker = self._walkers[1]
        return Walked(walker.line.copy(), walker.velocity, self.standing)
