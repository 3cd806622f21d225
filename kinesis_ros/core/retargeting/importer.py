# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Motion files to clips: find what kind a file is, read it, retarget it, measure it."""

import dataclasses
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np

from kinesis_ros.core.motion import Clip
from kinesis_ros.core.retargeting import opensim_file
from kinesis_ros.core.retargeting.anatomy import segments_of
from kinesis_ros.core.retargeting.body_motion import BodyMotion
from kinesis_ros.core.retargeting.cleaning import clean
from kinesis_ros.core.retargeting.errors import MotionError
from kinesis_ros.core.retargeting.formats import looks_like_motion, read_motion
from kinesis_ros.core.retargeting.import_options import AUTO, ImportOptions
from kinesis_ros.core.retargeting.joint_motion import JointMotion
from kinesis_ros.core.retargeting.joint_names import find_joints
from kinesis_ros.core.retargeting.labels import OTHER, guess_label
from kinesis_ros.core.retargeting.measures import Changes, ClipMeasures, measure
from kinesis_ros.core.retargeting.retarget import Retargeter
from kinesis_ros.core.retargeting.stride import fit_stride, moved_on
from kinesis_ros.core.retargeting.upright import tilt_of
from kinesis_ros.core.retargeting.world import leg_length, to_world

_MIN_DURATION = 0.2  # [s] below there is no motion to speak of


@dataclasses.dataclass(frozen=True)
class Imported:
    """A clip and what was measured about it."""

    clip: Clip
    measures: ClipMeasures


class Importer:
    """Imports motion files, one after another.

    Args:
        options: for all of the files.
        retargeter: default: onto the legs of legs80.
    """

    def __init__(
        self, options: ImportOptions | None = None, retargeter: Retargeter | None = None
    ) -> None:
        self.options = options or ImportOptions()
        self.retargeter = retargeter or Retargeter()

    def run(self, path: Path) -> Imported:
        """Import one file.

        Raises:
            MotionError: names the file and the reason.
        """
        motion, flags, fits = self._on_the_floor(path)
        before = self.retargeter.lowered(self.retargeter.upright(motion))
        planted = self.retargeter.planted(before)
        after = self.retargeter.consistent(planted, before.angles)
        states = self.retargeter.states(after)
        label = self.options.label
        if label is None:
            lowest = self.retargeter.legs.sole_points(after)[..., 2].min(axis=(0, 2))
            label = guess_label(states, lowest) if fits else OTHER
        if not np.isfinite(states).all():
            raise MotionError(f"'{path}': the retargeted motion is not finite")
        clip = Clip(
            path.stem,
            label,
            states,
            source=str(path),
            licence=self.options.licence,
            dynamics=self.retargeter.consistency.dynamics(after),
        )
        consistency = self.retargeter.consistency
        changes = Changes(
            tilt=float(np.mean(tilt_of(motion.pelvis))),
            path=float(np.sqrt(np.mean(np.sum((after.position - planted.position) ** 2, axis=1)))),
            angles=float(np.sqrt(np.mean((after.angles - planted.angles) ** 2))),
            pressure_off=consistency.pressure_off(after),
            source_pressure_off=consistency.pressure_off(planted),
        )
        return Imported(clip, measure(self.retargeter.legs, before, after, states, changes, flags))

    def _on_the_floor(self, path: Path) -> tuple[BodyMotion, tuple[str, ...], bool]:
        """The motion, its flags, and whether its path fits its feet; treadmills are run off."""
        motion, flags = self._fitted(path)
        stride = fit_stride(self.retargeter.legs, motion)
        if self.options.treadmill == AUTO and stride.is_belt:
            motion = moved_on(motion, stride.belt)
            flags = (*flags, f"moved on from a treadmill at {stride.belt:.2f} m/s")
            stride = fit_stride(self.retargeter.legs, motion)
        doubts = stride.doubts()
        return motion, (*flags, *doubts), not doubts

    def _fitted(self, path: Path) -> tuple[BodyMotion, tuple[str, ...]]:
        motion = read_motion(path, self.options)
        try:
            if isinstance(motion, JointMotion):
                return self._from_joints(motion)
            return self._from_coordinates(motion)
        except MotionError as error:
            raise MotionError(f"'{path}': {error}") from error

    def _from_joints(self, source: JointMotion) -> tuple[BodyMotion, tuple[str, ...]]:
        joints = find_joints(source, self.options.mapping)
        leg = leg_length(source, joints)
        motion, blemishes = clean(source, sorted(set(joints.values())), leg)
        motion, doubts = to_world(motion, joints, self.options.up, self.options.units)
        _check_length(len(motion.position), motion.rate)
        segments = segments_of(motion, joints)
        flags = (*source.flags, *blemishes, *doubts, *segments.flags)
        scale = self.retargeter.leg_length / segments.leg_length
        return self._off_the_belt(self.retargeter.fit(segments), scale), flags

    def _from_coordinates(
        self, coordinates: opensim_file.Coordinates
    ) -> tuple[BodyMotion, tuple[str, ...]]:
        _check_length(len(coordinates.values), coordinates.rate)
        motion = opensim_file.body_motion(coordinates, self.retargeter.kinematics.body.leg_ranges)
        return self.retargeter.scaled(self._off_the_belt(motion)), coordinates.flags

    def _off_the_belt(self, motion: BodyMotion, scale: float = 1.0) -> BodyMotion:
        """The motion without the treadmill whose speed was given; `scale` is from source to us."""
        speed = self.options.belt_speed
        return motion if speed is None else moved_on(motion, speed * scale)


def import_motion(
    path: Path,
    *,
    mapping: Mapping[str, str] | None = None,
    label: str | None = None,
    up: str | None = None,
    units: str | None = None,
    rate: float | None = None,
) -> list[Clip]:
    """Import one motion file with a new `Importer`; all of its motions, here always one.

    Raises:
        MotionError: names the file and the reason.
    """
    options = ImportOptions(mapping=mapping, up=up, units=units, rate=rate, label=label)
    return [Importer(options).run(Path(path)).clip]


def motion_files(sources: Iterable[Path]) -> list[Path]:
    """The files among `sources`, and the motions in the folders among them.

    A file that is named is taken whatever it is; in folders, files of other kinds that share a
    suffix (forces in .sto, licences in .txt, clips and body shapes in .npz) are passed over.

    Raises:
        MotionError: a source does not exist.
    """
    found: list[Path] = []
    for source in sources:
        if source.is_dir():
            found += [path for path in sorted(source.rglob("*")) if looks_like_motion(path)]
        elif source.exists():
            found.append(source)
        else:
            raise MotionError(f"'{source}' does not exist")
    return list(dict.fromkeys(found))


def _check_length(frames: int, rate: float) -> None:
    duration = (frames - 1) / rate
    if frames < 3 or duration < _MIN_DURATION:
        raise MotionError(f"too short, {frames} frames or {max(duration, 0.0):.2f} s")
