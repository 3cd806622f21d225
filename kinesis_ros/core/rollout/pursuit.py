# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""From goals to the reference that the body follows: what goal_node and rollouts share."""

import numpy as np

from kinesis_ros.core.body import CONTROL_RATE
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.gait import Velocity
from kinesis_ros.core.gait.walked_line import STILL
from kinesis_ros.core.goals import GoalConfig, GoalManager, Situation
from kinesis_ros.core.motion import Clip
from kinesis_ros.core.plans import CAPABILITIES, Capabilities
from kinesis_ros.core.reference import GeneratedMotion, PlannerConfig, ReferencePlanner
from kinesis_ros.core.reference.transitions import place_of

# A new command makes the generator plan its frames anew, which costs as much as ten frames.
_CHANGE_PERIOD = 3  # control steps
_LEAST_CHANGE = 0.02  # [m/s], [rad/s]


class Pursuit:
    """Keeps goals and plans the frames that carry them out.

    Args:
        generator: of motion.
        goals: how goals are understood.
        planning: how far from the body its reference may be.
        able: what the body can do.
    """

    def __init__(
        self,
        generator: GeneratedMotion,
        goals: GoalConfig | None = None,
        planning: PlannerConfig | None = None,
        able: Capabilities = CAPABILITIES,
    ) -> None:
        self.goals = GoalManager(goals, able)
        self.planner = ReferencePlanner(generator, planning)
        self._clip: Clip | None = None  # that is playing
        self._commanded = STILL

    def follow(self, tick: int, state: np.ndarray, *, just_placed: bool) -> np.ndarray:
        """Plan the reference that answers a state.

        Args:
            tick: control step of the state.
            state: (STATE_SIZE,) of the body.
            just_placed: the body has been put there and is at rest.

        Returns:
            (PLANNED, STATE_SIZE) frames, the first one is for `tick`.
        """
        self.planner.reach(tick, state, just_placed=just_placed)
        velocity = self.goals.update(self._situation(tick, state))
        self._play_or_cease(state)
        self._command(tick, velocity)
        return self.planner.frames(state)

    def _command(self, tick: int, velocity: Velocity) -> None:
        """Pass a command on, at once to stand, otherwise not for every small correction."""
        change = np.abs(np.subtract(velocity, self._commanded))
        new = bool(np.any(change > _LEAST_CHANGE)) and tick % _CHANGE_PERIOD == 0
        if new or velocity.still != self._commanded.still:
            self._commanded = velocity
        self.planner.command(*self._commanded)

    def _play_or_cease(self, state: np.ndarray) -> None:
        wanted = self.goals.playing
        if wanted is None:
            self.planner.stop_clip()
            self._clip = None
        elif wanted is not self._clip:
            self.planner.play(wanted, state)
            self._clip = wanted
        elif not self.planner.plays:
            self.goals.played()

    def _situation(self, tick: int, state: np.ndarray) -> Situation:
        walked = self.planner.walked
        return Situation(
            time=tick / CONTROL_RATE,
            line=walked.line,
            velocity=walked.velocity,
            reference_stands=walked.stands,
            body=place_of(state),
            body_speed=float(np.hypot(state[ks.VX], state[ks.VY])),
            frame=self.planner.present,
            ball=self.goals.ball,
        )
