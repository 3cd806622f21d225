# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""To move steadily: walk, run, curve, step aside, or turn on the spot."""

import dataclasses
import math

from kinesis_ros.core.gait import Velocity
from kinesis_ros.core.plans.capabilities import MOST_TURNS, Capabilities
from kinesis_ros.core.plans.step import Place, PlanStep

STEP_LENGTHS = {"forward": 0.6, "backward": 0.4, "sideways": 0.3}  # [m] of a step that is counted
JOG_SPEED, RUN_SPEED = 1.6, 2.7  # [m/s] above them walking is called jogging, and running


@dataclasses.dataclass(frozen=True)
class Move(PlanStep):
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
    def ends_standing(self) -> bool:
        """It goes on into the next step."""
        return False

    @property
    def turns_in_place(self) -> bool:
        """Whether it turns without going anywhere."""
        return self.velocity.speed == 0.0 and self.velocity.lateral == 0.0

    def describe(self) -> str:
        """In words."""
        return " ".join(part for part in (self._manner(), self._ends()) if part)

    def obstacle(self, able: Capabilities) -> str:
        """Why a body cannot do it; empty: it can."""
        turns = abs(self.angle or 0.0) / (2.0 * math.pi)
        if turns > MOST_TURNS:
            return f"it is more than {MOST_TURNS:g} turns"
        return (
            able.too_far(self.distance or 0.0)
            or able.too_long(self.duration or 0.0)
            or able.too_fast(self.velocity)
        )

    def leads_to(self, place: Place) -> Place:
        """Where it ends when it begins at a place; an endless one stays there."""
        v = self.velocity
        pace = math.hypot(v.speed, v.lateral)
        times = [self.duration] if self.duration is not None else []
        if self.distance is not None and pace:
            times.append(self.distance / pace)
        if self.angle is not None and v.turn_rate:
            times.append(abs(self.angle / v.turn_rate))
        if not times:
            return place
        time = min(times)
        turn = v.turn_rate * time
        if abs(turn) < 1e-9:
            return place.moved(v.speed * time, v.lateral * time, 0.0)
        s, c = math.sin(turn) / v.turn_rate, (1.0 - math.cos(turn)) / v.turn_rate
        return place.moved(v.speed * s - v.lateral * c, v.speed * c + v.lateral * s, turn)

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


def _side(value: float) -> str:
    return "left" if value > 0.0 else "right"


def _gait(speed: float) -> str:
    if abs(speed) <= JOG_SPEED:
        return "walk"
    return "jog" if abs(speed) <= RUN_SPEED else "run"
