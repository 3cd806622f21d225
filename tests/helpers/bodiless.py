# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Plans without a body: the reference is what walks."""

import dataclasses

import numpy as np

from kinesis_ros.core.gait import MotionGenerator
from kinesis_ros.core.plans import Capabilities, GoalEvent, Plan
from kinesis_ros.core.rollout import Pursuit

# All that plans can ask for, whatever the shipped policy can do.
EVERYTHING = Capabilities(forward=3.5, run=3.5, backward=0.8, lateral=0.5, turn_rate=1.5, kick=True)


@dataclasses.dataclass(frozen=True)
class Walk:
    """What came of a plan.

    Attributes:
        states: (frames, STATE_SIZE) of the reference.
        events: of the goal.
    """

    states: np.ndarray
    events: list[GoalEvent]


class Ground:
    """Carries out plans on the generator alone; the body is the reference, a frame late."""

    def __init__(self) -> None:
        self._generator = MotionGenerator.load()

    def pursuit(self, able: Capabilities = EVERYTHING) -> Pursuit:
        return Pursuit(self._generator, able=able)

    def run(
        self, pursuit: Pursuit, seconds: float, first: int = 0, state: np.ndarray | None = None
    ) -> Walk:
        body = self._generator.standing_state() if state is None else state
        states, events = [], []
        for tick in range(first, first + round(30 * seconds)):
            body = pursuit.follow(tick, body, just_placed=tick == 0)[1].copy()
            states.append(body)
            events += pursuit.goals.take_events()
            if pursuit.goals.progress() is None:
                break
        return Walk(np.array(states), events)

    def carry_out(self, plan: Plan, seconds: float = 40.0) -> Walk:
        pursuit = self.pursuit()
        pursuit.goals.take(plan)
        return self.run(pursuit, seconds)
