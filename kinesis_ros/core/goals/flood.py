# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""A gate that lets a few goals a second through, so that a flood of them stops nothing."""

from collections import deque


class FloodGate:
    """Lets at most so many goals pass within any second.

    Args:
        limit: goals in a second.
    """

    def __init__(self, limit: int = 10) -> None:
        self.limit = limit
        self._passed: deque[float] = deque(maxlen=limit)
        self._held_back = 0

    def lets_pass(self, now: float) -> bool:
        """Whether a goal that comes at the time `now` [s] is looked at."""
        if len(self._passed) == self.limit and now - self._passed[0] < 1.0:
            self._held_back += 1
            return False
        self._passed.append(now)
        return True

    def take_held_back(self) -> int:
        """How many were held back since the last call."""
        count, self._held_back = self._held_back, 0
        return count
