# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The envelope of velocity commands, and how fast the body goes along with their changes.

Plans change when a step is over and the body has come to rest; a stick or a navigation stack asks
for something else at any time, in mid-stride, and whatever it asks for must not make the body fall.
"""

import dataclasses

import numpy as np

from kinesis_ros.core.gait import Velocity


@dataclasses.dataclass(frozen=True)
class Driving:
    """What velocity commands can ask for.

    Attributes:
        forward: fastest [m/s].
        backward: fastest [m/s].
        lateral: fastest [m/s], less while turning.
        turn_rate: fastest [rad/s].
        acceleration: forward and backward [m/s^2].
        lateral_acceleration: [m/s^2].
        turn_acceleration: [rad/s^2].
    """

    forward: float = 1.4
    backward: float = 0.5
    lateral: float = 0.25
    turn_rate: float = 0.7
    acceleration: float = 0.7
    lateral_acceleration: float = 0.3
    turn_acceleration: float = 1.0

    def limited(self, velocity: Velocity) -> Velocity:
        """The nearest velocity within the envelope.

        Who turns cannot step aside as fast, from half the turn rate on not at all: the feet would
        get in each other's way.
        """
        speed = _within(velocity.speed, -self.backward, self.forward)
        turn_rate = _within(velocity.turn_rate, -self.turn_rate, self.turn_rate)
        aside = self.lateral
        if turn_rate:
            aside *= max(0.0, 1.0 - 2.0 * abs(turn_rate) / self.turn_rate)
        return Velocity(speed, turn_rate, _within(velocity.lateral, -aside, aside))

    def sample(self, random: np.random.Generator) -> Velocity:
        """A velocity within the envelope, at random."""
        velocity = Velocity(
            float(random.uniform(-self.backward, self.forward)),
            float(random.uniform(-self.turn_rate, self.turn_rate)),
            float(random.uniform(-self.lateral, self.lateral)),
        )
        return self.limited(velocity).limited()

    def towards(self, now: Velocity, wanted: Velocity, time: float) -> Velocity:
        """The command `time` [s] after `now`, on the way to the one that is wanted."""
        rates = Velocity(self.acceleration, self.turn_acceleration, self.lateral_acceleration)
        steps = (
            _within(end - start, -rate * time, rate * time)
            for start, end, rate in zip(now, wanted, rates, strict=True)
        )
        return Velocity(*(start + step for start, step in zip(now, steps, strict=True)))


def _within(x: float, low: float, high: float) -> float:
    return min(max(x, low), high)
