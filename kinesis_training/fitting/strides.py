# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Strides of walking: found in clips from the feet's motion relative to the pelvis."""

import dataclasses
import itertools

import mujoco
import numpy as np
from scipy.signal import find_peaks

from kinesis_ros.core.body import CONTROL_RATE
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.leg.kinematics import euler_angles, euler_matrix
from kinesis_ros.core.maths import rotations
from kinesis_ros.core.motion import Clip

_STRIDE = (0.7, 2.0)  # [s] plausible durations
_SPEED = (0.35, 1.8)  # [m/s]
_CONTACT_SPEED = 0.8  # of the walker's, has the ankle when the heel touches the floor
_REACH = 0.08  # [m] that a foot swings farther than where it turns round
_TIP_AFTER_BALL = 0.02  # [s] that the tip of the toes is on the floor after the ball of the foot


@dataclasses.dataclass(frozen=True)
class Stride:
    """One gait cycle, from a contact of the right foot to the next one.

    Attributes:
        clip: where it is from.
        speed: mean along the path [m/s].
        turn_rate: mean [rad/s].
        duration: [s].
        duty: share of the cycle that the right foot is on the floor; NaN: not seen.
        phase: (frames,) of each frame in [0, 1).
        pelvis: (frames, 5) `PELVIS_CHANNELS` without the height.
        legs: (frames, 2, 7) joint angles, right then left [rad].
    """

    clip: str
    speed: float
    turn_rate: float
    duration: float
    duty: float
    phase: np.ndarray
    pelvis: np.ndarray
    legs: np.ndarray


def strides_of(clip: Clip) -> list[Stride]:
    """Strides of the right foot; `clip.mirrored()` gives those of the left foot."""
    states = clip.states
    contacts, releases = _foot_events(states)
    strides = []
    for start, end in itertools.pairwise(contacts):
        duration = (end - start) / CONTROL_RATE
        if not _STRIDE[0] <= duration <= _STRIDE[1]:
            continue
        inside = releases[(releases > start) & (releases < end)]
        duty = (inside[0] - start) / (end - start) if len(inside) == 1 else np.nan
        stride = _stride(clip.name, states, start, end, duty)
        if _SPEED[0] <= stride.speed <= _SPEED[1]:
            strides.append(stride)
    return strides


def foot_contacts(states: np.ndarray) -> np.ndarray:
    """When the right foot touches the floor in states (frames, STATE_SIZE), in frames."""
    return _foot_events(states)[0]


def _foot_events(states: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Contact and release of the right foot, in frames and fractions.

    A foot touches down just after it was foremost relative to the pelvis, and leaves about when it
    is hindmost (Zeni et al. 2008); its tip, a little after the ball that is measured here.
    """
    keys = states[:, ks.KEY_POSITION].reshape(len(states), ks.NUM_KEYS, 3)
    headings = np.array([rotations.heading(q) for q in states[:, ks.QUATERNION]])
    forward = np.stack([np.cos(headings), np.sin(headings)], axis=1)

    def reach(body: str) -> np.ndarray:
        offset = keys[:, ks.KEY_BODIES.index(body), :2] - states[:, ks.GROUND_POSITION]
        return np.sum(offset * forward, axis=1)

    walker = float(np.median(np.linalg.norm(states[:, ks.GROUND_VELOCITY], axis=1)))
    ankle = keys[:, ks.KEY_BODIES.index("talus_r"), :2]
    speed = np.linalg.norm(np.gradient(ankle, 1.0 / CONTROL_RATE, axis=0), axis=1)
    foremost = _peaks(reach("talus_r"))
    contacts = np.array([_first_slow(speed, peak, _CONTACT_SPEED * walker) for peak in foremost])
    releases = _peaks(-reach("toes_r")) + _TIP_AFTER_BALL * CONTROL_RATE
    return contacts, releases


def _peaks(way: np.ndarray) -> np.ndarray:
    """Where a way (frames,) is longest, in frames and fractions: the top of a parabola."""
    apart = round(_STRIDE[0] * CONTROL_RATE)
    tops, _ = find_peaks(way, distance=apart, prominence=_REACH)
    before, at, after = way[tops - 1], way[tops], way[tops + 1]
    return tops + 0.5 * (before - after) / (before - 2.0 * at + after)


def _first_slow(speed: np.ndarray, after: float, limit: float) -> float:
    """When, after a moment, a part of the foot gets slower than `limit`, in frames."""
    frame = int(after)
    while frame < len(speed) - 2 and speed[frame + 1] > limit:
        frame += 1
    fall = speed[frame] - speed[frame + 1]
    return frame + (np.clip((speed[frame] - limit) / fall, 0.0, 1.0) if fall > 0.0 else 0.0)


def _stride(name: str, states: np.ndarray, start: float, end: float, duty: float) -> Stride:
    frames = np.arange(int(np.ceil(start)), int(np.ceil(end)))
    phase = (frames - start) / (end - start)
    headings = np.unwrap([rotations.heading(q) for q in states[:, ks.QUATERNION]])
    edges = np.array([start, end])
    index = np.arange(len(states))
    plane = states[:, ks.X] + 1j * states[:, ks.Y]
    first, last = np.interp(edges, index, plane.real) + 1j * np.interp(edges, index, plane.imag)
    turn = float(np.diff(np.interp(edges, index, headings))[0])
    # The path: an arc of constant speed and turn rate between the stride's ends.
    fine = np.linspace(0.0, 1.0, 101)
    arc = np.concatenate([[0.0], np.cumsum(np.exp(1j * turn * (fine[:-1] + 0.005)) * 0.01)])
    chord = (last - first) / arc[-1]
    line = first + chord * (
        np.interp(phase, fine, arc.real) + 1j * np.interp(phase, fine, arc.imag)
    )
    direction = np.angle(chord) + turn * phase
    offset = (plane[frames] - line) * np.exp(-1j * direction)
    offset -= offset.mean()
    pelvis = np.empty((len(frames), 5))
    pelvis[:, 0], pelvis[:, 1] = offset.real, offset.imag
    matrix = np.zeros(9)
    for row, frame, angle in zip(pelvis, frames, direction, strict=True):
        mujoco.mju_quat2Mat(matrix, states[frame, ks.QUATERNION])
        row[2:5] = euler_angles(euler_matrix(-angle, 0.0, 0.0) @ matrix.reshape(3, 3))
    duration = (end - start) / CONTROL_RATE
    legs = states[frames, ks.JOINT_POSITION].reshape(-1, 2, 7)
    speed = float(abs(chord)) / duration
    return Stride(name, speed, turn / duration, duration, duty, phase, pelvis, legs)
