# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""How fast the commands of plans change, so that a goal said in mid-stride makes nobody fall."""

import dataclasses

from kinesis_ros.core.gait import Velocity


@dataclasses.dataclass(frozen=True)
class Easing:
    """Limits of the changes of commands; to stand is commanded at once, as people stop.

    Growing is limited; what becomes less may do so as fast as the motion generator lets it, except
    that a run is slowed down to a walk gently.

    Attributes:
        speeding: away from standing [m/s^2]; the motion generator starts more slowly than that.
        braking: towards standing, at a walk [m/s^2].
        slowing_down: towards standing, above `RUNNING` [m/s^2].
        sideways: [m/s^2].
        turning: of who walks at `WALKING` or faster [rad/s^2].
        turning_on_the_spot: of who stands, and out of any turn [rad/s^2]; between standing and
            walking there is everything in between.
    """

    speeding: float = 1.5
    braking: float = 1.2
    slowing_down: float = 0.7
    sideways: float = 0.5
    turning: float = 1.0
    turning_on_the_spot: float = 2.5

    WALKING, RUNNING = 0.8, 1.6  # [m/s]

    def towards(self, now: Velocity, wanted: Velocity, pace: float, time: float) -> Velocity:
        """The command after another one, on the way to what is wanted.

        Args:
            now: the command so far.
            wanted: what it shall become.
            pace: speed of the reference [m/s].
            time: since the command so far [s].
        """
        if wanted.still:
            return wanted
        share = min(1.0, abs(pace) / self.WALKING)
        turning = self.turning_on_the_spot + share * (self.turning - self.turning_on_the_spot)
        braking = self.slowing_down if abs(pace) > self.RUNNING else self.braking
        return Velocity(
            _changed(now.speed, wanted.speed, self.speeding * time, braking * time),
            _changed(
                now.turn_rate, wanted.turn_rate, turning * time, self.turning_on_the_spot * time
            ),
            _changed(now.lateral, wanted.lateral, self.sideways * time, self.sideways * time),
        )


def _changed(now: float, wanted: float, growing: float, lessening: float) -> float:
    """`wanted`, or as near to it as a change away from zero or towards it gets."""
    if wanted * now < 0.0:
        wanted = 0.0
    most = growing if abs(wanted) > abs(now) else lessening
    return now + min(max(wanted - now, -most), most)
