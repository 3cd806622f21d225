# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What the body can do: the one table that decides which plans are taken and which are refused.

When the motion generator and the policy learn more, the numbers here grow, and nothing else.
"""

import dataclasses
import math

from kinesis_ros.core.gait import LEAST_RUNNING, Velocity
from kinesis_ros.core.plans.driving import Driving
from kinesis_ros.core.plans.easing import Easing

FARTHEST = 1000.0  # [m] of a way or a place: farther is a slip of the pen
LONGEST = 3600.0  # [s]
MOST_TURNS = 50.0  # turns in one go


@dataclasses.dataclass(frozen=True)
class Capabilities:
    """Velocities and skills that generator and policy have together.

    Attributes:
        forward: fastest walk [m/s].
        run: fastest run [m/s]; 0: it does not run.
        backward: fastest [m/s].
        lateral: fastest [m/s].
        turn_rate: fastest [rad/s].
        slowest: slower than this is not walking [m/s].
        turns_in_place: large turns are made on the spot; otherwise on a small arc.
        slowest_turn: speed on that arc [m/s].
        kick: there is a kick skill.
        play: motions can be played.
        driving: envelope of velocity commands; all else here is about plans.
        easing: how fast the commands of plans change.
    """

    forward: float = 1.5
    run: float = 2.5
    backward: float = 0.6
    lateral: float = 0.35
    turn_rate: float = 1.0
    slowest: float = 0.1
    turns_in_place: bool = True
    slowest_turn: float = 0.2
    kick: bool = True
    play: bool = True
    driving: Driving = dataclasses.field(default_factory=Driving)
    easing: Easing = dataclasses.field(default_factory=Easing)

    @property
    def runs(self) -> bool:
        """Whether it can run."""
        return self.run > LEAST_RUNNING

    def no_faster(self, speed: float) -> float:
        """The fastest forward speed up to `speed` [m/s] that can be done, walking or running."""
        if self.runs and speed > LEAST_RUNNING:
            return min(speed, self.run)
        return min(speed, self.forward)

    def summary(self) -> str:
        """What can be done, in words."""
        able = [f"walk forward at {self.slowest:g} to {self.forward:g} m/s"]
        if self.runs:
            able.append(f"run at {LEAST_RUNNING:g} to {self.run:g} m/s")
        if self.backward:
            able.append(f"walk backward at up to {self.backward:g} m/s")
        if self.lateral:
            able.append(f"step sideways at up to {self.lateral:g} m/s")
        able += ["turn", "walk curves and circles", "go to a place", "stand"]
        if self.kick:
            able.append("kick the ball")
        if self.play:
            able.append("play a motion")
        return f"it can {', '.join(able)}"

    def too_far(self, distance: float) -> str:
        """Why a way of a length [m] cannot be done; empty: it can."""
        return f"it is more than {FARTHEST:g} m" if distance > FARTHEST else ""

    def too_long(self, duration: float) -> str:
        """Why something cannot take a time [s]; empty: it can."""
        return f"it takes more than {LONGEST:g} s" if duration > LONGEST else ""

    def too_fast(self, velocity: Velocity) -> str:
        """Why a velocity cannot be done; empty: it can."""
        speed, lateral = velocity.speed, abs(velocity.lateral)
        if speed < 0.0 and not self.backward:
            return "it cannot walk backward yet"
        if lateral and not self.lateral:
            return "it cannot step sideways yet"
        if speed > max(self.forward, self.run):
            return f"{speed:g} m/s is too fast"
        if speed > self.forward and not (self.runs and speed > LEAST_RUNNING):
            return f"{speed:g} m/s is too fast for a walk" + " and too slow for a run" * self.runs
        if -speed > self.backward:
            return f"{-speed:g} m/s is too fast backward"
        if lateral > self.lateral:
            return f"{lateral:g} m/s is too fast sideways"
        if speed != 0.0 and abs(speed) < self.slowest:
            return f"{abs(speed):g} m/s is too slow"
        if abs(velocity.turn_rate) > self.turn_rate + 1e-9:
            return f"turning at {math.degrees(abs(velocity.turn_rate)):.0f} degrees/s is too fast"
        return ""


CAPABILITIES = Capabilities()
