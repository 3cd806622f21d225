# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Keeps the goal that counts, carries it out, and tells what becomes of it."""

import dataclasses
import math

import numpy as np

from kinesis_ros.core.gait import Velocity
from kinesis_ros.core.goals.plan_runner import PlanRunner
from kinesis_ros.core.goals.situation import Situation
from kinesis_ros.core.language import understand
from kinesis_ros.core.motion import Clip
from kinesis_ros.core.plans import (
    CAPABILITIES,
    Capabilities,
    GoalError,
    GoalEvent,
    GoalState,
    Plan,
    Stand,
)

DRIVEN = "velocity"  # name of the goal while velocities come
_LONGEST = 0.1  # [s] between two control steps; a clock may jump
_FIRST_STEPS = 1.2  # [s] from standing; who breaks off sooner has no foot where it is needed
_SHOWN = 80  # characters of a sentence that are repeated in an answer


@dataclasses.dataclass(frozen=True)
class GoalConfig:
    """How goals are understood.

    Attributes:
        walk_speed: of 'walk' without further words [m/s].
        velocity_timeout: a velocity holds so long without being renewed [s].
    """

    walk_speed: float = 1.1
    velocity_timeout: float = 0.5

    def __post_init__(self) -> None:
        if not 0.0 < self.walk_speed <= CAPABILITIES.forward:
            raise ValueError(
                f"walk_speed must be in (0, {CAPABILITIES.forward}], it is {self.walk_speed}"
            )
        if not self.velocity_timeout > 0.0:
            raise ValueError(f"velocity_timeout must be positive, it is {self.velocity_timeout}")


class GoalManager:
    """Takes goals, one at a time; a new one preempts the old one.

    Args:
        config: options.
        able: what the body can do.
    """

    def __init__(self, config: GoalConfig | None = None, able: Capabilities = CAPABILITIES) -> None:
        self.config, self.able = config or GoalConfig(), able
        self._runner = PlanRunner(Plan("stand", (Stand(),)), able)
        self._done, self._id = True, ""
        self._driven: Velocity | None = None  # None: no velocities come
        self._command: Velocity | None = None  # the last one; None: the goal has just begun
        self._renewed = self._time = 0.0
        self._heading = 0.0  # [rad] of the reference in the world, for 'north'
        self._stood = self._told = 0.0  # [s] when the reference last stood, and the goal came
        self._events: list[GoalEvent] = []
        self.ball: np.ndarray | None = None  # (2,) where it is [m]; None: nobody has seen one

    @property
    def plan(self) -> Plan:
        """What is being carried out."""
        return self._runner.plan

    @property
    def driven(self) -> bool:
        """Whether velocities come."""
        return self._driven is not None

    @property
    def playing(self) -> Clip | None:
        """Motion that is to be played from now on; None: the generator moves."""
        return self._runner.playing

    def say(self, text: str, id: str = "") -> None:
        """Take a sentence as the new goal; what cannot be understood changes nothing.

        Its events carry `id`, here and in the others.
        """
        try:
            plan = understand(text, self.config.walk_speed, self.able, self.plan, self._heading)
        except GoalError as error:
            self.refuse(shortened(text), str(error), id)
            return
        self.take(plan, id)

    def take(self, plan: Plan, id: str = "") -> None:
        """Take a plan as the new goal; what cannot be done changes nothing."""
        try:
            plan.check(self.able)
            if self.ball is None and any(step.needs_ball for step in plan.steps):
                raise GoalError("there is no ball: start with the scene 'penalty'")
        except GoalError as error:
            self.refuse(plan.text, str(error), id)
            return
        self._driven = None
        self._begin(plan, id)

    def drive(self, velocity: Velocity) -> None:
        """Take a velocity as the goal, cut to what the body can do; it has to be renewed."""
        numbers = tuple(velocity)
        if not all(map(math.isfinite, numbers)):
            self.refuse(DRIVEN, f"velocity {numbers} is not finite", DRIVEN)
            return
        if self._driven is None:
            self._begin(Plan(DRIVEN, (Stand(),)), DRIVEN)
        self._driven, self._renewed = self.able.driving.limited(velocity), self._time

    def refuse(self, goal: str, reason: str, id: str = "") -> None:
        """Report a goal that is not taken."""
        self._events.append(GoalEvent(goal, GoalState.REFUSED, reason, id))

    def update(self, situation: Situation) -> Velocity:
        """Let a control step pass.

        Returns:
            What the generator shall do now.
        """
        passed, self._time = situation.time - self._time, situation.time
        self._heading = float(situation.line[2])
        if situation.reference_stands:
            self._stood = situation.time
        if self._driven is not None:
            if 0.0 <= situation.time - self._renewed <= self.config.velocity_timeout:
                return self._led(self._driven, situation.velocity, passed)
            self._driven = None
            timeout = self.config.velocity_timeout
            self._end(GoalState.SUCCEEDED, f"no velocity for {timeout:g} s: standing")
            self._begin(Plan("stand", (Stand(),)))
        if self._takes_first_steps:
            return self._eased(situation.velocity, situation.velocity, passed)
        velocity = self._runner.velocity(situation)
        if self._runner.outcome is not None:
            self._end(*self._runner.outcome)
        return self._eased(velocity, situation.velocity, passed)

    def played(self) -> None:
        """The motion that was playing is over."""
        self._runner.played()

    def fall(self) -> None:
        """The body fell: a goal without an end goes on once it stands again, others end."""
        if self._done:
            return
        if self._driven is not None or self.plan.endless:
            self._events.append(
                GoalEvent(self.plan.text, GoalState.FAILED, "the body fell", self._id)
            )
            self._runner = PlanRunner(self._resumed(), self.able)
            return
        self._end(GoalState.FAILED, "the body fell")
        self._runner = PlanRunner(Plan("stand", (Stand(),)), self.able)

    def progress(self) -> GoalEvent | None:
        """How far the goal is, None when nothing is under way."""
        if self._done:
            return None
        reason = self._runner.progress()
        if self._driven is not None:
            v = self._driven
            reason = (
                f"{v.speed:.2f} m/s, {v.turn_rate:+.2f} rad/s, {v.lateral:+.2f} m/s to the left"
            )
        return GoalEvent(self.plan.text, GoalState.ACTIVE, reason, self._id)

    def take_events(self) -> list[GoalEvent]:
        """What has happened since the last call."""
        events, self._events = self._events, []
        return events

    def _eased(self, wanted: Velocity, now: Velocity, passed: float) -> Velocity:
        """The command that leads to what a plan wants, `passed` [s] after the last one."""
        command = now if self._command is None else self._command
        self._command = self.able.easing.towards(command, wanted, now.speed, _period(passed))
        return self._command

    @property
    def _takes_first_steps(self) -> bool:
        """Whether the goal before has just begun to move: its first steps are ended first."""
        return self._stood < self._told and self._time - self._stood < _FIRST_STEPS

    def _led(self, wanted: Velocity, now: Velocity, passed: float) -> Velocity:
        """The command that leads to a velocity that is driven, `passed` [s] after the last one."""
        command = now if self._command is None else self._command
        self._command = self.able.driving.towards(command, wanted, _period(passed))
        return self._command

    def _resumed(self) -> Plan:
        """The part of an endless plan that has no end."""
        last = self.plan.steps[-1]
        return Plan(self.plan.text, (last,)) if last.endless else self.plan

    def _begin(self, plan: Plan, id: str = "") -> None:
        self._end(GoalState.PREEMPTED, f"by '{plan.text}'")
        self._runner = PlanRunner(plan, self.able)
        self._done, self._id, self._command, self._told = False, id, None, self._time
        words = "follow velocities" if plan.text == DRIVEN else plan.describe()
        self._events.append(GoalEvent(plan.text, GoalState.ACCEPTED, words, id))

    def _end(self, state: GoalState, reason: str) -> None:
        if not self._done:
            self._events.append(GoalEvent(self.plan.text, state, reason, self._id))
        self._done = True


def _period(passed: float) -> float:
    """Time [s] that a command may have changed in."""
    return min(max(passed, 0.0), _LONGEST)


def shortened(text: str) -> str:
    """The text, cut to a length that fits into a status message."""
    text = " ".join(text.split())
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
