# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Carries out a plan: its steps one after the other, each by its skill."""

from typing import Any

import numpy as np

from kinesis_ros.core.gait import Velocity
from kinesis_ros.core.gait.walked_line import STILL
from kinesis_ros.core.goals.situation import Situation
from kinesis_ros.core.goals.skills import Skill, Start, skill_for
from kinesis_ros.core.motion import Clip
from kinesis_ros.core.plans import (
    CAPABILITIES,
    Capabilities,
    GoalError,
    GoalState,
    Plan,
    PlanStep,
    Stand,
)

_QUIET = 0.3  # [m/s] of the body: it has come to rest, so that another motion can begin
_LONGEST_STOP = 4.0  # [s] that coming to rest takes; a body that is pushed about never does
_PATIENCE = (6.0, 3.0)  # [s], and times the usual time, until a step has failed


class PlanRunner:
    """Carries out one plan.

    Attributes:
        plan: what to do.
        outcome: what became of it, and why; None: it is under way.

    Args:
        plan: what to do.
        able: limits of the generator.
    """

    def __init__(self, plan: Plan, able: Capabilities = CAPABILITIES) -> None:
        self.plan = plan
        self.outcome: tuple[GoalState, str] | None = None
        self._able = able
        self._steps = plan.steps
        if not (plan.endless or plan.steps[-1].ends_standing):
            self._steps += (Stand(),)
        self._index = -1
        self._skill: Skill[Any] | None = None  # of the present step
        self._prepared: PlanStep | None = None  # what it needs before it is being done
        self._origin = np.zeros(3)  # where it was when the plan was told
        self._told: float | None = None  # [s] then

    @property
    def step(self) -> PlanStep:
        """The present step."""
        return self._steps[max(self._index, 0)]

    @property
    def playing(self) -> Clip | None:
        """Motion that is to be played from now on; None: the generator moves."""
        return None if self._skill is None else self._skill.playing

    def velocity(self, situation: Situation) -> Velocity:
        """What the generator shall do now."""
        try:
            if self._skill is None:
                if not self._can_begin(situation):
                    return STILL
                self._skill = self._next(situation, situation.line)
            while self._skill is not None and self.outcome is None:
                self._check_time(self._skill, situation)
                wanted = self._skill.velocity(situation)
                if wanted is not None:
                    return wanted
                self._skill = self._next(situation, self._skill.end(situation))
        except GoalError as error:
            self.outcome = (GoalState.FAILED, str(error))
        return STILL

    def played(self) -> None:
        """The motion that was playing is over."""
        if self._skill is not None:
            self._skill.played()

    def progress(self) -> str:
        """How far it is, in words."""
        text = self.step.describe()
        if self._skill is None:
            return f"begins: {text}"
        if len(self._steps) > 1:
            text = f"step {self._index + 1} of {len(self._steps)}: {text}"
        return "; ".join(part for part in (text, self._skill.progress()) if part)

    def _can_begin(self, situation: Situation) -> bool:
        """Whether the present motion leads into the first step, or the body has come to rest."""
        if self._told is None:
            self._origin, self._told = situation.line.copy(), situation.time
            first = skill_for(self._steps[0], self._able)
            moves = not situation.velocity.still
            if situation.reference_stands or (moves and first.follows(situation, self._origin)):
                return True
        if situation.time - self._told > _LONGEST_STOP:
            return True
        return situation.reference_stands and situation.body_speed < _QUIET

    def _next(self, situation: Situation, place: np.ndarray) -> Skill[Any] | None:
        """Begin the next step, nominally at `place` (3,); None: there is none."""
        if self._index + 1 >= len(self._steps):
            self.outcome = (GoalState.SUCCEEDED, "done: the body stands")
            return None
        self._index += 1
        skill = skill_for(self.step, self._able)
        if self.step is self._prepared:
            self._prepared = None
        elif way := skill.preparation(situation):
            self._prepared = self.step
            self._steps = (*self._steps[: self._index], *way, *self._steps[self._index :])
            skill, place = skill_for(self.step, self._able), situation.line
        following = self._steps[self._index + 1] if self._index + 1 < len(self._steps) else None
        skill.begin(
            Start(situation.time, situation.line.copy(), place.copy(), self._origin, following)
        )
        return skill

    def _check_time(self, skill: Skill[Any], situation: Situation) -> None:
        """Make sure that a step does not take for ever.

        Raises:
            GoalError: it does.
        """
        limit = _PATIENCE[0] + _PATIENCE[1] * skill.usual_time
        if not skill.step.endless and situation.time - skill.start.time > limit:
            raise GoalError(f"no end of '{skill.step.describe()}' is in sight")
