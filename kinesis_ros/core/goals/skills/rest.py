# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Coming to rest between two steps."""

from kinesis_ros.core.goals.situation import Situation

_AT_REST = 0.05  # [m/s], [rad/s] of the reference: the next step may begin
_PAUSE = 0.4  # [s] between two steps of a plan: the body comes to rest after its reference


class Rest:
    """Tells when a reference that is told to stand has come to rest, and the body after it."""

    def __init__(self) -> None:
        self._since: float | None = None

    def over(self, situation: Situation) -> bool:
        """Whether the next step may begin."""
        v = situation.velocity
        if max(abs(v.speed), abs(v.lateral), abs(v.turn_rate)) > _AT_REST:
            return False
        self._since = situation.time if self._since is None else self._since
        return situation.time - self._since >= _PAUSE
