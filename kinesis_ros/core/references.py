# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Where a reference comes from when the body runs without ROS: a clip, or a goal."""

from typing import Protocol

import numpy as np

from kinesis_ros.core.body import CONTROL_RATE
from kinesis_ros.core.clip import Clip
from kinesis_ros.core.generator import MotionGenerator
from kinesis_ros.core.goals import GoalConfig, GoalError, GoalEvent, GoalKeeper, GoalState
from kinesis_ros.core.reference_planner import PlannerConfig, ReferencePlanner


class Reference(Protocol):
    """What `core.rollout.Rollout` needs to know about the motion that is to be followed."""

    @property
    def start(self) -> np.ndarray:
        """State (STATE_SIZE,) that the body begins in unless it is put elsewhere."""
        ...

    def begin(self, state: np.ndarray) -> None:
        """The body has been put into `state` (STATE_SIZE,), at rest or in motion; time is 0."""
        ...

    def window(self, frame: int, state: np.ndarray) -> tuple[np.ndarray, int]:
        """Frames (frames, STATE_SIZE) to follow, and the index of the one that is due now.

        Args:
            frame: control steps since `begin`; it grows by one from call to call.
            state: (STATE_SIZE,) of the body.
        """
        ...

    def fall(self) -> None:
        """The body has just fallen."""
        ...

    def take_events(self) -> list[GoalEvent]:
        """What has become of goals since the last call."""
        ...


class ClipReference:
    """A clip, frame by frame, wherever the body is.

    Args:
        clip: the motion.
    """

    def __init__(self, clip: Clip) -> None:
        self.clip = clip

    @property
    def start(self) -> np.ndarray:
        """First frame of the clip, (STATE_SIZE,)."""
        return self.clip.states[0]

    def begin(self, state: np.ndarray) -> None:
        """Nothing to do: a clip does not care where the body is."""

    def window(self, frame: int, state: np.ndarray) -> tuple[np.ndarray, int]:
        """The whole clip, and the present frame; after its end the last one counts."""
        return self.clip.states, min(frame, len(self.clip.states) - 1)

    def fall(self) -> None:
        """Nothing to do: the clip goes on."""

    def take_events(self) -> list[GoalEvent]:
        """A clip has none."""
        return []


class GoalReference:
    """Goals, understood and planned as goal_node does.

    Args:
        text: goal from the beginning on; empty: stand.
        goals: how goals are understood.
        planner: when the reference is carried to the body.

    Raises:
        GoalError: the goal is not understood.
    """

    def __init__(
        self, text: str = "", goals: GoalConfig | None = None, planner: PlannerConfig | None = None
    ) -> None:
        self._text, self._goals, self._planning = text, goals, planner
        self._generator = MotionGenerator.load()
        self._start = self._generator.standing_state()
        self.begin(self._start)

    @property
    def start(self) -> np.ndarray:
        """Standing as the generated motion does, (STATE_SIZE,)."""
        return self._start

    def begin(self, state: np.ndarray) -> None:
        """Forget everything but the first goal."""
        self.keeper = GoalKeeper(self._goals)
        self.planner = ReferencePlanner(self._generator, self._planning)
        self._state, self._time = state.copy(), 0.0
        self._events: list[GoalEvent] = []
        if self._text:
            self.say(self._text)

    def say(self, text: str) -> None:
        """Take a sentence as the new goal.

        Raises:
            GoalError: it is not understood; the old goal stays.
        """
        self.keeper.say(text, self._state[:2])
        self._collect()
        if self._events and self._events[-1].state is GoalState.REFUSED:
            raise GoalError(self._events[-1].reason)

    def drive(self, speed: float, turn_rate: float) -> None:
        """Want a speed [m/s] and a turn rate [rad/s]; as on /cmd_vel it has to be renewed."""
        self.keeper.drive(speed, turn_rate, self._time, self._state[:2])
        self._collect()

    def window(self, frame: int, state: np.ndarray) -> tuple[np.ndarray, int]:
        """The planned frames; the first one is due now."""
        self._state, self._time = state.copy(), frame / CONTROL_RATE
        self.keeper.update(self._time, state[:2], float(np.hypot(state[7], state[8])))
        self.planner.command(self.keeper.goal.speed, self.keeper.goal.turn_rate)
        frames = self.planner.follow(frame, state, just_placed=frame == 0)
        self._collect()
        return frames, 0

    def fall(self) -> None:
        """The goal under way has failed."""
        self.keeper.fall()
        self._collect()

    def take_events(self) -> list[GoalEvent]:
        """What has become of goals since the last call."""
        events, self._events = self._events, []
        return events

    def _collect(self) -> None:
        self._events += self.keeper.take_events()
