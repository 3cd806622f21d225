# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The learned gait: pelvis and leg angles as Fourier series over the gait cycle.

The coefficients are polynomials of speed and turn rate. One leg is stored; the other one is the
same half a cycle later with the turn reversed, so the gait is symmetric by construction. Walking
backward is walking forward with time reversed, which is how people do it (Thorstensson 1986).
"""

import dataclasses
import json
from pathlib import Path

import numpy as np
from numba import njit

from kinesis_ros.core.smooth import smooth_step
from kinesis_ros.core.walked_line import Velocity

FORMAT_VERSION = 1
HARMONICS = 6
TURN_HARMONICS = 2
REFERENCE_SPEED = 1.0  # [m/s] the polynomials are in the difference to it

# Forward and lateral sway [m]; yaw, pitch and roll of base_link [rad], all in the path's frame;
# height above the floor [m].
PELVIS_CHANNELS = ("forward", "lateral", "yaw", "pitch", "roll", "height")
EVEN = np.array([True, False, False, True, False, True])  # unchanged by a mirror
_LEAST_STANCE, _MOST_STANCE = 0.56, 0.7  # share of the stride
_REVERSED = 0.3  # [m/s] backward at which the gait is wholly the reversed one
_SIDEWAYS_RHYTHM = 2.0  # [Hz per m/s] sidesteps are short and quick
DEFAULT_PATH = Path(__file__).parent.parent / "data" / "generator" / "walk.npz"


class GaitError(ValueError):
    """A coefficients file cannot be used; the message names the file and the reason."""


@dataclasses.dataclass(frozen=True)
class Gait:
    """Coefficients of walking.

    Attributes:
        pelvis: (features, 6) of `PELVIS_CHANNELS`.
        leg: (features, 7) of the right leg's joints, `JOINT_KINDS` [rad].
        cadence: (3,) polynomial of speed, stride rate [Hz].
        duty: (3,) polynomial of speed, the share of a stride that a foot is on the floor.
        speed_range: slowest and fastest speed [m/s] that the coefficients were learned from.
        stand_foot: right foot when standing, in the frame of the pelvis: forward, left [m] of the
            calcaneus, yaw [rad].
        stand_height: of the pelvis [m] when standing.
        provenance: what the coefficients were learned from.
    """

    pelvis: np.ndarray
    leg: np.ndarray
    cadence: np.ndarray
    duty: np.ndarray
    speed_range: np.ndarray
    stand_foot: np.ndarray
    stand_height: float
    provenance: dict[str, str] = dataclasses.field(default_factory=dict)

    def stride_rate(self, velocity: Velocity) -> float:
        """Strides per second [Hz]; slow walking keeps a natural rhythm, sidesteps are quick."""
        along = _quadratic(self.cadence, self._known(abs(velocity.speed)))
        return float(np.hypot(along, _SIDEWAYS_RHYTHM * velocity.lateral))

    def stance_share(self, velocity: Velocity) -> float:
        """Share of the stride that each foot is on the floor; a walker always has both on it."""
        share = _quadratic(self.duty, self._known(abs(velocity.speed)))
        return min(max(share, _LEAST_STANCE), _MOST_STANCE)

    def evaluate(self, phase: float, velocity: Velocity) -> tuple[np.ndarray, np.ndarray]:
        """Pelvis channels (6,) and leg angles (2, 7), right then left, at `phase` in [0, 1).

        Sidesteps have the angles of walking on the spot: the footprints make them.
        """
        speed, turn_rate, _ = velocity
        backward = smooth_step(-speed / _REVERSED)
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
        speed = self._known(speed)
        right = _features_at(phase, speed, turn_rate)
        left = _features_at(phase + 0.5, speed, -turn_rate)
        return right @ self.pelvis, np.stack([right @ self.leg, left @ self.leg])

    def _known(self, speed: float) -> float:
        return min(max(speed, self.speed_range[0]), self.speed_range[1])

    def save(self, path: Path) -> None:
        """Write an npz file."""
        fields = {f.name: getattr(self, f.name) for f in dataclasses.fields(self)}
        fields["provenance"] = json.dumps(self.provenance)
        with path.open("wb") as stream:
            np.savez_compressed(stream, format_version=FORMAT_VERSION, **fields)

    @classmethod
    def load(cls, path: Path | None = None) -> "Gait":
        """Read coefficients written by `save`; default: the ones that come with the package.

        Raises:
            GaitError: the file is missing, broken or of another format.
        """
        path = path or DEFAULT_PATH
        try:
            with np.load(path, allow_pickle=False) as archive:
                fields = {key: archive[key] for key in archive.files}
        except FileNotFoundError:
            raise GaitError(f"gait coefficients '{path}' do not exist") from None
        except (OSError, ValueError, EOFError) as error:
            raise GaitError(f"gait coefficients '{path}' cannot be read: {error}") from error
        names = {f.name for f in dataclasses.fields(cls)} | {"format_version"}
        if missing := sorted(names - fields.keys()):
            raise GaitError(f"gait coefficients '{path}' lack {', '.join(missing)}")
        if int(fields.pop("format_version")) != FORMAT_VERSION:
            raise GaitError(f"gait coefficients '{path}' are not of format {FORMAT_VERSION}")
        fields["stand_height"] = float(fields["stand_height"])
        fields["provenance"] = json.loads(str(fields["provenance"]))
        return cls(**fields)


def _quadratic(coefficients: np.ndarray, x: float) -> float:
    return float(coefficients[0] + x * (coefficients[1] + x * coefficients[2]))


def features(
    phase: np.ndarray | float, speed: np.ndarray | float, turn_rate: np.ndarray | float
) -> np.ndarray:
    """Features (..., num_features) whose linear combinations are the curves.

    Harmonics 0 to 6 of the phase, times 1, s and s^2 (s: speed above 1 m/s), then harmonics
    0 to 2 times the turn rate.
    """
    phase, speed, turn_rate = np.broadcast_arrays(phase, speed, turn_rate)
    angle = 2.0 * np.pi * phase[..., None] * np.arange(1, HARMONICS + 1)
    waves = np.concatenate([np.ones((*phase.shape, 1)), np.cos(angle), np.sin(angle)], axis=-1)
    s = (speed - REFERENCE_SPEED)[..., None]
    low = _harmonic_of_waves() <= TURN_HARMONICS
    turning = waves[..., low] * turn_rate[..., None]
    return np.concatenate([waves, waves * s, waves * s**2, turning], axis=-1)


@njit(cache=True, nogil=True)
def _features_at(phase: float, speed: float, turn_rate: float) -> np.ndarray:
    """`features` of one moment, compiled."""
    count = 2 * HARMONICS + 1
    turning = 2 * TURN_HARMONICS + 1
    row = np.empty(3 * count + turning)
    s = speed - REFERENCE_SPEED
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


def _harmonic_of_waves() -> np.ndarray:
    k = np.arange(1, HARMONICS + 1)
    return np.concatenate([[0], k, k])
