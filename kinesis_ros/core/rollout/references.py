# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Where a reference comes from when the body runs without ROS: a clip, or a goal."""

from typing import Protocol

import numpy as np

from kinesis_ros.core.gait import MotionGenerator, Velocity
from kinesis_ros.core.goals import GoalConfig, GoalManager
from kinesis_ros.core.motion import Clip
from kinesis_ros.core.plans import CAPABILITIES, Capabilities, GoalError, GoalEvent, GoalState, Plan
from kinesis_ros.core.reference import PlannerConfig, ReferencePlanner
from kinesis_ros.core.rollout.pursuit import Pursuit


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

    def see_ball(self, place: np.ndarray) -> None:
        """The ball is at a place (2,) [m] of the floor."""
        ...

    def fall(self) -> None:
        """The body has just fallen."""
        ...

    def take_events(self) -> list[GoalEvent]:
        """What has become of goals since the last call."""
        ...


class ClipReference:
    """A clip, frame by frame, wherever the body is.

    Example:
        >>> import numpy as np
        >>> from kinesis_ros import Clip, ClipReference, MotionGenerator, Rollout
        >>> generator = MotionGenerator.load()
        >>> generator.command(speed=1.0)
        >>> clip = Clip("walk", "walk", np.array([generator.advance() for _ in range(60)]))
        >>> trajectory = Rollout.load(ClipReference(clip)).run(clip.duration)
        >>> bool(trajectory.tracking_error.mean() < 0.1)  # [m], of seven bodies
        True

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

    def see_ball(self, place: np.ndarray) -> None:
        """Nothing to do: a clip does not care where the ball is."""

    def fall(self) -> None:
        """Nothing to do: the clip goes on."""

    def take_events(self) -> list[GoalEvent]:
        """A clip has none."""
        return []


class GoalReference:
    """Goals, understood and planned as goal_node does: in words, as plans, or as velocities.

    Example:
        >>> from kinesis_ros import GoalReference
        >>> reference = GoalReference("walk forward two metres, then turn around")
        >>> reference.goals.plan.describe()
        'walk forward at 1.1 m/s for 2 m, then turn left by 180 degrees'
        >>> reference.say("kick the ball")
        Traceback (most recent call last):
        kinesis_ros.core.plans.events.GoalError: there is no ball: start with the scene 'penalty'
        >>> frames, now = reference.window(0, reference.start)  # what is to be followed at first
        >>> frames.shape, now
        ((12, 62), 0)

    Args:
        text: goal from the beginning on; empty: stand.
        goals: how goals are understood.
        planner: how far from the body the reference may be.
        able: what the body can do.
        generator: of motion; default: the shipped one.

    Raises:
        GoalError: the goal is not understood.
    """

    def __init__(
        self,
        text: str = "",
        goals: GoalConfig | None = None,
        planner: PlannerConfig | None = None,
        able: Capabilities = CAPABILITIES,
        generator: MotionGenerator | None = None,
    ) -> None:
        self._able = able
        self._text, self._goals, self._planning = text, goals, planner
        self._generator = generator or MotionGenerator.load()
        self._start = self._generator.standing_state()
        self._ball: np.ndarray | None = None
        self.begin(self._start)

    @property
    def start(self) -> np.ndarray:
        """Standing as the generated motion does, (STATE_SIZE,)."""
        return self._start

    @property
    def goals(self) -> GoalManager:
        """Of the goal that counts."""
        return self._pursuit.goals

    @property
    def planner(self) -> ReferencePlanner:
        """Of the frames."""
        return self._pursuit.planner

    def begin(self, state: np.ndarray) -> None:
        """Forget everything but the first goal."""
        self._pursuit = Pursuit(self._generator, self._goals, self._planning, self._able)
        self.goals.ball = self._ball
        self._events: list[GoalEvent] = []
        if self._text:
            self.say(self._text)

    def say(self, text: str) -> None:
        """Take a sentence as the new goal.

        Raises:
            GoalError: it is not understood; the old goal stays.
        """
        self.goals.say(text)
        self._check()

    def take(self, plan: Plan) -> None:
        """Take a plan as the new goal.

        Raises:
            GoalError: it cannot be done; the old goal stays.
        """
        self.goals.take(plan)
        self._check()

    def drive(self, speed: float, turn_rate: float, lateral: float = 0.0) -> None:
        """Want a velocity [m/s], [rad/s], [m/s]; as on /cmd_vel it has to be renewed."""
        self.goals.drive(Velocity(speed, turn_rate, lateral))
        self._collect()

    def window(self, frame: int, state: np.ndarray) -> tuple[np.ndarray, int]:
        """The planned frames; the first one is due now."""
        frames = self._pursuit.follow(frame, state, just_placed=frame == 0)
        self._collect()
        return frames, 0

    def see_ball(self, place: np.ndarray) -> None:
        """Kicks are made at it, also after `begin`."""
        self._ball = self.goals.ball = place

    def fall(self) -> None:
        """The goal under way has failed."""
        self.goals.fall()
        self._collect()

    def take_events(self) -> list[GoalEvent]:
        """What has become of goals since the last call."""
        events, self._events = self._events, []
        return events

    def _check(self) -> None:
        self._collect()
        if self._events and self._events[-1].state is GoalState.REFUSED:
            raise GoalError(self._events[-1].reason)

    def _collect(self) -> None:
        self._events += self.goals.take_events()


class ReferenceWalker:
    """A body that is always where the reference is: shows what is the plan's fault.

    Args:
        reference: of goals.
    """

    fell = False

    def __init__(self, reference: GoalReference) -> None:
        self.reference = reference
        self.reset()

    def reset(self) -> None:
        """Stand at the origin, facing x, without a goal."""
        self._state, self._frame = self.reference.start, 0
        self.reference.begin(self._state)

    def step(self) -> np.ndarray:
        """State (STATE_SIZE,) one control step later."""
        frames, now = self.reference.window(self._frame, self._state)
        self._state = frames[now + 1].copy()
        self._frame += 1
        return self._state
