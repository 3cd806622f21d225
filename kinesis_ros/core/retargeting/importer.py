# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Motion files to clips: find what kind a file is, read it, retarget it, measure it."""

import dataclasses
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np

from kinesis_ros.core.clip import Clip
from kinesis_ros.core.retargeting import opensim_file
from kinesis_ros.core.retargeting.anatomy import segments_of
from kinesis_ros.core.retargeting.body_motion import BodyMotion
from kinesis_ros.core.retargeting.bvh import read_bvh
from kinesis_ros.core.retargeting.cleaning import clean
from kinesis_ros.core.retargeting.deepmimic import read_deepmimic
from kinesis_ros.core.retargeting.errors import MotionError
from kinesis_ros.core.retargeting.joint_motion import JointMotion
from kinesis_ros.core.retargeting.joint_names import find_joints
from kinesis_ros.core.retargeting.labels import guess_label
from kinesis_ros.core.retargeting.measures import Changes, ClipMeasures, measure
from kinesis_ros.core.retargeting.retarget import Retargeter
from kinesis_ros.core.retargeting.smpl import read_smpl
from kinesis_ros.core.retargeting.upright import tilt_of
from kinesis_ros.core.retargeting.world import METRES, UP_AXES, leg_length, to_world

SUFFIXES = (".bvh", ".json", ".txt", ".mot", ".sto", ".npz")

_MIN_DURATION = 0.2  # [s] below there is no motion to speak of
_HEAD = 65536  # bytes that tell whether a file in a folder is a motion
_POSES = (b"poses.npy", b"root_orient.npy")
_TELLS = {
    ".json": re.compile(rb'"Frames"'),
    ".txt": re.compile(rb'^\s*\{.*"Frames"', re.DOTALL),
    ".mot": re.compile(rb"knee_angle_[rl](/value)?\s"),
    ".sto": re.compile(rb"knee_angle_[rl](/value)?\s"),
}


@dataclasses.dataclass(frozen=True)
class ImportOptions:
    """What a file does not tell about itself; None: find it.

    Attributes:
        mapping: our joint names to the skeleton's, see `joint_names`.
        up: up axis of the file's world, one of `UP_AXES`.
        units: of the file's lengths, one of `METRES`.
        rate: frames per second of files without [Hz].
        label: kind of motion.
        licence: of the files.
    """

    mapping: Mapping[str, str] | None = None
    up: str | None = None
    units: str | None = None
    rate: float | None = None
    label: str | None = None
    licence: str = ""

    def __post_init__(self) -> None:
        if self.up is not None and self.up not in UP_AXES:
            raise MotionError(f"up axis '{self.up}' is not one of {', '.join(UP_AXES)}")
        if self.units is not None and self.units not in METRES:
            raise MotionError(f"unit '{self.units}' is not one of {', '.join(METRES)}")
        if self.rate is not None and not self.rate > 0.0:
            raise MotionError(f"rate {self.rate} Hz is not positive")


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
        motion, flags = self._fitted(path)
        before = self.retargeter.lowered(self.retargeter.upright(motion))
        planted = self.retargeter.planted(before)
        after = self.retargeter.consistent(planted, before.angles)
        states = self.retargeter.states(after)
        label = self.options.label
        if label is None:
            lowest = self.retargeter.legs.sole_points(after)[..., 2].min(axis=(0, 2))
            label = guess_label(states, lowest)
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

    def _fitted(self, path: Path) -> tuple[BodyMotion, tuple[str, ...]]:
        try:
            if path.suffix.lower() in (".mot", ".sto"):
                return self._from_coordinates(path)
            return self._from_joints(path, self._read_joints(path))
        except OSError as error:
            raise MotionError(f"'{path}': {error.strerror or error}") from error

    def _read_joints(self, path: Path) -> JointMotion:
        if not path.exists():
            raise MotionError(f"'{path}' does not exist")
        if path.stat().st_size == 0:
            raise MotionError(f"'{path}' is empty")
        suffix = path.suffix.lower()
        if suffix == ".bvh":
            return read_bvh(path)
        if suffix == ".npz":
            return read_smpl(path, self.options.rate)
        if suffix in (".json", ".txt"):
            return read_deepmimic(path)
        raise MotionError(
            f"'{path}': files '{suffix}' are unknown; there are {', '.join(SUFFIXES)}"
        )

    def _from_joints(self, path: Path, motion: JointMotion) -> tuple[BodyMotion, tuple[str, ...]]:
        try:
            joints = find_joints(motion, self.options.mapping)
            leg = leg_length(motion, joints)
            motion, blemishes = clean(motion, sorted(set(joints.values())), leg)
            motion, doubts = to_world(motion, joints, self.options.up, self.options.units)
            _check_length(len(motion.position), motion.rate)
            segments = segments_of(motion, joints)
        except MotionError as error:
            raise MotionError(f"'{path}': {error}") from error
        return self.retargeter.fit(segments), (*blemishes, *doubts, *segments.flags)

    def _from_coordinates(self, path: Path) -> tuple[BodyMotion, tuple[str, ...]]:
        if path.exists() and path.stat().st_size == 0:
            raise MotionError(f"'{path}' is empty")
        coordinates = opensim_file.read_coordinates(path)
        try:
            _check_length(len(coordinates.values), coordinates.rate)
        except MotionError as error:
            raise MotionError(f"'{path}': {error}") from error
        motion = opensim_file.body_motion(coordinates, self.retargeter.kinematics.body.leg_ranges)
        return self.retargeter.scaled_by_height(motion), coordinates.flags


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
            found += [path for path in sorted(source.rglob("*")) if _looks_like_motion(path)]
        elif source.exists():
            found.append(source)
        else:
            raise MotionError(f"'{source}' does not exist")
    return list(dict.fromkeys(found))


def _check_length(frames: int, rate: float) -> None:
    duration = (frames - 1) / rate
    if frames < 3 or duration < _MIN_DURATION:
        raise MotionError(f"too short, {frames} frames or {max(duration, 0.0):.2f} s")


def _looks_like_motion(path: Path) -> bool:
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES or not path.is_file() or path.name.startswith("."):
        return False
    if suffix == ".bvh":
        return True
    if suffix == ".npz":  # of a zip, the names are readable even if it is truncated
        content = path.read_bytes()
        return not content.startswith(b"PK") or any(name in content for name in _POSES)
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    return bool(_TELLS[suffix].search(head)) or (not head and suffix != ".txt")
