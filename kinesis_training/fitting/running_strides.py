# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Running: the gait cycle of short clips that hold hardly more than one stride.

Every frame counts: one steady rhythm is fitted to all touch-downs and lift-offs of both feet, and
the path is what is left of the pelvis' way without its sway.
"""

import dataclasses

import mujoco
import numpy as np

from kinesis_ros.core.body import CONTROL_RATE
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.leg.kinematics import euler_angles, euler_matrix
from kinesis_ros.core.motion import Clip, ClipError
from kinesis_training.fitting.strides import Stride

_ON_FLOOR = 0.5  # of the runner's speed, has the ball of a foot at most that is on the floor
_SHORTEST_CONTACT = 3  # frames


@dataclasses.dataclass(frozen=True)
class _Contact:
    """One contact of a foot, in frames and fractions; NaN: before or after the clip."""

    side: int
    start: float
    end: float


def run_of(clip: Clip) -> Stride:
    """The whole clip as one long stride.

    Raises:
        ClipError: it has too few contacts with the floor to tell the rhythm.
    """
    states = clip.states
    contacts = sorted(
        _contacts(states), key=lambda contact: np.nanmean([contact.start, contact.end])
    )
    offset, rate, duty = _rhythm(clip.name, contacts)
    frames = np.arange(len(states))
    phase = offset + rate * frames
    pelvis, speed = _pelvis(states, phase)
    legs = states[:, ks.JOINT_POSITION].reshape(-1, 2, 7)
    return Stride(
        clip.name, speed, 0.0, 1.0 / (rate * CONTROL_RATE), duty, phase % 1.0, pelvis, legs
    )


def _contacts(states: np.ndarray) -> list[_Contact]:
    """Contacts of both feet: while the ball of the foot is slow."""
    keys = states[:, ks.KEY_POSITION].reshape(len(states), ks.NUM_KEYS, 3)
    limit = _ON_FLOOR * float(np.median(np.linalg.norm(states[:, ks.GROUND_VELOCITY], axis=1)))
    contacts = []
    for side, name in enumerate(("toes_r", "toes_l")):
        ball = keys[:, ks.KEY_BODIES.index(name)]
        speed = np.linalg.norm(np.gradient(ball, 1.0 / CONTROL_RATE, axis=0), axis=1)
        slow = np.concatenate([[False], speed < limit, [False]])
        starts, ends = np.flatnonzero(~slow[:-1] & slow[1:]), np.flatnonzero(slow[:-1] & ~slow[1:])
        for first, after in zip(starts.tolist(), ends.tolist(), strict=True):
            if after - first < _SHORTEST_CONTACT and first > 0 and after < len(speed):
                continue
            contacts.append(
                _Contact(
                    side,
                    _crossing(speed, first - 1, limit) if first > 0 else np.nan,
                    _crossing(speed, after - 1, limit) if after < len(speed) else np.nan,
                )
            )
    return contacts


def _crossing(speed: np.ndarray, frame: int, limit: float) -> float:
    """When between `frame` and the next one the speed passes the limit."""
    return frame + (limit - speed[frame]) / (speed[frame + 1] - speed[frame])


def _rhythm(name: str, contacts: list[_Contact]) -> tuple[float, float, float]:
    """Phase at frame 0, phase per frame and duty that fit all events best.

    Right touch-downs are at whole phases, left ones half way between; lift-offs come a duty later.
    """
    rows, phases = [], []
    for i, contact in enumerate(contacts):
        if contact.side != (i + contacts[0].side) % 2:
            raise ClipError(f"clip '{name}': its feet do not touch the floor in turn")
        touch_down = 0.5 * (i + contacts[0].side)
        for time, lifted in ((contact.start, 0.0), (contact.end, 1.0)):
            if np.isfinite(time):
                rows.append([1.0, time, -lifted])
                phases.append(touch_down)
    matrix = np.array(rows).reshape(-1, 3)
    if np.linalg.matrix_rank(matrix) < 3:
        raise ClipError(f"clip '{name}' is too short to find the rhythm of its steps")
    offset, rate, duty = np.linalg.lstsq(matrix, np.array(phases), rcond=None)[0]
    return float(offset), float(rate), float(duty)


def _pelvis(states: np.ndarray, phase: np.ndarray) -> tuple[np.ndarray, float]:
    """Channels (frames, 5) of the pelvis in the frame of a straight path, and the mean speed."""
    plane = states[:, ks.X] + 1j * states[:, ks.Y]
    direction = np.angle(plane[-1] - plane[0])
    seconds = np.arange(len(states)) / CONTROL_RATE
    along = (plane - plane[0]) * np.exp(-1j * direction)
    # A runner may speed up and veer a little: sway is what repeats with the steps.
    forward = _without_sway(along.real, seconds, 2.0 * phase)
    lateral = _without_sway(along.imag, seconds, phase)
    pelvis = np.empty((len(states), 5))
    pelvis[:, 0], pelvis[:, 1] = along.real - forward, along.imag - lateral
    matrix = np.zeros(9)
    for row, state in zip(pelvis, states, strict=True):
        mujoco.mju_quat2Mat(matrix, state[ks.QUATERNION])
        row[2:5] = euler_angles(euler_matrix(-direction, 0.0, 0.0) @ matrix.reshape(3, 3))
    return pelvis, float((forward[-1] - forward[0]) / seconds[-1])


def _without_sway(way: np.ndarray, seconds: np.ndarray, cycle: np.ndarray) -> np.ndarray:
    """The smooth part (frames,) of a way: quadratic in time, beside one wave per cycle."""
    angle = 2.0 * np.pi * cycle
    smooth = np.stack([np.ones_like(seconds), seconds, seconds**2], axis=1)
    rows = np.concatenate([smooth, np.cos(angle)[:, None], np.sin(angle)[:, None]], axis=1)
    coefficients = np.linalg.lstsq(rows, way, rcond=None)[0]
    return smooth @ coefficients[:3]
