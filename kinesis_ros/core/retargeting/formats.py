# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The motion formats that can be imported: one row each; docs/add-a-motion-format.md adds one."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from kinesis_ros.core.retargeting.amc import read_amc
from kinesis_ros.core.retargeting.bvh import read_bvh
from kinesis_ros.core.retargeting.deepmimic import read_deepmimic
from kinesis_ros.core.retargeting.errors import MotionError
from kinesis_ros.core.retargeting.humanml3d import read_humanml3d
from kinesis_ros.core.retargeting.import_options import ImportOptions
from kinesis_ros.core.retargeting.joint_motion import JointMotion
from kinesis_ros.core.retargeting.limits import LARGEST, check_bytes, check_frames, check_numbers
from kinesis_ros.core.retargeting.markers import read_c3d, read_trc
from kinesis_ros.core.retargeting.opensim_file import Coordinates, read_coordinates
from kinesis_ros.core.retargeting.smpl import read_smpl

_HEAD = 65536  # bytes that tell whether a file in a folder is a motion
_FRAMES = re.compile(rb'^\s*\{.*"Frames"', re.DOTALL)
_KNEE = re.compile(rb"knee_angle_[rl](/value)?\s")
_POSES = (b"poses.npy", b"root_orient.npy")


@dataclass(frozen=True)
class MotionFormat:
    """One format.

    Attributes:
        suffixes: of its files, in lower case.
        description: as help and documentation list it.
        read: reads a file; joints of a foreign skeleton are retargeted, coordinates of OpenSim's
            are the model's already.
        looks_like: whether a file with such a suffix, found in a folder, is a motion. Broken and
            empty ones are, so that they are reported.
    """

    suffixes: tuple[str, ...]
    description: str
    read: Callable[[Path, ImportOptions], JointMotion | Coordinates]
    looks_like: Callable[[Path], bool] = lambda _path: True


def _is_deepmimic(path: Path) -> bool:
    head = _head(path)
    return bool(_FRAMES.match(head)) or (not head and path.suffix.lower() == ".json")


def _is_opensim(path: Path) -> bool:
    head = _head(path)
    return bool(_KNEE.search(head)) or not head


def _is_smpl(path: Path) -> bool:
    content = path.read_bytes()  # of a zip, the names are readable even if it is truncated
    return not content.startswith(b"PK") or any(name in content for name in _POSES)


def _is_points(path: Path) -> bool:
    head = _head(path)[:128]
    return b"22, 3)" in head or b"263)" in head or not head


def _head(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(_HEAD)


FORMATS = (
    MotionFormat((".bvh",), "BVH", lambda path, options: read_bvh(path, options.rate)),
    MotionFormat(
        (".amc",),
        "Acclaim ASF/AMC",
        lambda path, options: read_amc(path, options.skeleton, options.rate),
    ),
    MotionFormat(
        (".json", ".txt"), "DeepMimic JSON", lambda path, _: read_deepmimic(path), _is_deepmimic
    ),
    MotionFormat(
        (".mot", ".sto"), "OpenSim coordinates", lambda path, _: read_coordinates(path), _is_opensim
    ),
    MotionFormat(
        (".npz",),
        "AMASS (SMPL-H, SMPL-X)",
        lambda path, options: read_smpl(path, options.rate),
        _is_smpl,
    ),
    MotionFormat((".trc",), "markers", lambda path, _: read_trc(path)),
    MotionFormat((".c3d",), "markers", lambda path, _: read_c3d(path)),
    MotionFormat(
        (".npy",), "HumanML3D", lambda path, options: read_humanml3d(path, options.rate), _is_points
    ),
)


def described_formats() -> str:
    """All formats in one sentence, e.g. for a help text."""
    return ", ".join(f"{form.description} ({', '.join(form.suffixes)})" for form in FORMATS)


def read_motion(path: Path, options: ImportOptions) -> JointMotion | Coordinates:
    """Read a file of any format.

    Raises:
        MotionError: there is no such file, its format is unknown, or it is broken.
    """
    try:
        if path.stat().st_size == 0:
            raise MotionError(f"'{path}' is empty")
        form = _format_of(path)
        if form is None:
            suffixes = ", ".join(suffix for known in FORMATS for suffix in known.suffixes)
            raise MotionError(
                f"'{path}': unknown file type '{path.suffix.lower()}'; there are {suffixes}"
            )
        check_bytes(path)
        return checked(path, form.read(path, options))
    except FileNotFoundError as error:
        raise MotionError(f"'{error.filename}' does not exist") from error
    except OSError as error:
        raise MotionError(f"'{path}': {error.strerror or error}") from error


def checked(path: Path, motion: JointMotion | Coordinates) -> JointMotion | Coordinates:
    """The motion, if every number in it can be worked with, whatever format it came from.

    Raises:
        MotionError: a number is none or huge, or there are too many.
    """
    if isinstance(motion, JointMotion):
        check_frames(path, *motion.position.shape[:2])
        check_numbers(path, "the position of a joint", motion.position, LARGEST)
        check_numbers(path, "the rotation of a joint", motion.rotation)
    return motion


def looks_like_motion(path: Path) -> bool:
    """Whether a file that was found in a folder is a motion."""
    form = _format_of(path)
    if form is None or path.name.startswith(".") or not path.is_file():
        return False
    return form.looks_like(path)


def _format_of(path: Path) -> MotionFormat | None:
    suffix = path.suffix.lower()
    return next((form for form in FORMATS if suffix in form.suffixes), None)
