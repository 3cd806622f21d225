# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""A plan: the steps that a goal consists of, one after the other, in words and in numbers.

Steps say what is wanted, not how: the plan runner turns them into commands of the motion generator.
Left is positive throughout.
"""

import dataclasses
import math

from kinesis_ros.core.gait import Velocity
from kinesis_ros.core.motion import Clip

STEP_LENGTHS = {"forward": 0.6, "backward": 0.4, "sideways": 0.3}  # [m] of a step that is counted
JOG_SPEED, RUN_SPEED = 1.6, 2.7  # [m/s] above them walking is called jogging, and running


@dataclasses.dataclass(frozen=True)
class Move:
    """Move steadily until the first of its ends is reached; without one, until told otherwise.

    Attributes:
        velocity: walk, curve, sidestep, or turn in place.
        distance: end after this length of the way [m].
        duration: end after this time [s].
        angle: end after turning so far, signed as the turn rate [rad].
    """

    velocity: Velocity
    distance: float | None = None
    duration: float | None = None
    angle: float | None = None

    def __post_init__(self) -> None:
        if self.velocity.still:
            raise ValueError("a Move has to move")
        for name in ("distance", "duration"):
            value = getattr(self, name)
            if value is not None and not value > 0.0:
                raise ValueError(f"{name} must be positive, it is {value}")
        if self.angle is not None and self.angle * self.velocity.turn_rate <= 0.0:
            raise ValueError(f"angle {self.angle} must be signed as the turn rate")

    @property
    def endless(self) -> bool:
        """Whether it has no end."""
        return self.distance is None and self.duration is None and self.angle is None

    @property
    def turns_in_place(self) -> bool:
        """Whether it turns without going anywhere."""
        return self.velocity.speed == 0.0 and self.velocity.lateral == 0.0

    def describe(self) -> str:
        """In words."""
        return " ".join(part for part in (self._manner(), self._ends()) if part)

    def _manner(self) -> str:
        v = self.velocity
        side = _side(v.turn_rate)
        if self.turns_in_place:
            return f"turn {side}"
        if v.speed == 0.0:
            return f"step to the {_side(v.lateral)} at {abs(v.lateral):.2g} m/s"
        ahead = "backward" if v.speed < 0.0 else "forward"
        walk = f"{_gait(v.speed)} {ahead} at {abs(v.speed):.2g} m/s"
        if v.turn_rate:
            walk += f" curving {side} with {abs(v.speed / v.turn_rate):.2g} m radius"
        if v.lateral:
            walk += f" and {abs(v.lateral):.2g} m/s to the {_side(v.lateral)}"
        return walk

    def _ends(self) -> str:
        ends = []
        if self.distance is not None:
            ends.append(f"for {self.distance:.3g} m")
        if self.duration is not None:
            ends.append(f"for {self.duration:.3g} s")
        if self.angle is not None:
            ends.append(f"by {round(math.degrees(abs(self.angle)), 1):g} degrees")
        return " or ".join(ends) or "until told otherwise"


@dataclasses.dataclass(frozen=True)
class Stand:
    """Come to a stop and stand.

    Attributes:
        duration: go on after standing so long [s]; None: stay.
    """

    duration: float | None = None

    def __post_init__(self) -> None:
        if self.duration is not None and not self.duration > 0.0:
            raise ValueError(f"duration must be positive, it is {self.duration}")

    endless = False  # done as soon as the body stands

    def describe(self) -> str:
        """In words."""
        return "stand still" if self.duration is None else f"stand for {self.duration:.3g} s"


@dataclasses.dataclass(frozen=True)
class GoTo:
    """Walk to a place and stop on it.

    Attributes:
        x, y: the place [m].
        heading: to face in the end [rad]; None: as it comes.
        in_world: the place is in the world; otherwise relative to where the plan begins, x ahead
            and y to the left.
        speed: at most [m/s].
    """

    x: float
    y: float
    heading: float | None = None
    in_world: bool = True
    speed: float = 1.2

    endless = False

    def describe(self) -> str:
        """In words."""
        place = f"({self.x:.2f}, {self.y:.2f}) m"
        if not self.in_world:
            place += " from the start"
        facing = "" if self.heading is None else f" facing {math.degrees(self.heading):.0f} degrees"
        return f"go to {place}{facing}"


@dataclasses.dataclass(frozen=True)
class Kick:
    """Kick the ball.

    Attributes:
        target: where the ball shall go, x, y, z in the world [m]; None: into the goal.
        aim: part of the goal in words, such as `left`; without a target.
    """

    target: tuple[float, float, float] | None = None
    aim: str = ""

    endless = False

    def describe(self) -> str:
        """In words."""
        if self.target is None:
            return f"kick the ball into the goal{self.aim and f', {self.aim}'}"
        return f"kick the ball towards ({', '.join(f'{c:.2f}' for c in self.target)}) m"


@dataclasses.dataclass(frozen=True)
class Play:
    """Play a motion from where the body stands, then stand.

    Attributes:
        clip: the motion.
    """

    clip: Clip

    endless = False

    def describe(self) -> str:
        """In words."""
        return f"play '{self.clip.name}' for {self.clip.duration:.1f} s"


PlanStep = Move | Stand | GoTo | Kick | Play


@dataclasses.dataclass(frozen=True)
class Plan:
    """A goal as steps.

    Attributes:
        text: the goal as it was given.
        steps: one after the other; after the last one the body stands, unless it is endless.
    """

    text: str
    steps: tuple[PlanStep, ...]

    def __post_init__(self) -> None:
        if not self.steps:
            raise ValueError("a plan needs a step")

    @property
    def endless(self) -> bool:
        """Whether it goes on until told otherwise."""
        return self.steps[-1].endless

    @property
    def stands(self) -> bool:
        """Whether all it does is to stand."""
        return all(isinstance(step, Stand) for step in self.steps)

    def describe(self) -> str:
        """In words, as it was understood."""
        return ", then ".join(step.describe() for step in self.steps)


def _side(value: float) -> str:
    return "left" if value > 0.0 else "right"


def _gait(speed: float) -> str:
    if abs(speed) <= JOG_SPEED:
        return "walk"
    return "jog" if abs(speed) <= RUN_SPEED else "run"
