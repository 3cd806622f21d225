# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""OpenSim .mot and .sto: coordinates by their OpenSim names, over time."""

import dataclasses
import re
from pathlib import Path

import numpy as np
from scipy.spatial.transform import Rotation

from kinesis_ros.core.body import CONTROL_RATE, SIDES, opensim
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.retargeting import smoothing
from kinesis_ros.core.retargeting.body_motion import BodyMotion
from kinesis_ros.core.retargeting.errors import MotionError
from kinesis_ros.core.retargeting.limits import (
    LONGEST_GAP,
    check_frames,
    check_numbers,
    check_times,
    fewer_than_promised,
    parse_numbers,
)
from kinesis_ros.core.retargeting.upright import tilt_of

_REQUIRED = tuple(f"{kind}_{side}" for kind in ("hip_flexion", "knee_angle") for side in SIDES)
_LENGTHS = ("pelvis_tx", "pelvis_ty", "pelvis_tz")
_UNEVEN = 0.02  # share of the interval by which a time step may differ
_REPEATED = 0.02  # share of rows that may repeat the time of the one before; RRA repeats the last
_MOST_BENT = 3.5  # of hips and knees: what is more can be no radians, and no joint bends so far
_LARGEST_LENGTH = 1e4  # [m]
_VALUE = re.compile(r"^/jointset/[^/]+/([^/]+)/value$")
# What a file of OpenSim's holds instead of coordinates stands in its first line, as a name.
_NOT_COORDINATES = re.compile(
    r"(name\s+)?((position|velocity|acceleration)[\s_]*(errors?|speeds?)|speeds?|"
    r"velocit(y|ies)|accelerations?|errors?|(generalized|inverse|actuat\w*|joint|ground)?[\s_]*"
    r"(dynamics|forces?|moments?|torques?|powers?|reactions?)|controls?|excitations?|activations?|"
    r".*_(u|dudt|pErr|vErr))",
    re.IGNORECASE,
)
# SIMM's header, which OpenSim took over, has no word for the unit: its angles are degrees.
_SIMM = re.compile(r"^\s*(#\s*simm\b|datacolumns\b|datarows\b)", re.MULTILINE)
_IN_DEGREES = re.compile(r"indegrees\s*=\s*(yes|no|true|false)")


@dataclasses.dataclass(frozen=True)
class Coordinates:
    """Coordinates over time.

    Attributes:
        values: (frames, 20) in the order of `opensim.COORDINATES` [rad, m].
        rate: frames per second [Hz].
        flags: what was missing or turned round.
    """

    values: np.ndarray
    rate: float
    flags: tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class _Table:
    """A file as it is written.

    Attributes:
        header: in lower case.
        columns: plain lower-case name -> column.
        numbers: (rows, columns).
        flags: what is doubtful about its rows.
    """

    header: str
    columns: dict[str, int]
    numbers: np.ndarray
    flags: tuple[str, ...]

    def column(self, name: str) -> np.ndarray:
        """Values (rows,) of a coordinate."""
        return self.numbers[:, self.columns[name]]


def read_coordinates(path: Path) -> Coordinates:
    """Read a motion file; uneven time steps are brought to an even rate.

    Raises:
        MotionError: the file is broken, or holds no coordinates of legs.
    """
    table = _rising(path, _read_table(path))
    degrees, flags = _in_degrees(path, table)
    absent = [n for n in opensim.COORDINATES if n not in table.columns and not n.startswith("mtp")]
    flags = [*table.flags, *flags, *([f"no {', '.join(absent)}, taken as 0"] if absent else [])]
    values = np.zeros((len(table.numbers), opensim.NUM_COORDINATES))
    for i, name in enumerate(opensim.COORDINATES):
        if name in table.columns:
            scale = 1.0 if name in _LENGTHS or not degrees else np.pi / 180.0
            values[:, i] = table.column(name) * scale
    knees = [opensim.COORDINATES.index(f"knee_angle_{side}") for side in SIDES]
    if np.median(values[:, knees]) < -np.radians(3.0):
        values[:, knees] *= -1.0  # gait2392 and its kin
        flags.append("knee flexion is negative, its sign was reversed")
    time = table.column("time")
    step = float(np.median(np.diff(time)))
    check_times(path, len(time), 1.0 / step)
    if np.max(np.abs(np.diff(time) - step)) > _UNEVEN * step:
        check_times(path, 1 + round((time[-1] - time[0]) / step), 1.0 / step)
        even = time[0] + step * np.arange(int((time[-1] - time[0]) / step + 1e-6) + 1)
        values = np.stack([np.interp(even, time, column) for column in values.T], axis=1)
        flags.append("time steps are uneven, resampled")
    return Coordinates(values, 1.0 / step, tuple(flags))


def body_motion(coordinates: Coordinates, limits: np.ndarray) -> BodyMotion:
    """The model's motion at the control rate, within its limits (14, 2) [rad].

    The toes are left to `Retargeter.ground`: few files measure them, and their sign differs
    between models.
    """
    values, rate = coordinates.values.copy(), coordinates.rate
    values[:, :3] = np.unwrap(values[:, :3], axis=0)
    times = smoothing.new_times(len(values), rate, CONTROL_RATE)
    values = smoothing.resample(smoothing.low_pass(values, rate), rate, times)
    wanted = values[:, 6:]
    wanted[:, [i for i, name in enumerate(ks.LEG_JOINTS) if name.startswith("mtp")]] = 0.0
    states = np.zeros((len(values), ks.STATE_SIZE))
    for value, state in zip(values, states, strict=True):
        opensim.read_coordinates(value, np.zeros(len(value)), state)
    pelvis = Rotation.from_quat(states[:, ks.QUATERNION], scalar_first=True).as_matrix()
    return BodyMotion(
        rate=CONTROL_RATE,
        position=states[:, ks.POSITION],
        pelvis=pelvis,
        angles=np.clip(wanted, limits[:, 0], limits[:, 1]),
        wanted=wanted,
        lean=tilt_of(pelvis),  # of the pelvis: where the trunk is these coordinates do not tell
        sized=False,
    )


def _rising(path: Path, table: _Table) -> _Table:
    """The table without the rows that repeat the time of the one before.

    Raises:
        MotionError: names the row from which time falls, stands still or leaps.
    """
    steps = np.diff(table.column("time"))
    falls, stands = np.flatnonzero(steps < 0.0), np.flatnonzero(steps == 0.0)
    if falls.size:
        raise MotionError(f"'{path}': time falls after row {falls[0]}")
    if len(stands) > max(1.0, _REPEATED * len(steps)):
        raise MotionError(
            f"'{path}': {len(stands)} rows repeat the time of the one before, first row "
            f"{stands[0] + 1}"
        )
    kept = np.delete(table.numbers, stands + 1, axis=0)
    if len(kept) < 2:
        raise MotionError(f"'{path}': needs two or more frames of rising time")
    leaps = np.flatnonzero(steps > LONGEST_GAP)
    if leaps.size:
        raise MotionError(
            f"'{path}': nothing is known of {steps[leaps[0]]:.4g} s after row {leaps[0]}; "
            "cut the file there"
        )
    dropped = [f"row {row} repeats the time of the one before, dropped" for row in stands + 1]
    return dataclasses.replace(table, numbers=kept, flags=(*table.flags, *dropped[:1]))


def _in_degrees(path: Path, table: _Table) -> tuple[bool, tuple[str, ...]]:
    """Whether angles are in degrees, and what speaks against or had to be guessed.

    Raises:
        MotionError: they can be neither.
    """
    most = max(float(np.abs(table.column(name)).max()) for name in _REQUIRED)
    said = _IN_DEGREES.search(table.header)
    if said is not None:
        degrees, flags = said[1] in ("yes", "true"), ()
    elif _SIMM.search(table.header):
        degrees, flags = True, ("SIMM's header: angles are in degrees",)
    elif most > _MOST_BENT:
        degrees = True
        flags = (f"inDegrees is missing; {most:.0f} can be no radians, taken as degrees",)
    else:
        degrees, flags = False, ("inDegrees is missing, angles taken as radians",)
    if np.radians(most) > _MOST_BENT or (not degrees and most > _MOST_BENT):
        raise MotionError(
            f"'{path}': hips and knees reach {most:.0f} {'degrees' if degrees else 'radians'}: "
            "these are no angles of a person" + ("" if degrees else " (inDegrees=no)")
        )
    return degrees, flags


def _read_table(path: Path) -> _Table:
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    ends = [i for i, line in enumerate(lines) if line.strip().lower() == "endheader"]
    if not ends:
        raise MotionError(f"'{path}': not an OpenSim file: 'endheader' is missing")
    if lines and _NOT_COORDINATES.fullmatch(lines[0].strip()) and ends[0] > 0:
        raise MotionError(f"'{path}': holds no coordinates: its first line is '{lines[0].strip()}'")
    header = "\n".join(lines[: ends[0]]).lower()
    body = [line for line in lines[ends[0] + 1 :] if line.strip()]
    if len(body) < 2:
        raise MotionError(f"'{path}': empty, there are no numbers after the header")
    names = [_plain(name.lower()) for name in body[0].split()]
    ragged = [i for i, row in enumerate(body[1:]) if len(row.split()) != len(names)]
    if ragged:
        raise MotionError(
            f"'{path}': truncated, row {ragged[0]} has {len(body[1 + ragged[0]].split())} numbers "
            f"of {len(names)}"
        )
    promised = re.search(r"\b(?:nrows\s*=|datarows\s)\s*(\d+)", header)
    flags = fewer_than_promised(path, int(promised[1]) if promised else 0, len(body) - 1)
    check_frames(path, len(body) - 1)
    numbers = parse_numbers(path, "\n".join(body[1:])).reshape(-1, len(names))
    columns = {name: i for i, name in reversed([*enumerate(names)])}  # of two, the first
    missing = [name for name in ("time", *_REQUIRED) if name not in columns]
    if missing:
        raise MotionError(
            f"'{path}': lacks the coordinates {', '.join(missing)}; it has: {', '.join(names)}"
        )
    table = _Table(header, columns, numbers, flags)
    for name in ("time", *(name for name in opensim.COORDINATES if name in columns)):
        largest = _LARGEST_LENGTH if name in _LENGTHS else 1e6
        check_numbers(path, f"'{name}'", table.column(name), largest)
    return table


def _plain(name: str) -> str:
    match = _VALUE.match(name)
    return match.group(1) if match else name
