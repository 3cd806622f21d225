# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Samples of a walk as curves over the gait cycle, both legs together, the left one mirrored."""

import dataclasses

import numpy as np
from scipy.ndimage import uniform_filter1d

from kinesis_ros.core.body import COORDINATES, NUM_COORDINATES, SIDE_NAMES, Body, write_coordinates
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.maths import rotations
from kinesis_ros.core.rollout import GaitCycles, find_cycles
from kinesis_ros.core.rollout.samples import Samples
from kinesis_ros.physiology.loading import Impact
from kinesis_ros.physiology.quantities import ANGLES, FORCES, MOMENTS, MUSCLES

GRAVITY = 9.81  # [m/s^2]

_HEADING_TIME = 1.0  # [s] over which the direction of the way is taken: about a stride
_AFTER_STRIKE = 0.15  # of a cycle: the foot is flat and where it will stay
_MIRRORED = {"pelvis_list", "pelvis_rotation", "trunk_list", "trunk_rotation"}
_FALLING = 1.0  # [s] before a fall that do not count


@dataclasses.dataclass(frozen=True)
class FootCycles:
    """One foot's cycles and the index of its side.

    Attributes:
        cycles: from strike to strike.
        index: within `SIDE_NAMES`.
        suffix: of its joints and muscles, 'l' or 'r'.
        mirror: 1 for the right side, -1 for the left one.
    """

    cycles: GaitCycles
    index: int
    suffix: str
    mirror: float


class WalkCycles:
    """The gait cycles of one walk.

    Attributes:
        samples: of the walk.
        body: that walked.
        feet: right and left, with the cycles that count.

    Args:
        samples: at the physics' rate.
        body: that walked.
        settling: cycles that begin earlier after the first sample do not count [s].
        fell_at: cycles that end less than a second before do not count either [s].
    """

    def __init__(
        self, samples: Samples, body: Body, settling: float, fell_at: float | None = None
    ) -> None:
        self.samples, self.body = samples, body
        self.mass = float(body.model.body_mass.sum())
        self.force = _along_way(samples, samples.ground_force) / (GRAVITY * self.mass)
        end = np.inf if fell_at is None else fell_at - _FALLING
        begin = samples.time[0] + settling
        self.feet = [self._foot(i, name, begin, end) for i, name in enumerate(SIDE_NAMES)]
        self._coordinates = _coordinates(samples)

    @property
    def number(self) -> int:
        """Cycles of both feet."""
        return sum(len(foot.cycles) for foot in self.feet)

    @property
    def forward_speed(self) -> float:
        """Mean speed of the pelvis in its own direction [m/s]; backward is negative."""
        velocity = np.repeat(self.samples.state[:, None, ks.LINEAR_VELOCITY], 2, axis=1)
        return float(_along_way(self.samples, velocity)[:, 0, 0].mean())

    @property
    def stride_times(self) -> np.ndarray:
        """(number,) [s]."""
        return np.concatenate([foot.cycles.duration for foot in self.feet])

    @property
    def stance(self) -> float:
        """Mean share of the cycle on the floor, 0..1."""
        return float(np.mean(np.concatenate([foot.cycles.stance for foot in self.feet])))

    def impact(self) -> Impact:
        """What the strikes do, means over all of them."""
        feet = [foot for foot in self.feet if len(foot.cycles)]
        found = [
            Impact.of(self.samples.time, self.force[:, foot.index, 2], foot.cycles.start)
            for foot in feet
        ]
        weights = [len(foot.cycles) for foot in feet]
        return Impact(
            float(np.average([impact.impact_peak for impact in found], weights=weights)),
            float(np.average([impact.loading_rate for impact in found], weights=weights)),
        )

    def curves(self) -> dict[str, np.ndarray]:
        """Every quantity that can be measured, by its name, (number, 101)."""
        curves = {}
        for muscle in MUSCLES:
            columns = [muscle.columns(self.body.muscles, foot.suffix) for foot in self.feet]
            if all(columns):
                activation = self.samples.activation
                curves[f"emg_{muscle.short}"] = self._both(
                    [activation[:, part].mean(axis=1) for part in columns]
                )
        for name in ANGLES:
            curves[f"angle_{name}"] = np.degrees(self.angle(name))
        for name in MOMENTS:
            columns = [self.body.joint_index([f"{name}_{foot.suffix}"])[0] for foot in self.feet]
            moment = self.samples.joint_moment[:, columns].T / self.mass
            curves[f"moment_{name}"] = self._both(list(moment))
        for axis, name in ((2, "up"), (0, "fore")):
            curves[f"force_{name}"] = self._both(list(self.force[:, :, axis].T))
        inward = [foot.mirror * self.force[:, foot.index, 1] for foot in self.feet]
        curves[f"force_{FORCES[2]}"] = self._both(inward)
        curves["cop_fore"] = self._both(list(self._pressure_ahead().T))
        return curves

    def angle(self, name: str) -> np.ndarray:
        """A coordinate over the cycles, e.g. 'knee_angle', 'pelvis_list', 'trunk_tilt' [rad]."""
        rows = []
        for foot in self.feet:
            whole = name in self._coordinates
            values = self._coordinates[name if whole else f"{name}_{foot.suffix}"]
            rows.append(values * (foot.mirror if name in _MIRRORED else 1.0))
        return self._both(rows)

    def loaded(self) -> np.ndarray:
        """(rows, 2) whether each of the `SIDE_NAMES` carries more than a twentieth of the body."""
        return self.force[:, :, 2] > 0.05

    def footprints(self) -> tuple[np.ndarray, np.ndarray]:
        """When feet stand flat [s], (steps,), ascending, and where their ankles are, (steps, 2)."""
        times, places = [], []
        for foot in self.feet:
            at = foot.cycles.start + _AFTER_STRIKE * foot.cycles.duration
            ankle = self.samples.ankle[:, foot.index]
            times.append(at)
            places.append(
                np.column_stack([np.interp(at, self.samples.time, ankle[:, k]) for k in (0, 1)])
            )
        time, place = np.concatenate(times), np.concatenate(places)
        order = np.argsort(time)
        return time[order], place[order]

    def _foot(self, index: int, name: str, begin: float, end: float) -> FootCycles:
        found = find_cycles(self.samples.time, self.force[:, index, 2], 1.0)
        counts = (found.start >= begin) & (found.end <= end)
        cycles = GaitCycles(found.start[counts], found.end[counts], found.stance[counts])
        return FootCycles(cycles, index, name[0], 1.0 if name == "right" else -1.0)

    def _both(self, values: list[np.ndarray]) -> np.ndarray:
        """Rows of left and right, each (rows,), over the cycles of both, (number, 101)."""
        parts = [
            foot.cycles.resample(self.samples.time, column)
            for foot, column in zip(self.feet, values, strict=True)
        ]
        return np.concatenate(parts)

    def _pressure_ahead(self) -> np.ndarray:
        """Centre of pressure ahead of the ankle along the way, (rows, 2) [m]; NaN in the air."""
        ahead = np.zeros((*self.samples.ankle.shape[:2], 3))
        ahead[..., :2] = self.samples.centre_of_pressure - self.samples.ankle[..., :2]
        return np.where(self.loaded(), _along_way(self.samples, ahead)[..., 0], np.nan)


def _facing(samples: Samples) -> np.ndarray:
    """(rows,) where the way goes, the body's heading over a stride [rad]."""
    heading = np.unwrap([float(rotations.heading(q)) for q in samples.state[:, ks.QUATERNION]])
    step = float(samples.time[1] - samples.time[0])
    rows = min(max(1, round(_HEADING_TIME / step)), len(heading))
    return uniform_filter1d(heading, rows, mode="nearest")


def _along_way(samples: Samples, vectors: np.ndarray) -> np.ndarray:
    """Vectors (rows, 2, 3) turned so that x is along the way."""
    facing = _facing(samples)
    cosine, sine = np.cos(facing)[:, None], np.sin(facing)[:, None]
    x, y, z = np.moveaxis(vectors, -1, 0)
    return np.stack([cosine * x + sine * y, cosine * y - sine * x, z], axis=-1)


def _coordinates(samples: Samples) -> dict[str, np.ndarray]:
    """OpenSim's coordinates and the torso's tilt, list and rotation, (rows,) [rad].

    The first turn of OpenSim's pelvis is about the laboratory's lateral axis: the laboratory is
    laid along the way.
    """
    position, trunk = np.empty((2, len(samples), NUM_COORDINATES))
    rate = np.empty(NUM_COORDINATES)
    for i, facing in enumerate(_facing(samples)):
        straight = rotations.from_heading(-facing)
        state = samples.state[i].copy()
        for orientation, row in (
            (state[ks.QUATERNION].copy(), position),
            (samples.trunk[i], trunk),
        ):
            state[ks.QUATERNION] = rotations.multiply(straight, orientation)
            write_coordinates(state, row[i], rate)
    found = {name: position[:, i] for i, name in enumerate(COORDINATES)}
    for i, name in enumerate(("trunk_tilt", "trunk_list", "trunk_rotation")):
        found[name] = trunk[:, i]
    return found
