# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What becomes of goals."""

import dataclasses
import enum


class GoalError(ValueError):
    """A goal that cannot be carried out; the message says why and what can be."""


class GoalState(enum.Enum):
    """Fate of a goal."""

    ACCEPTED = "accepted"
    ACTIVE = "active"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    PREEMPTED = "preempted"
    REFUSED = "refused"


@dataclasses.dataclass(frozen=True)
class GoalEvent:
    """A change of a goal's fate.

    Attributes:
        goal: the goal in words.
        state: its fate.
        reason: why, or how far it is.
        id: of the goal, by which whoever gave it knows it again; empty: it has none.
    """

    goal: str
    state: GoalState
    reason: str
    id: str = ""
