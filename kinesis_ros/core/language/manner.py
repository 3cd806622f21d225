# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""How a clause is to be done, with what people leave unsaid: how fast, how tight, which side."""

import math

from kinesis_ros.core.gait import Velocity
from kinesis_ros.core.language.clause import Clause
from kinesis_ros.core.plans import Capabilities, GoalError

_SPEEDS = {  # [m/s] slow, usual, fast, at most
    "jog": (2.15, 2.2, 2.5, 2.7),
    "run": (2.7, 3.0, 3.4, 3.5),
    "backward": (0.35, 0.6, 0.75, 0.8),
    "sideways": (0.2, 0.35, 0.45, 0.5),
}
_USUAL = 1.1  # [m/s] at which the speeds of verbs are meant
_SLOW, _FAST, _VERY_SLOW = 0.55, 1.27, 0.35  # times the usual speed of walking
_FASTEST_WALK = 1.5  # [m/s]
_TURN_RATES = (0.45, 0.8, 1.0)  # [rad/s] slow, usual, fast
_TURN_SHARE = 0.8  # of the turn rate that a curve may need
_CENTRIPETAL = 1.0  # [m/s^2] in a curve
_RADIUS = 1.5  # [m] of a curve
_RADII = {"tight": 0.9, "wide": 2.5}  # [m]
_VERY_WIDE = 1.4  # times a wide radius


def side_of(clause: Clause) -> float:
    """1 to the left, also when no side is named; -1 to the right."""
    return -1.0 if clause.has("right") else 1.0


def gait_of(clause: Clause) -> str:
    """'walk', 'jog' or 'run'."""
    return next((gait for gait in ("run", "jog") if clause.does(gait)), "walk")


class Manner:
    """Speeds and curves that words mean to one body.

    Args:
        walk_speed: of 'walk' without further words [m/s].
        able: what the body can do.
    """

    def __init__(self, walk_speed: float, able: Capabilities) -> None:
        self.walk_speed, self._able = walk_speed, able

    def speed(self, clause: Clause, gait: str = "") -> float:
        """How fast [m/s], without a sign.

        Args:
            clause: what is said.
            gait: 'walk', 'jog', 'run', 'backward' or 'sideways'; empty: as the verb says.
        """
        gait = gait or gait_of(clause)
        if clause.said.speed is not None:
            return clause.said.speed
        slow, usual, fast, top = self._speeds(gait)
        if clause.said.speed_factor is not None:
            return usual * clause.said.speed_factor
        if clause.has("utmost") and not clause.has("slow"):
            return min(top, max(self._able.forward, usual)) if gait == "walk" else top
        if clause.has("slow"):
            return slow * (_VERY_SLOW / _SLOW if clause.has("very") and gait == "walk" else 1.0)
        if clause.has("fast"):
            return top if clause.has("very") else fast
        if clause.verb_speed is not None and gait == "walk":
            return clause.verb_speed * self.walk_speed / _USUAL
        if clause.verb_speed is not None and gait == "run":
            return min(clause.verb_speed, top)
        return usual

    def usual_speed(self, factor: float) -> float:
        """Speed of walking [m/s], times a factor, as far as it can be done."""
        return min(max(factor * self.walk_speed, self._able.slowest), self._able.forward)

    def turn_rate(self, clause: Clause) -> float:
        """How fast it turns [rad/s], signed."""
        if clause.said.turn_speed is not None:
            return side_of(clause) * clause.said.turn_speed
        slow, usual, fast = _TURN_RATES
        rate = slow if clause.has("slow") else fast if clause.has("fast", "utmost") else usual
        return side_of(clause) * min(rate, self._able.turn_rate)

    def radius(self, clause: Clause) -> float:
        """Of a curve [m].

        Raises:
            GoalError: a circle of no size is asked for.
        """
        if clause.said.radius is not None:
            if not clause.said.radius > 0.0:
                raise GoalError(f"a radius must be positive, it is {clause.said.radius:g} m")
            return clause.said.radius
        radius = next((r for manner, r in _RADII.items() if clause.has(manner)), _RADIUS)
        return radius * (_VERY_WIDE if clause.has("very") else 1.0) if radius > 1.0 else radius

    def curve(self, clause: Clause, radius: float | None = None) -> Velocity:
        """A curve as it is said, as fast as the body turns.

        Args:
            clause: what is said.
            radius: [m]; None: as it is said.
        """
        radius = self.radius(clause) if radius is None else radius
        backward = clause.has("backward")
        speed = -self.speed(clause, "backward") if backward else self.speed(clause)
        most = min(_TURN_SHARE * self._able.turn_rate * radius, math.sqrt(_CENTRIPETAL * radius))
        if abs(speed) > most:
            speed = -most if backward else self._able.no_faster(most)
        return Velocity(speed, side_of(clause) * abs(speed) / radius)

    def _speeds(self, gait: str) -> tuple[float, float, float, float]:
        """Slow, usual, fast and at most [m/s]; a body that runs at all runs as fast as it can."""
        if gait == "walk":
            usual = self.walk_speed
            return _SLOW * usual, usual, min(_FAST * usual, _FASTEST_WALK), _FASTEST_WALK
        slow, usual, fast, top = _SPEEDS[gait]
        most = self._able.run if gait in ("jog", "run") and self._able.runs else top
        return min(slow, most), min(usual, most), min(fast, most), min(top, most)
