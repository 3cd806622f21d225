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
from kinesis_ros.core.retargeting.upright import tilt_of

_REQUIRED = tuple(f"{kind}_{side}" for kind in ("hip_flexion", "knee_angle") for side in SIDES)
_LENGTHS = ("pelvis_tx", "pelvis_ty", "pelvis_tz")
_UNEVEN = 0.02  # share of the interval by which a time step may differ
_VALUE = re.compile(r"^/jointset/[^/]+/([^/]+)/value$")


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


def read_coordinates(path: Path) -> Coordinates:
    """Read a motion file; uneven time steps are brought to an even rate.

    Raises:
        MotionError: the file is broken, or holds no coordinates of legs.
    """
    degrees, names, table = _read_table(path)
    columns = {name: i for i, name in enumerate(names)}
    used = [i for name, i in columns.items() if name in ("time", *opensim.COORDINATES)]
    bad = ~np.isfinite(table[:, used]).all(axis=1)
    if bad.any():
        raise MotionError(f"'{path}': row {int(np.argmax(bad))} holds a NaN or infinite number")
    missing = [name for name in _REQUIRED if name not in columns]
    if missing or "time" not in columns:
        raise MotionError(
            f"'{path}': lacks the coordinates {', '.join(missing) or 'time'}; "
            f"it has: {', '.join(names)}"
        )
    time = table[:, columns["time"]]
    if len(time) < 2 or not np.all(np.diff(time) > 0.0):
        raise MotionError(f"'{path}': needs two or more frames of rising time")
    absent = [n for n in opensim.COORDINATES if n not in columns and not n.startswith("mtp")]
    flags = [f"no {', '.join(absent)}, taken as 0"] if absent else []
    values = np.zeros((len(table), opensim.NUM_COORDINATES))
    for i, name in enumerate(opensim.COORDINATES):
        if name in columns:
            scale = 1.0 if name in _LENGTHS or not degrees else np.pi / 180.0
            values[:, i] = table[:, columns[name]] * scale
    knees = [opensim.COORDINATES.index(f"knee_angle_{side}") for side in SIDES]
    if np.median(values[:, knees]) < -np.radians(3.0):
        values[:, knees] *= -1.0  # gait2392 and its kin
        flags.append("knee flexion is negative, its sign was reversed")
    step = float(np.median(np.diff(time)))
    if np.max(np.abs(np.diff(time) - step)) > _UNEVEN * step:
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


def _read_table(path: Path) -> tuple[bool, list[str], np.ndarray]:
    """Whether angles are in degrees, the columns' plain names, and the numbers."""
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    ends = [i for i, line in enumerate(lines) if line.strip().lower() == "endheader"]
    if not ends:
        raise MotionError(f"'{path}': not an OpenSim file: 'endheader' is missing")
    header = "\n".join(lines[: ends[0]]).lower()
    degrees = re.search(r"indegrees\s*=\s*(yes|no)", header)
    body = [line.split() for line in lines[ends[0] + 1 :] if line.strip()]
    if len(body) < 2:
        raise MotionError(f"'{path}': empty, there are no numbers after the header")
    names = [_plain(name) for name in body[0]]
    ragged = [i for i, row in enumerate(body[1:]) if len(row) != len(names)]
    if ragged:
        raise MotionError(
            f"'{path}': truncated, row {ragged[0]} has {len(body[1 + ragged[0]])} numbers of "
            f"{len(names)}"
        )
    promised = re.search(r"nrows\s*=\s*(\d+)", header)
    if promised and int(promised.group(1)) > len(body) - 1:
        raise MotionError(
            f"'{path}': truncated, {promised.group(1)} rows are promised and {len(body) - 1} "
            "are there"
        )
    try:
        table = np.array(body[1:], dtype=float)
    except ValueError as error:
        raise MotionError(f"'{path}': holds something that is not a number: {error}") from error
    return degrees is not None and degrees.group(1) == "yes", names, table


def _plain(name: str) -> str:
    match = _VALUE.match(name)
    return match.group(1) if match else name
