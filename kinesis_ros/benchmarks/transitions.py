# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Goals that preempt one another: from every motion into every other, and goals at random."""

import dataclasses
import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol

import numpy as np

from kinesis_ros.core.body import CONTROL_RATE
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.gait import Velocity
from kinesis_ros.core.maths import rotations
from kinesis_ros.core.plans import Capabilities, GoTo, Kick, Move, Plan, PlanStep, Stand
from kinesis_ros.core.rollout import GoalReference, Rollout

PROTOCOL = (
    "pairs: a body that has done one motion for 4 s is told the next one when its reference is in "
    "a given phase of the stride (motions without strides: so much later), once for each ordered "
    "pair and phase, one after the other in an order drawn from the seed; a fall from then until "
    "the motion after is told counts for the pair; after a fall the body does the motion from "
    "standing; a kick is left after 4 to 10 s, on the way to the ball, in the kick or after it; "
    "random: a motion with random speeds, sides and ends every 3 s, standing up after a fall; the "
    "ball is laid 3.5 m ahead when a kick is told"
)
PHASES = 10
RANDOM_MINUTES = 10.0
GOAL_PERIOD = 3.0  # [s] between random goals

_SETTLING = 4.0  # [s] of a motion before the next one is told
_LONGEST_STRIDE = 2.5  # [s] that a phase of the stride is waited for
_KICK_SPREAD = 6.0  # [s] over which the phases of a kick are spread
_NEAR = 0.05  # of a stride: this is the phase
_BALL_AHEAD, _BALL_ASIDE = 3.5, 0.3  # [m]
_BALL_AWAY = 100.0  # [m] of a ball that nobody is to kick
_AIM = 10.0  # [m] from the body
_TRIES = 5  # to enter a motion from standing


@dataclasses.dataclass(frozen=True)
class PairTrial:
    """One motion told to a body in another.

    Attributes:
        before: the motion that it was in.
        then: the one that it was told.
        phase: of the stride in which it was told, 0 to 1.
        fell: whether the body fell.
    """

    before: str
    then: str
    phase: float
    fell: bool


@dataclasses.dataclass(frozen=True)
class RandomGoal:
    """One of the goals at random.

    Attributes:
        before: the goal that it preempted, in words.
        then: the goal in words.
        fell: whether the body fell within its time.
    """

    before: str
    then: str
    fell: bool


@dataclasses.dataclass(frozen=True)
class TransitionSummary:
    """Falls of all.

    Attributes:
        n: pairs tried, each phase counting.
        falls: of the pairs.
        share: of the pairs that fell.
        random_minutes: of random goals [min].
        falls_random: in them.
        falls_per_minute_random: in them [1/min].
    """

    n: int
    falls: int
    share: float
    random_minutes: float
    falls_random: int
    falls_per_minute_random: float


class Walker(Protocol):
    """A body that takes goals, in a scene with a ball."""

    reference: GoalReference

    @property
    def fell(self) -> bool:
        """Whether it has fallen since the last reset."""
        ...

    def reset(self) -> None:
        """Stand at the origin, facing x, without a goal."""
        ...

    def step(self) -> np.ndarray:
        """State (STATE_SIZE,) one control step later."""
        ...

    def place_ball(self, x: float, y: float) -> None:
        """Lay the ball on the floor [m]."""
        ...


class BodyWithBall:
    """A muscle-driven body with a ball.

    Args:
        rollout: in a scene with a ball, with a `GoalReference`.
    """

    def __init__(self, rollout: Rollout) -> None:
        if not isinstance(rollout.reference, GoalReference) or rollout.simulation.ball is None:
            raise TypeError("the rollout has to follow goals, and needs a ball")
        self.reference = rollout.reference
        self._rollout = rollout

    @property
    def fell(self) -> bool:
        """Whether it has fallen since the last reset."""
        return self._rollout.fell_at is not None

    def reset(self) -> None:
        """Stand at the origin, facing x, without a goal."""
        self._rollout.reset()

    def step(self) -> np.ndarray:
        """State (STATE_SIZE,) one control step later."""
        return self._rollout.step().state

    def place_ball(self, x: float, y: float) -> None:
        """Lay the ball on the floor [m]."""
        self._rollout.simulation.place_ball(x, y)
        self.reference.see_ball(np.array([x, y]))


@dataclasses.dataclass(frozen=True)
class Motion:
    """One of the motions that follow each other.

    Attributes:
        usual: its step, to a side (1 left, -1 right), for the pairs.
        random: its step with random numbers.
    """

    usual: Callable[[Capabilities, float], PlanStep]
    random: Callable[[Capabilities, np.random.Generator], PlanStep]


def _side(rng: np.random.Generator) -> float:
    return 1.0 if rng.uniform() < 0.5 else -1.0


def _ended(velocity: Velocity, rng: np.random.Generator) -> Move:
    """Half of the moves end by themselves, after a way or a time."""
    end = rng.uniform()
    if end < 0.25 and not velocity.speed == velocity.lateral == 0.0:
        return Move(velocity, distance=float(rng.uniform(0.5, 4.0)))
    if end < 0.5:
        return Move(velocity, duration=float(rng.uniform(1.0, 5.0)))
    return Move(velocity)


def _forward(low: float, high: float, rng: np.random.Generator) -> Move:
    return _ended(Velocity(float(rng.uniform(low, high))), rng)


def _turned(able: Capabilities, rng: np.random.Generator) -> Move:
    rate = _side(rng) * float(rng.uniform(0.4, 0.8)) * able.turn_rate
    if rng.uniform() < 0.5:
        return Move(Velocity(turn_rate=rate))
    angle = float(rng.uniform(0.3, math.pi))
    return Move(Velocity(turn_rate=rate), angle=math.copysign(angle, rate))


def _place(bearing: float, distance: float) -> GoTo:
    return GoTo(distance * math.cos(bearing), distance * math.sin(bearing), in_world=False)


MOTIONS: dict[str, Motion] = {
    "stand": Motion(lambda able, side: Stand(), lambda able, rng: Stand()),
    "walk slow": Motion(
        lambda able, side: Move(Velocity(0.5)), lambda able, rng: _forward(0.3, 0.8, rng)
    ),
    "walk normal": Motion(
        lambda able, side: Move(Velocity(1.1)), lambda able, rng: _forward(0.8, 1.3, rng)
    ),
    "walk fast": Motion(
        lambda able, side: Move(Velocity(able.forward)),
        lambda able, rng: _forward(1.3, able.forward, rng),
    ),
    "run": Motion(
        lambda able, side: Move(Velocity(able.run)),
        lambda able, rng: _forward(0.8 * able.run, able.run, rng),
    ),
    "circle": Motion(
        lambda able, side: Move(Velocity(0.8, side * 0.5)),
        lambda able, rng: _ended(
            Velocity(float(rng.uniform(0.5, 1.0)), _side(rng) * float(rng.uniform(0.3, 0.6))), rng
        ),
    ),
    "backward": Motion(
        lambda able, side: Move(Velocity(-0.8 * able.backward)),
        lambda able, rng: _ended(Velocity(-able.backward * float(rng.uniform(0.5, 1.0))), rng),
    ),
    "sideways": Motion(
        lambda able, side: Move(Velocity(lateral=side * 0.8 * able.lateral)),
        lambda able, rng: _ended(
            Velocity(lateral=_side(rng) * able.lateral * float(rng.uniform(0.5, 1.0))), rng
        ),
    ),
    "turn": Motion(
        lambda able, side: Move(Velocity(turn_rate=side * 0.8 * able.turn_rate)), _turned
    ),
    "go to": Motion(
        lambda able, side: _place(side * 0.8, 6.0),
        lambda able, rng: _place(
            float(rng.uniform(-math.pi, math.pi)), float(rng.uniform(0.5, 4.0))
        ),
    ),
    "kick": Motion(lambda able, side: Kick(), lambda able, rng: Kick()),
}
QUICK = ("stand", "walk normal", "run", "backward", "turn")  # motions of the short version


class TransitionRun:
    """Tells a walker one motion after the other.

    Args:
        walker: that is told.
        able: what it can do.
        seed: of orders, sides and random goals.
    """

    def __init__(self, walker: Walker, able: Capabilities, seed: int) -> None:
        self._walker, self._able, self._seed = walker, able, seed
        self._state = walker.reference.start

    def pairs(self, names: Sequence[str], phases: Iterable[int]) -> Iterator[PairTrial]:
        """Every ordered pair of motions in every phase, which are tenths of a stride."""
        for k in phases:
            rng = np.random.default_rng((self._seed, k))
            tour = all_pairs(names, rng)
            self._enter(tour[0], k, rng)
            for before, then in itertools.pairwise(tour):
                if self._walker.fell:
                    self._enter(before, k, rng)
                self._tell(MOTIONS[then].usual(self._able, _side(rng)))
                self._do(then, k)
                yield PairTrial(before, then, k / PHASES, self._walker.fell)

    def random(self, minutes: float) -> Iterator[RandomGoal]:
        """Goals at random, one every `GOAL_PERIOD`."""
        rng = np.random.default_rng((self._seed, PHASES))
        self._stand_up()
        before = "stand"
        for _ in range(round(60.0 * minutes / GOAL_PERIOD)):
            names = list(MOTIONS)
            step = MOTIONS[names[rng.integers(len(names))]].random(self._able, rng)
            self._tell(step)
            self._wait(GOAL_PERIOD)
            fell = self._walker.fell
            yield RandomGoal(before, step.describe(), fell)
            before = step.describe()
            if fell:
                self._stand_up()
                before = "stand"

    def _enter(self, name: str, k: int, rng: np.random.Generator) -> None:
        """Do a motion from standing, until it is told to do another."""
        for _ in range(_TRIES):
            self._stand_up()
            self._tell(MOTIONS[name].usual(self._able, _side(rng)))
            self._do(name, k)
            if not self._walker.fell:
                return

    def _do(self, name: str, k: int) -> None:
        """Do a motion until the moment at which the next one is to be told."""
        self._wait(_SETTLING)
        if name == "kick":
            self._wait(_KICK_SPREAD * k / PHASES)
        elif name == "stand":
            self._wait(k / PHASES)
        else:
            self._wait_for(k / PHASES)

    def _wait(self, time: float) -> None:
        for _ in range(round(time * CONTROL_RATE)):
            if self._walker.fell:
                return
            self._state = self._walker.step()

    def _wait_for(self, phase: float) -> None:
        for _ in range(round(_LONGEST_STRIDE * CONTROL_RATE)):
            off = (self._walker.reference.planner.walked.phase - phase + 0.5) % 1.0 - 0.5
            if self._walker.fell or abs(off) < _NEAR:
                return
            self._state = self._walker.step()

    def _stand_up(self) -> None:
        self._walker.reset()
        self._state = self._walker.reference.start
        self._lay_ball(_BALL_AWAY)

    def _tell(self, step: PlanStep) -> None:
        if isinstance(step, Kick):
            self._lay_ball(_BALL_AHEAD, _BALL_ASIDE)
            x, y = self._ahead(_AIM)
            step = Kick((x, y, 0.0))
        self._walker.reference.take(Plan(step.describe(), (step,)))

    def _lay_ball(self, ahead: float, aside: float = 0.0) -> None:
        self._walker.place_ball(*self._ahead(ahead, aside))

    def _ahead(self, ahead: float, aside: float = 0.0) -> tuple[float, float]:
        heading = float(rotations.heading(self._state[ks.QUATERNION]))
        c, s = math.cos(heading), math.sin(heading)
        x, y = self._state[:2]
        return float(x + c * ahead - s * aside), float(y + s * ahead + c * aside)


def all_pairs(names: Sequence[str], rng: np.random.Generator) -> list[str]:
    """A tour in which every name follows every other exactly once (Hierholzer's algorithm)."""
    to_come = {
        name: [str(other) for other in rng.permutation([n for n in names if n != name])]
        for name in names
    }
    open_, tour = [str(names[0])], []
    while open_:
        if to_come[open_[-1]]:
            open_.append(to_come[open_[-1]].pop())
        else:
            tour.append(open_.pop())
    return tour[::-1]


def summarise(pairs: Sequence[PairTrial], goals: Sequence[RandomGoal]) -> TransitionSummary:
    """Falls of both; shares of nothing are 0."""
    falls, falls_random = sum(t.fell for t in pairs), sum(g.fell for g in goals)
    minutes = len(goals) * GOAL_PERIOD / 60.0
    return TransitionSummary(
        n=len(pairs),
        falls=falls,
        share=falls / len(pairs) if pairs else 0.0,
        random_minutes=minutes,
        falls_random=falls_random,
        falls_per_minute_random=falls_random / minutes if minutes else 0.0,
    )
