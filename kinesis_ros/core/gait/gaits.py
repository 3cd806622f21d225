# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""All that the motion generator has learned: walking, running, and how to stand; and its file."""

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np

from kinesis_ros.core.gait.gait import Gait
from kinesis_ros.core.gait.walked_line import LEAST_RUNNING, STILL, TOP_WALKING, Velocity
from kinesis_ros.core.motion import DamagedFileError, read_npz, write_npz

FORMAT_VERSION = 2
DEFAULT_PATH = Path(__file__).parents[2] / "data" / "generator" / "gaits.npz"
_CHANGING = 0.6  # [s] from walking to running and back
_GAIT_FIELDS = tuple(field.name for field in dataclasses.fields(Gait))
_STANDING = ("stand_foot", "stand_height")


class GaitError(ValueError):
    """A coefficients file cannot be used; the message names the file and the reason."""


class Pace(NamedTuple):
    """How a body moves along: a velocity, and the share of running in its gait.

    Attributes:
        velocity: of the path's frame.
        running: 0 walking to 1 running.
    """

    velocity: Velocity = STILL
    running: float = 0.0

    def after(self, velocity: Velocity, time: float) -> "Pace":
        """The pace `time` [s] later, at a new velocity: it runs when fast and walks when slow."""
        running, speed = self.running, velocity.speed
        change = time / _CHANGING
        if speed > LEAST_RUNNING or (running > 0.5 and speed > TOP_WALKING):
            return Pace(velocity, min(1.0, running + change))
        if speed < TOP_WALKING or running <= 0.5:
            return Pace(velocity, max(0.0, running - change))
        return Pace(velocity, running)


@dataclasses.dataclass(frozen=True)
class Gaits:
    """Learned gaits; between walking and running they are mixed.

    Attributes:
        walking: a foot is always on the floor.
        running: with flight.
        stand_foot: right foot when standing, in the frame of the pelvis: forward, left [m] of the
            calcaneus, yaw [rad].
        stand_height: of the pelvis [m] when standing.
        provenance: what the coefficients were learned from.
    """

    walking: Gait
    running: Gait
    stand_foot: np.ndarray
    stand_height: float
    provenance: dict[str, str] = dataclasses.field(default_factory=dict)

    def stride_rate(self, pace: Pace) -> float:
        """Strides per second [Hz]."""
        return self._mixed(pace, Gait.stride_rate)

    def stance_share(self, pace: Pace) -> float:
        """Share of the stride that each foot is on the floor; below a half there is flight."""
        return self._mixed(pace, Gait.stance_share)

    def amplitude(self, pace: Pace) -> float:
        """Share of the learned movement that speeds below the learned ones need, 0 to 1."""
        speed = abs(pace.velocity.speed)
        return self._mixed(pace, lambda gait, _: min(1.0, speed / gait.speed_range[0]))

    def evaluate(self, phase: float, pace: Pace) -> tuple[np.ndarray, np.ndarray]:
        """Pelvis channels (6,) and leg angles (2, 7), right then left, at `phase` in [0, 1)."""
        velocity, running = pace
        if running == 0.0:
            return self.walking.evaluate(phase, velocity)
        pelvis, legs = self.running.evaluate(phase, velocity)
        if running < 1.0:
            other_pelvis, other_legs = self.walking.evaluate(phase, velocity)
            pelvis = other_pelvis + running * (pelvis - other_pelvis)
            legs = other_legs + running * (legs - other_legs)
        return pelvis, legs

    def _mixed(self, pace: Pace, measure: Callable[[Gait, Velocity], float]) -> float:
        velocity, running = pace
        if running == 0.0:
            return measure(self.walking, velocity)
        run = measure(self.running, velocity)
        return (
            run
            if running == 1.0
            else run + (1.0 - running) * (measure(self.walking, velocity) - run)
        )

    def save(self, path: Path) -> None:
        """Write an npz file; an interrupted write leaves no half file behind."""
        arrays: dict[str, np.ndarray | float | str] = {
            f"{name}_{field}": getattr(gait, field)
            for name, gait in (("walking", self.walking), ("running", self.running))
            for field in _GAIT_FIELDS
        }
        arrays |= {field: getattr(self, field) for field in _STANDING}
        write_npz(
            path,
            format_version=FORMAT_VERSION,
            provenance=json.dumps(self.provenance),
            **arrays,  # type: ignore[arg-type]
        )

    @classmethod
    def load(cls, path: Path | None = None) -> "Gaits":
        """Read coefficients written by `save`; default: the ones that come with the package.

        Raises:
            GaitError: the file is missing, broken or of another format.
        """
        path = path or DEFAULT_PATH
        try:
            fields = read_npz(path)
        except FileNotFoundError:
            raise GaitError(f"gait coefficients '{path}' do not exist") from None
        except DamagedFileError as error:
            raise GaitError(f"gait coefficients '{path}' cannot be read: {error}") from error
        version = int(fields.get("format_version", 0))
        if version != FORMAT_VERSION:
            raise GaitError(
                f"gait coefficients '{path}' are of format {version}, this version reads "
                f"{FORMAT_VERSION}: learn them again with `kinesis train generator`"
            )
        gaits = [f"{gait}_{field}" for gait in ("walking", "running") for field in _GAIT_FIELDS]
        if missing := sorted({*gaits, *_STANDING, "provenance"} - fields.keys()):
            raise GaitError(f"gait coefficients '{path}' lack {', '.join(missing)}")
        return cls(
            walking=_gait("walking", fields),
            running=_gait("running", fields),
            stand_foot=fields["stand_foot"],
            stand_height=float(fields["stand_height"]),
            provenance=json.loads(str(fields["provenance"])),
        )


def _gait(name: str, fields: dict[str, np.ndarray]) -> Gait:
    arrays = {field: fields[f"{name}_{field}"] for field in _GAIT_FIELDS}
    return Gait(**{**arrays, "reference_speed": float(arrays["reference_speed"])})
