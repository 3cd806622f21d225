# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Goals: what people and robot stacks say, as commands for the motion generator.

A goal comes as a sentence or as a velocity. A new one preempts the old one; every change of a
goal's fate is reported as a `GoalEvent`.
"""

import dataclasses
import enum
import re

import numpy as np

MAX_SPEED = 1.5  # [m/s] that the motion generator walks
MAX_TURN_RATE = 0.8  # [rad/s] while walking
EXAMPLES = (
    "walk forward",
    "walk slowly",
    "walk at 0.8 m/s",
    "walk in a circle to the left",
    "stop",
)

_SPEED = re.compile(r"(\d+(?:\.\d+)?)\s*(?:m/s|mps|met(?:er|re)s? per second)")
_STOP = {"stop", "stand", "halt", "wait", "stay"}
_WALK = {"walk", "go", "move", "stroll", "step", "march"}
_VEER = {"turn", "circle"}
_PACE = {
    **dict.fromkeys(("slow", "slowly", "stroll", "leisurely"), 0.6),
    **dict.fromkeys(("fast", "faster", "quickly", "briskly", "quick"), 1.3),
}
_TURN = {"left": 1.0, "right": -1.0}
_FILLING = {
    *("a", "an", "the", "and", "then", "please", "to", "in", "at", "with", "still", "up", "now"),
    *("forward", "forwards", "ahead", "straight", "on", "around", "normally", "towards"),
}
_LEAST_SPEED = 0.1  # [m/s] of walking
_CURVE = 0.4  # [rad/s] of 'left' and 'right' without a number
_STILL = 0.15  # [m/s] a body slower than this stands


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
class Goal:
    """What the body shall do.

    Attributes:
        text: the goal in words.
        speed: forward [m/s].
        turn_rate: to the left [rad/s].
    """

    text: str
    speed: float
    turn_rate: float

    @property
    def stands(self) -> bool:
        """Whether the body shall stand still."""
        return self.speed == 0.0 and self.turn_rate == 0.0


@dataclasses.dataclass(frozen=True)
class GoalEvent:
    """A change of a goal's fate.

    Attributes:
        goal: the goal in words.
        state: its fate.
        reason: why, or how far it is.
    """

    goal: str
    state: GoalState
    reason: str


STAND = Goal("stand", 0.0, 0.0)


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
        if not 0.0 < self.walk_speed <= MAX_SPEED:
            raise ValueError(f"walk_speed must be in (0, {MAX_SPEED}], it is {self.walk_speed}")
        if not self.velocity_timeout > 0.0:
            raise ValueError(f"velocity_timeout must be positive, it is {self.velocity_timeout}")


def understand(text: str, walk_speed: float) -> Goal:
    """Read a sentence such as 'walk forward', 'walk slowly to the left' or 'stop'.

    Args:
        text: English.
        walk_speed: of 'walk' without further words [m/s].

    Raises:
        GoalError: it is empty or has words that are not understood.
    """
    sentence = " ".join(text.lower().split())
    speeds = _SPEED.findall(sentence)
    words = re.findall(r"[a-z]+", _SPEED.sub(" ", sentence))
    known = _STOP | _WALK | _VEER | _PACE.keys() | _TURN.keys() | _FILLING
    strange = [word for word in words if word not in known]
    if strange or len(speeds) > 1 or re.search(r"\d", _SPEED.sub(" ", sentence)):
        raise GoalError(f"'{text}' is not understood; say for example: {'; '.join(EXAMPLES)}")
    walks, veers = (any(word in group for word in words) for group in (_WALK, _VEER))
    moves = walks or veers
    if moves == any(word in _STOP for word in words):
        raise GoalError(f"'{text}' says neither walk nor stop, or both; say: {'; '.join(EXAMPLES)}")
    if not moves:
        return Goal(sentence, 0.0, 0.0)
    usual = walk_speed if walks else _PACE["slowly"]
    speed = next((_PACE[word] for word in words if word in _PACE), usual)
    if speeds:
        speed = float(speeds[0])
    if not _LEAST_SPEED <= speed <= MAX_SPEED:
        able = f"it walks at {_LEAST_SPEED:g} to {MAX_SPEED:g} m/s"
        raise GoalError(f"'{text}': {speed:g} m/s cannot be done; {able}")
    turn = next((_TURN[word] for word in words if word in _TURN), 0.0)
    if turn == 0.0 and veers:
        turn = _TURN["left"]
    return Goal(sentence, speed, turn * _CURVE)


class GoalKeeper:
    """Keeps the goal that counts and tells what becomes of it.

    Args:
        config: options.
    """

    def __init__(self, config: GoalConfig | None = None) -> None:
        self.config = config or GoalConfig()
        self.goal = STAND
        self._renewed: float | None = None  # time of the newest velocity, None: not driven
        self._began = np.zeros(2)
        self._done = True
        self._events: list[GoalEvent] = []

    def say(self, text: str, position: np.ndarray) -> None:
        """Take a sentence as the new goal; what cannot be understood changes nothing.

        Args:
            text: English.
            position: (2,) of the body now [m].
        """
        try:
            goal = understand(text, self.config.walk_speed)
        except GoalError as error:
            self.refuse(text, str(error))
            return
        self._renewed = None
        self._begin(goal, position)

    def drive(self, speed: float, turn_rate: float, time: float, position: np.ndarray) -> None:
        """Take a velocity as the goal, cut to what the generator can do.

        Args:
            speed: forward [m/s].
            turn_rate: to the left [rad/s].
            time: now [s].
            position: (2,) of the body now [m].
        """
        if not np.isfinite([speed, turn_rate]).all():
            self.refuse("velocity", f"velocity ({speed}, {turn_rate}) is not finite")
            return
        able = Goal(
            "velocity",
            min(max(speed, 0.0), MAX_SPEED),
            min(max(turn_rate, -MAX_TURN_RATE), MAX_TURN_RATE),
        )
        if self._renewed is None:
            self._begin(able, position)
        self._renewed = time
        self.goal = able

    def refuse(self, text: str, reason: str) -> None:
        """Report a goal that is not taken."""
        self._events.append(GoalEvent(text, GoalState.REFUSED, reason))

    def update(self, time: float, position: np.ndarray, speed: float) -> None:
        """Let time pass: velocities expire, standing succeeds.

        Args:
            time: now [s].
            position: (2,) of the body [m].
            speed: of the body [m/s].
        """
        timeout = self.config.velocity_timeout
        if self._renewed is not None and not 0.0 <= time - self._renewed <= timeout:
            self._end(GoalState.SUCCEEDED, f"no velocity for {timeout:g} s: standing")
            self._renewed = None
            self._begin(STAND, position)
        driven = self._renewed is not None
        if self.goal.stands and not driven and not self._done and speed < _STILL:
            self._end(GoalState.SUCCEEDED, "the body stands")

    def fall(self) -> None:
        """The body fell: whatever it was doing failed, and goes on once it stands again."""
        if not self._done:
            self._events.append(GoalEvent(self.goal.text, GoalState.FAILED, "the body fell"))

    def progress(self, position: np.ndarray) -> GoalEvent | None:
        """How far the goal is, None when nothing is under way."""
        if self._done:
            return None
        way = float(np.linalg.norm(position - self._began))
        reason = f"{way:.1f} m from where it began, {self.goal.speed:.2f} m/s wanted"
        return GoalEvent(self.goal.text, GoalState.ACTIVE, reason)

    def take_events(self) -> list[GoalEvent]:
        """What has happened since the last call."""
        events, self._events = self._events, []
        return events

    def _begin(self, goal: Goal, position: np.ndarray) -> None:
        self._end(GoalState.PREEMPTED, f"by '{goal.text}'")
        self.goal, self._began, self._done = goal, position.copy(), False
        plan = "stand" if goal.stands else f"{goal.speed:.2f} m/s, {goal.turn_rate:+.2f} rad/s"
        self._events.append(GoalEvent(goal.text, GoalState.ACCEPTED, plan))

    def _end(self, state: GoalState, reason: str) -> None:
        if not self._done:
            self._events.append(GoalEvent(self.goal.text, state, reason))
        self._done = True
