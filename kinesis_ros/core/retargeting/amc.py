# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Acclaim motions: numbers per bone and frame (.amc), and the skeleton that they move (.asf).

A bone turns by C M C^-1 in its parent, where C turns by its `axis` and M by its degrees of
freedom, each about fixed axes in the order of the letters. Source: Acclaim's format as the CMU
motion capture database uses it (mocap.cs.cmu.edu/info.php); the offsets of the root are added to
its channels, as in N. Lawrence's mocap toolbox (acclaim2xyz).
"""

import dataclasses
import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from scipy.spatial.transform import Rotation

from kinesis_ros.core.retargeting.errors import MotionError
from kinesis_ros.core.retargeting.joint_motion import JointMotion, forward_kinematics
from kinesis_ros.core.retargeting.limits import (
    LARGEST,
    MOST_JOINTS,
    check_bytes,
    check_frames,
    check_times,
)

_CMU_RATE = 120.0  # [Hz] of nearly all trials of the database; the format cannot tell
_ROOT = "root"
_TURNS = {"rx": "x", "ry": "y", "rz": "z"}
_MOVES = ("tx", "ty", "tz")

_Rows = dict[str, list[list[float]]]  # numbers of every frame, by bone


@dataclasses.dataclass
class _Bone:
    """A bone as the skeleton file has it, in its units."""

    name: str
    tip: np.ndarray = dataclasses.field(default_factory=lambda: np.zeros(3))  # from its start
    axis: Rotation = dataclasses.field(default_factory=Rotation.identity)
    channels: tuple[str, ...] = ()
    zero: np.ndarray = dataclasses.field(default_factory=lambda: np.zeros(0))  # added to them


@dataclasses.dataclass(frozen=True)
class _Skeleton:
    path: Path
    bones: dict[str, _Bone]  # parents before children
    parent: dict[str, str]
    is_in_degrees: bool


def read_amc(path: Path, skeleton: Path | None = None, rate: float | None = None) -> JointMotion:
    """Read an Acclaim motion.

    Args:
        path: of the motion (.amc).
        skeleton: its skeleton (.asf); None: NAME.asf beside NAME.amc or NAME_TRIAL.amc, or the
            only one in the folder.
        rate: frames per second [Hz]; None: 120, as in the CMU database.

    Raises:
        MotionError: a file is missing, broken, or the skeleton is another's.
    """
    acclaim = _read_skeleton(skeleton or _skeleton_beside(path))
    values = _read_frames(path, acclaim)
    frames = len(values[_ROOT])
    check_frames(path, frames, len(acclaim.bones))
    check_times(path, frames, rate or _CMU_RATE)
    names = list(acclaim.bones)
    parents = [names.index(acclaim.parent[name]) if name != _ROOT else -1 for name in names]
    ends = [i for i in range(len(names)) if i not in parents]
    offset = np.zeros((frames, len(names) + len(ends), 3))
    local = np.tile(np.eye(3), (frames, len(names) + len(ends), 1, 1))
    offset[:, 0] = _moves(acclaim.bones[_ROOT], values[_ROOT])
    for i, above in enumerate([*parents, *ends]):
        if above >= 0:  # a bone starts where the one above ends
            offset[:, i] = acclaim.bones[names[above]].tip
    for name, block in values.items():
        local[:, names.index(name)] = _turns(acclaim.bones[name], block)
    parents += ends
    names += [f"{names[i]}_end" for i in ends]
    position, rotation = forward_kinematics(parents, offset, local)
    flags = () if rate else (f"no frame rate in an .amc, took {_CMU_RATE:g} Hz (--rate)",)
    return JointMotion(
        tuple(names), tuple(parents), position, rotation, rate or _CMU_RATE, flags=flags
    )


def _skeleton_beside(path: Path) -> Path:
    there = sorted(p for p in path.parent.iterdir() if p.suffix.lower() == ".asf")
    for stem in (path.stem, path.stem.partition("_")[0]):
        named = [p for p in there if p.stem.lower() == stem.lower()]
        if named:
            return named[0]
    if len(there) == 1:
        return there[0]
    found = f"there are {', '.join(p.name for p in there)}" if there else "there is no .asf"
    raise MotionError(f"'{path}': which skeleton? {found} beside it: name one (--skeleton)")


def _turns(bone: _Bone, values: np.ndarray) -> np.ndarray:
    """Rotations (frames, 3, 3) of a bone in its parent."""
    columns = [i for i, channel in enumerate(bone.channels) if channel in _TURNS]
    order = "".join(_TURNS[bone.channels[i]] for i in columns)
    turn = Rotation.from_euler(order, values[:, columns])
    return (bone.axis * turn * bone.axis.inv()).as_matrix()


def _moves(bone: _Bone, values: np.ndarray) -> np.ndarray:
    """Translations (frames, 3) of the root."""
    moves = np.zeros((len(values), 3))
    for i, channel in enumerate(bone.channels):
        if channel in _MOVES:
            moves[:, _MOVES.index(channel)] = values[:, i]
    return moves


def _read_frames(path: Path, skeleton: _Skeleton) -> dict[str, np.ndarray]:
    """Values (frames, channels) of every bone that has channels [rad, file's unit]."""
    rows: _Rows = {n: [] for n, b in skeleton.bones.items() if b.channels}
    is_in_degrees, frame = skeleton.is_in_degrees, 0
    units = {":degrees": True, ":radians": False}
    for words in _lines(path):
        if words[0].startswith(":"):
            is_in_degrees = units.get(words[0].lower(), is_in_degrees)
        elif len(words) == 1 and words[0].isdigit():
            _check_frame(path, rows, frame)
            frame += 1
        else:
            _add_row(path, skeleton, rows, words, frame)
    _check_frame(path, rows, frame)
    if not frame:
        raise MotionError(f"'{path}': not an Acclaim motion: it has no frames")
    return {
        name: np.array(block) * _factors(skeleton.bones[name], is_in_degrees)
        + skeleton.bones[name].zero
        for name, block in rows.items()
    }


def _add_row(path: Path, skeleton: _Skeleton, rows: _Rows, words: list[str], frame: int) -> None:
    name, texts = words[0], words[1:]
    if not frame:
        raise MotionError(f"'{path}': not an Acclaim motion: '{name}' is before the first frame")
    if name not in rows:
        raise MotionError(
            f"'{path}': '{name}' does not move in '{skeleton.path.name}', where there are: "
            f"{', '.join(rows)}"
        )
    channels = skeleton.bones[name].channels
    numbers = _numbers(texts)
    if numbers is None or len(numbers) != len(channels) or not _are_small(numbers):
        raise MotionError(
            f"'{path}': frame {frame} needs {len(channels)} numbers for '{name}' "
            f"({' '.join(channels)}), it has '{' '.join(texts)}'"
        )
    rows[name].append(numbers)


def _check_frame(path: Path, rows: _Rows, frame: int) -> None:
    odd = next((name for name, block in rows.items() if len(block) != frame), None)
    if odd is not None:
        lacks = "lacks" if len(rows[odd]) < frame else "repeats"
        raise MotionError(f"'{path}': frame {frame} {lacks} '{odd}'")


def _factors(bone: _Bone, is_in_degrees: bool) -> np.ndarray:
    """What brings the channels of a bone into radians."""
    degree = np.pi / 180.0 if is_in_degrees else 1.0
    return np.array([degree if channel in _TURNS else 1.0 for channel in bone.channels])


def _read_skeleton(path: Path) -> _Skeleton:
    check_bytes(path)
    sections = _sections(path)
    for section in (_ROOT, "bonedata", "hierarchy"):
        if section not in sections:
            raise MotionError(f"'{path}': not an Acclaim skeleton: section ':{section}' is missing")
    angle = next((w[1] for w in sections.get("units", ()) if w[0] == "angle" and w[1:]), "deg")
    is_in_degrees = angle.startswith("deg")
    bones = {_ROOT: _read_root(path, sections[_ROOT], is_in_degrees)}
    for words in _blocks(sections["bonedata"]):
        bone = _read_bone(path, words, is_in_degrees)
        if bone.name in bones:
            raise MotionError(f"'{path}': there are two bones '{bone.name}'")
        bones[bone.name] = bone
    if len(bones) > MOST_JOINTS:
        raise MotionError(f"'{path}': {len(bones)} bones are too many")
    parent = _read_hierarchy(path, sections["hierarchy"], bones)
    ordered = {_ROOT: bones[_ROOT]} | {name: bones[name] for name in parent}
    return _Skeleton(path, ordered, parent, is_in_degrees)


def _read_root(path: Path, lines: list[list[str]], is_in_degrees: bool) -> _Bone:
    fields = {words[0].lower(): words[1:] for words in lines}
    channels = tuple(word.lower() for word in fields.get("order", ()))
    if sorted(channels) != sorted((*_MOVES, *_TURNS)):
        raise MotionError(f"'{path}': the root's order is '{' '.join(channels)}', not TX ... RZ")
    start = np.zeros(6)
    for block, key in ((slice(0, 3), "position"), (slice(3, 6), "orientation")):
        start[block] = _vector(path, _ROOT, fields.get(key, ["0", "0", "0"]))
    bone = _Bone(_ROOT, channels=channels)
    places = dict(zip((*_MOVES, *_TURNS), start, strict=True))
    bone.zero = np.array([places[c] for c in channels]) * _factors(bone, is_in_degrees)
    return bone


def _read_bone(path: Path, lines: list[list[str]], is_in_degrees: bool) -> _Bone:
    fields = {words[0].lower(): words[1:] for words in lines}
    name = " ".join(fields.get("name", ())) or "without a name"
    direction = _vector(path, name, fields.get("direction", []))
    length = _numbers(fields.get("length", []))
    if length is None or len(length) != 1 or not _are_small(length):
        raise MotionError(f"'{path}': bone '{name}' has no length")
    channels = tuple(word.lower() for word in fields.get("dof", ()))
    strange = [channel for channel in channels if channel not in _TURNS]
    if strange:
        raise MotionError(f"'{path}': bone '{name}' has '{strange[0]}'; only rotations are read")
    if len(set(channels)) < len(channels):
        raise MotionError(f"'{path}': bone '{name}' has a rotation twice: {' '.join(channels)}")
    axis = fields.get("axis", ["0", "0", "0", "XYZ"])
    order = axis[3].lower() if len(axis) > 3 else "xyz"
    if sorted(order) != ["x", "y", "z"]:
        raise MotionError(f"'{path}': the axis of bone '{name}' has the order '{order}'")
    turn = Rotation.from_euler(order, _vector(path, name, axis[:3]), degrees=is_in_degrees)
    return _Bone(name, direction * length[0], turn, channels, np.zeros(len(channels)))


def _read_hierarchy(path: Path, lines: list[list[str]], bones: dict[str, _Bone]) -> dict[str, str]:
    """Parent of every bone but the root, parents before children."""
    children = {words[0]: words[1:] for words in lines if words[0] not in ("begin", "end")}
    named = [name for names in children.items() for name in (names[0], *names[1])]
    unknown = [name for name in named if name not in bones]
    if unknown:
        raise MotionError(f"'{path}': the hierarchy has a bone '{unknown[0]}' that has no data")
    parent: dict[str, str] = {}
    line = [_ROOT]
    while line:
        above = line.pop(0)
        for name in children.get(above, ()):
            if name in parent or name == _ROOT:
                raise MotionError(f"'{path}': bone '{name}' has two parents")
            parent[name] = above
            line.append(name)
    return parent


def _blocks(lines: Sequence[list[str]]) -> Iterator[list[list[str]]]:
    """What stands between each 'begin' and 'end'."""
    for is_fence, block in itertools.groupby(lines, lambda words: words[0] in ("begin", "end")):
        if not is_fence:
            yield list(block)


def _sections(path: Path) -> dict[str, list[list[str]]]:
    """Lines of words by the ':name' that stands above them."""
    sections: dict[str, list[list[str]]] = {}
    lines: list[list[str]] = []
    for words in _lines(path):
        if words[0].startswith(":"):
            lines = sections.setdefault(words[0][1:].lower(), [])
        else:
            lines.append(words)
    return sections


def _lines(path: Path) -> Iterator[list[str]]:
    """Words of every line that has some, without comments."""
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        words = line.partition("#")[0].split()
        if words:
            yield words


def _are_small(numbers: Sequence[float]) -> bool:
    """Whether all are finite and no larger than anything measured is."""
    return all(abs(number) < LARGEST for number in numbers)


def _vector(path: Path, bone: str, texts: list[str]) -> np.ndarray:
    numbers = _numbers(texts)
    if numbers is None or len(numbers) != 3 or not _are_small(numbers):
        raise MotionError(
            f"'{path}': bone '{bone}' needs three numbers, it has '{' '.join(texts)}'"
        )
    return np.array(numbers)


def _numbers(texts: Sequence[str]) -> list[float] | None:
    try:
        return [float(text) for text in texts]
    except ValueError:
        return None
