# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What a skill is: the way in which one kind of plan step is carried out."""

import abc
import dataclasses
from typing import Generic, TypeVar

import numpy as np

from kinesis_ros.core.gait import Velocity
from kinesis_ros.core.goals.situation import Situation
from kinesis_ros.core.motion import Clip
from kinesis_ros.core.plans import Capabilities, PlanStep

Step = TypeVar("Step", bound=PlanStep)


@dataclasses.dataclass(frozen=True)
class Start:
    """How a step begins.

    Attributes:
        time: [s].
        line: (3,) x, y [m] and heading [rad] of the reference's path.
        place: (3,) where the step nominally begins, after the ones before it.
        origin: (3,) where the plan began.
        following: the step after it; None: it is the last one.
    """

    time: float
    line: np.ndarray
    place: np.ndarray
    origin: np.ndarray
    following: PlanStep | None


class Skill(abc.ABC, Generic[Step]):
    """Carries out one step: `begin`, then `velocity` in every control step until it is done.

    Attributes:
        playing: motion that is to be played from now on; None: the generator moves.

    Args:
        step: what is wanted.
        able: limits of the generator.
    """

    playing: Clip | None = None
    start: Start

    def __init__(self, step: Step, able: Capabilities) -> None:
        self.step, self.able = step, able

    def preparation(self, situation: Situation) -> tuple[PlanStep, ...]:
        """Steps that have to be done before it.

        Raises:
            GoalError: it cannot be done here.
        """
        return ()

    def follows(self, situation: Situation, origin: np.ndarray) -> bool:
        """Whether it can begin in the present motion; otherwise the body comes to rest first.

        Args:
            situation: now, in motion.
            origin: (3,) where the plan begins.
        """
        return False

    def begin(self, start: Start) -> None:
        """Note how it begins."""
        self.start = start

    @abc.abstractmethod
    def velocity(self, situation: Situation) -> Velocity | None:
        """What the generator shall do now; None: the step is done.

        Raises:
            GoalError: it has failed; the message says why.
        """

    @property
    def usual_time(self) -> float:
        """How long it usually takes [s]; several times that, and it has failed."""
        return 0.0

    def end(self, situation: Situation) -> np.ndarray:
        """Where it nominally ends, (3,) x, y [m] and heading [rad]."""
        return situation.line

    def progress(self) -> str:
        """How far it is, in words; empty: there is nothing to tell."""
        return ""

    def played(self) -> None:
        """The motion that was playing is over."""
        self.playing = None
