# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Markers on the skin to joints: .trc (OpenSim, Motion Analysis) and .c3d (with ezc3d).

Needed on each side: the pelvis (ASIS and PSIS, or the sacrum), knee, ankle, toe, by the names of
Plug-in Gait, of CMU, or of their joint centres. Hip centres: the regression of Harrington et al.
(2007), J. Biomech. 40. A knee or ankle with one lateral marker is half its width further in.
"""

import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from kinesis_ros.core.body import SIDES
from kinesis_ros.core.retargeting.errors import MotionError
from kinesis_ros.core.retargeting.joint_motion import JointMotion
from kinesis_ros.core.retargeting.limits import (
    LARGEST,
    check_frames,
    check_numbers,
    check_times,
    parse_numbers,
)
from kinesis_ros.core.retargeting.point_motion import motion_of_points
from kinesis_ros.core.retargeting.world import METRES

# Our name of a place -> markers, '?' for the side; of several the first that exist count.
_PLACES = {
    "asis": ("?asi", "?asis", "?fwt"),
    "psis": ("?psi", "?psis", "?bwt"),
    "hip": ("?hjc",),
    "knee": ("?kjc",),
    "knee_lateral": ("?kne", "?knee", "?lfc", "?lknee", "?fle", "?latknee"),
    "knee_medial": ("?mfc", "?mkne", "?knem", "?fme", "?mknee"),
    "ankle": ("?ajc",),
    "ankle_lateral": ("?ank", "?ankle", "?lmal", "?fal", "?lankle"),
    "ankle_medial": ("?mmal", "?mank", "?ankm", "?tam", "?mankle"),
    "toe": ("?toe", "?mt1", "?mt2"),
}
_SACRUM = ("sacr", "sac", "vsac", "sacrum")
_TRUNK = ("c7", "t10", "clav", "strn")
_HALF_WIDTH = {"knee": 0.05, "ankle": 0.036}  # [m] of adults, marker included
_LONGEST_GAP = 0.25  # [s] that is bridged
_LENGTHS = {"m": 1.0, "mm": 0.001, "cm": 0.01, "meters": 1.0, "millimeters": 0.001}


def read_trc(path: Path) -> JointMotion:
    """Read markers over time (.trc).

    Raises:
        MotionError: the file is broken, or lacks a marker that is needed.
    """
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    if len(lines) < 6 or not lines[0].startswith("PathFileType"):
        raise MotionError(f"'{path}': not a .trc file: 'PathFileType' and five lines are missing")
    head = dict(zip(lines[1].split(), lines[2].split(), strict=False))
    try:
        rate, unit = float(head["DataRate"]), head["Units"].lower()
    except (KeyError, ValueError) as error:
        raise MotionError(f"'{path}': 'DataRate' or 'Units' is missing") from error
    names = lines[3].split()[2:]
    rows = [_padded(line, 2 + 3 * len(names)) for line in lines[5:] if line.strip()]
    check_frames(path, len(rows), len(names))
    check_times(path, len(rows), rate)
    values = parse_numbers(path, "\n".join(rows)).reshape(len(rows), -1)
    points = values[:, 2:].reshape(len(rows), len(names), 3)
    return _joints(path, names, points, rate, unit)


def read_c3d(path: Path) -> JointMotion:
    """Read markers over time (.c3d).

    Raises:
        MotionError: ezc3d is not installed, the file is broken, or lacks a marker.
    """
    try:
        import ezc3d
    except ModuleNotFoundError as error:
        raise MotionError(
            f"'{path}': .c3d needs 'ezc3d'; get it with: pip install 'kinesis_ros[markers]'"
        ) from error
    try:
        content = ezc3d.c3d(str(path))
        about = content["parameters"]["POINT"]
        names, rate = list(about["LABELS"]["value"]), float(about["RATE"]["value"][0])
        unit = str(about["UNITS"]["value"][0]).strip().lower()
        points = np.asarray(content["data"]["points"], dtype=float)[:3].transpose(2, 1, 0)
    except Exception as error:  # the library's own errors are std::exceptions of many kinds
        raise MotionError(f"'{path}': not a readable .c3d file: {error}") from error
    check_frames(path, len(points), max(1, points.shape[1]))
    check_times(path, len(points), rate)
    return _joints(path, names[: points.shape[1]], points, rate, unit)


def _padded(line: str, size: int) -> str:
    """A row with 'nan' for the empty cells of markers that were not seen."""
    cells = [cell.strip() or "nan" for cell in line.rstrip("\r\n").split("\t")][:size]
    return " ".join([*cells, *["nan"] * (size - len(cells))])


def _joints(
    path: Path, names: list[str], points: np.ndarray, rate: float, unit: str
) -> JointMotion:
    if unit not in _LENGTHS:
        raise MotionError(f"'{path}': unit '{unit}' is none of {', '.join(_LENGTHS)}")
    seen = {_plain(name): points[:, i] * _LENGTHS[unit] for i, name in enumerate(names)}
    chosen = _chosen(path, seen, names)
    chosen = _bridged(path, chosen, rate)
    for name, place in chosen.items():
        check_numbers(path, f"marker {name}", place, LARGEST * METRES["mm"])
    point = _joint_centres(chosen)
    up = point.pop("up")
    return motion_of_points(point, rate, up)


def _plain(name: str) -> str:
    """'TakeoMonday:R.Knee' -> 'rknee'."""
    return re.sub(r"[^a-z0-9]", "", name.rpartition(":")[2].lower())


def _chosen(path: Path, seen: Mapping[str, np.ndarray], names: list[str]) -> dict[str, np.ndarray]:
    """Places that are known, by our names."""
    chosen: dict[str, np.ndarray] = {}
    for side in SIDES:
        for place, usual in _PLACES.items():
            found = next(
                (n.replace("?", side) for n in usual if n.replace("?", side) in seen), None
            )
            if found is not None:
                chosen[f"{place}_{side}"] = seen[found]
        for joint in ("knee", "ankle"):
            if not {f"{joint}_{side}", f"{joint}_lateral_{side}"} & chosen.keys():
                raise MotionError(_lacking(path, f"{joint}_{side}", joint, side, names))
        for place in ("asis", "toe"):
            if f"{place}_{side}" not in chosen:
                raise MotionError(_lacking(path, f"{place}_{side}", place, side, names))
    sacrum = next((seen[name] for name in _SACRUM if name in seen), None)
    if sacrum is not None:
        chosen["sacrum"] = sacrum
    elif not {"psis_r", "psis_l"} <= chosen.keys():
        raise MotionError(_lacking(path, "the back of the pelvis", "psis", "r", names))
    trunk = next((seen[name] for name in _TRUNK if name in seen), None)
    return chosen if trunk is None else {**chosen, "trunk": trunk}


def _lacking(path: Path, what: str, place: str, side: str, names: list[str]) -> str:
    usual = [*_PLACES[place], *_PLACES.get(f"{place}_lateral", ())]
    called = ", ".join(name.replace("?", side).upper() for name in usual)
    return f"'{path}': no marker for {what} ({called}); it has: {', '.join(names)}"


def _bridged(path: Path, chosen: dict[str, np.ndarray], rate: float) -> dict[str, np.ndarray]:
    """The frames in which all are seen or between which they were lost for an instant."""
    known = {
        name: np.isfinite(place).all(axis=1) & (np.abs(place).max(axis=1) > 0.0)
        for name, place in chosen.items()
    }
    ends = [(np.flatnonzero(k)[[0, -1]] if k.any() else None) for k in known.values()]
    lost = next((name for name, end in zip(known, ends, strict=True) if end is None), None)
    if lost is not None:
        raise MotionError(f"'{path}': the marker for {lost} is never seen")
    first = max(int(end[0]) for end in ends if end is not None)
    last = min(int(end[1]) for end in ends if end is not None)
    bridged = {}
    for name, place in chosen.items():
        at = np.flatnonzero(known[name])
        gap = np.diff(at[(at >= first) & (at <= last)], prepend=first, append=last)
        if last <= first or gap.max(initial=0) > _LONGEST_GAP * rate:
            raise MotionError(f"'{path}': the marker for {name} is lost for too long")
        frames = np.arange(first, last + 1)
        bridged[name] = np.column_stack(
            [np.interp(frames, at, place[at, axis]) for axis in range(3)]
        )
    return bridged


def _joint_centres(place: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Joints (frames, 3) by our names, and 'up' of the pelvis."""
    front = 0.5 * (place["asis_r"] + place["asis_l"])
    back = place.get("sacrum")
    back = 0.5 * (place["psis_r"] + place["psis_l"]) if back is None else back
    left = _unit(place["asis_l"] - place["asis_r"])
    up = _unit(np.cross(front - back, left))
    forward = np.cross(left, up)
    width = np.linalg.norm(place["asis_l"] - place["asis_r"], axis=1).mean()
    depth = np.linalg.norm(front - back, axis=1).mean()
    point = {"pelvis": 0.5 * (front + back), "up": up}
    point["trunk"] = place.get("trunk", point["pelvis"] + 0.5 * up)
    for side, sign in (("r", -1.0), ("l", 1.0)):
        hip = (
            front
            - (0.24 * depth + 0.0099) * forward
            - (0.30 * width + 0.0109) * up
            + sign * (0.33 * width + 0.0073) * left
        )
        point[f"thigh_{side}"] = place.get(f"hip_{side}", hip)
        for part, joint in (("shank", "knee"), ("foot", "ankle")):
            point[f"{part}_{side}"] = _centre(place, joint, side, -sign * left)
        point[f"toe_{side}"] = place[f"toe_{side}"]
    return point


def _centre(
    place: Mapping[str, np.ndarray], joint: str, side: str, inwards: np.ndarray
) -> np.ndarray:
    if f"{joint}_{side}" in place:
        return place[f"{joint}_{side}"]
    lateral = place[f"{joint}_lateral_{side}"]
    if f"{joint}_medial_{side}" in place:
        return 0.5 * (lateral + place[f"{joint}_medial_{side}"])
    return lateral + _HALF_WIDTH[joint] * inwards


def _unit(vector: np.ndarray) -> np.ndarray:
    return vector / np.maximum(np.linalg.norm(vector, axis=-1, keepdims=True), 1e-12)
