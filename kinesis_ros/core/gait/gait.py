# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""A learned gait: pelvis and leg angles as Fourier series over the gait cycle.

The coefficients are polynomials of speed and turn rate. One leg is stored; the other one is the
same half a cycle later with the turn reversed, so the gait is symmetric by construction. Going
backward is going forward with time reversed, which is how people walk (Thorstensson 1986).
"""

import dataclasses
import math

import numpy as np

from kinesis_ros.core.compiled import njit
from kinesis_ros.core.gait.walked_line import Velocity
from kinesis_ros.core.maths import smooth_step

HARMONICS = 6
TURN_HARMONICS = 2

# Forward and lateral sway [m]; yaw, pitch and roll of base_link [rad], all in the path's frame;
# height above the floor [m].
PELVIS_CHANNELS = ("forward", "lateral", "yaw", "pitch", "roll", "height")
EVEN = np.array([True, False, False, True, False, True])  # unchanged by a mirror
REVERSED = 0.3  # [m/s] backward at which the gait is wholly the reversed one
SIDEWAYS_RHYTHM = 2.0  # [Hz per m/s] sidesteps are short and quick
TURNING_RHYTHM = 0.5  # [Hz per rad/s] steps on the spot, too, for the hips turn only so far
ON_THE_SPOT = 0.6  # [m/s] slower is turning on the spot more or less


@dataclasses.dataclass(frozen=True)
class Gait:
    """Coefficients of one gait.

    Attributes:
        pelvis: (features, 6) of `PELVIS_CHANNELS`.
        leg: (features, 7) of the right leg's joints, `JOINT_KINDS` [rad].
        cadence: (3,) polynomial of speed, stride rate [Hz].
        duty: (3,) polynomial of speed, the share of a stride that a foot is on the floor.
        duty_range: (2,) least and most of that share.
        speed_range: (2,) slowest and fastest speed [m/s] that the coefficients were learned from.
        reference_speed: [m/s], the polynomials of pelvis and leg are in the difference to it.
    """

    pelvis: np.ndarray
    leg: np.ndarray
    cadence: np.ndarray
    duty: np.ndarray
    duty_range: np.ndarray
    speed_range: np.ndarray
    reference_speed: float

    def stride_rate(self, velocity: Velocity) -> float:
        """Strides per second [Hz]; slow walking keeps a natural rhythm.

        Sidesteps and turns on the spot are quick. Beyond the learned speeds, steps become longer
        and quicker alike.
        """
        speed = abs(velocity.speed)
        beyond = max(1.0, speed / self.speed_range[1])
        along = _quadratic(self.cadence, self._known(speed)) * math.sqrt(beyond)
        on_the_spot = 1.0 - smooth_step(speed / ON_THE_SPOT)
        return math.hypot(
            along,
            SIDEWAYS_RHYTHM * velocity.lateral,
            TURNING_RHYTHM * on_the_spot * velocity.turn_rate,
        )

    def stance_share(self, velocity: Velocity) -> float:
        """Share of the stride that each foot is on the floor."""
        share = _quadratic(self.duty, self._known(abs(velocity.speed)))
        return min(max(share, self.duty_range[0]), self.duty_range[1])

    def evaluate(self, phase: float, velocity: Velocity) -> tuple[np.ndarray, np.ndarray]:
        """Pelvis channels (6,) and leg angles (2, 7), right then left, at `phase` in [0, 1).

        Sidesteps have the angles of walking on the spot: the footprints make them.
        """
        speed, turn_rate, _ = velocity
        backward = smooth_step(-speed / REVERSED)
        if backward == 0.0:
            return self._forward(phase, speed, turn_rate)
        reversed_phase = self.stance_share(velocity) - phase  # touch-down becomes lift-off
        pelvis, legs = self._forward(reversed_phase, -speed, -turn_rate)
        if backward < 1.0:
            other_pelvis, other_legs = self._forward(phase, -speed, turn_rate)
            pelvis = other_pelvis + backward * (pelvis - other_pelvis)
            legs = other_legs + backward * (legs - other_legs)
        return pelvis, legs

    def _forward(
        self, phase: float, speed: float, turn_rate: float
    ) -> tuple[np.ndarray, np.ndarray]:
        above = self._known(speed) - self.reference_speed
        right = _features_at(phase, above, turn_rate)
        left = _features_at(phase + 0.5, above, -turn_rate)
        return right @ self.pelvis, np.stack([right @ self.leg, left @ self.leg])

    def _known(self, speed: float) -> float:
        return min(max(speed, self.speed_range[0]), self.speed_range[1])


def _quadratic(coefficients: np.ndarray, x: float) -> float:
    return float(coefficients[0] + x * (coefficients[1] + x * coefficients[2]))


def features(
    phase: np.ndarray | float, above: np.ndarray | float, turn_rate: np.ndarray | float
) -> np.ndarray:
    """Features (..., num_features) whose linear combinations are the curves.

    Harmonics 0 to 6 of the phase, times 1, s and s^2, then harmonics 0 to 2 times the turn rate.

    Args:
        phase: of the gait cycle, 0 to 1.
        above: s, speed above the reference speed [m/s].
        turn_rate: [rad/s].
    """
    phase, above, turn_rate = np.broadcast_arrays(phase, above, turn_rate)
    angle = 2.0 * np.pi * phase[..., None] * np.arange(1, HARMONICS + 1)
    waves = np.concatenate([np.ones((*phase.shape, 1)), np.cos(angle), np.sin(angle)], axis=-1)
    s = above[..., None]
    low = _harmonic_of_waves() <= TURN_HARMONICS
    turning = waves[..., low] * turn_rate[..., None]
    return np.concatenate([waves, waves * s, waves * s**2, turning], axis=-1)


@njit(cache=True, nogil=True)
def _features_at(phase: float, above: float, turn_rate: float) -> np.ndarray:
    """`features` of one moment, compiled."""
    count = 2 * HARMONICS + 1
    turning = 2 * TURN_HARMONICS + 1
    row = np.empty(3 * count + turning)
    s = above
    for i in range(count):
        harmonic = i if i <= HARMONICS else i - HARMONICS
        angle = 2.0 * np.pi * phase * harmonic
        wave = np.cos(angle) if i <= HARMONICS else np.sin(angle)
        row[i], row[count + i], row[2 * count + i] = wave, wave * s, wave * s * s
        if harmonic <= TURN_HARMONICS:
            column = i if i <= HARMONICS else TURN_HARMONICS + harmonic
            row[3 * count + column] = wave * turn_rate
    return row


def allowed(even: np.ndarray | bool) -> np.ndarray:
    """Which features a pelvis channel may have, (num_features,).

    Half a cycle later with the turn reversed, an even channel is the same and an odd channel is
    its negative.
    """
    harmonic = _harmonic_of_waves()
    parity = harmonic % 2 == (0 if even else 1)
    return np.concatenate([parity, parity, parity, ~parity[harmonic <= TURN_HARMONICS]])


def allowed_harmonics(highest: int) -> np.ndarray:
    """Which features are harmonics up to `highest`, (num_features,)."""
    harmonic = _harmonic_of_waves()
    low = harmonic <= highest
    return np.concatenate([low, low, low, low[harmonic <= TURN_HARMONICS]])


def allowed_powers(highest: int) -> np.ndarray:
    """Which features are powers of the speed up to `highest`, without turns, (num_features,)."""
    waves, turns = 2 * HARMONICS + 1, 2 * TURN_HARMONICS + 1
    power = np.repeat([0, 1, 2, 3], [waves, waves, waves, turns])
    return power <= min(highest, 2)


def _harmonic_of_waves() -> np.ndarray:
    k = np.arange(1, HARMONICS + 1)
    return np.concatenate([[0], k, k])
