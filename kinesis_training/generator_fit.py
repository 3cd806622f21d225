# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Learns the motion generator's gait from walking clips.

Strides are found from the feet's motion relative to the pelvis, every stride is used with its
mirror image, and the curves are a ridge regression on all frames of all strides.
"""

import dataclasses
import hashlib
import itertools
from collections.abc import Sequence

import mujoco
import numpy as np
from scipy.signal import find_peaks

from kinesis_ros.core import kinematic_state as ks
from kinesis_ros.core import rotations
from kinesis_ros.core.body import CONTROL_RATE, load_body
from kinesis_ros.core.clip import Clip, ClipError
from kinesis_ros.core.foot_rolling import planted
from kinesis_ros.core.gait import (
    EVEN,
    PELVIS_CHANNELS,
    Gait,
    allowed,
    allowed_harmonics,
    features,
)
from kinesis_ros.core.kinematics import Kinematics
from kinesis_ros.core.leg_kinematics import euler_angles, euler_matrix, solve_leg
from kinesis_ros.core.legs import KNEE, leg_of
from kinesis_ros.core.posture import PostureModel
from kinesis_ros.core.walked_line import Velocity

WALKING_LABELS = ("walk", "turn_left", "turn_right", "walk_turn")

_STRIDE = (0.7, 2.0)  # [s] plausible durations
_SPEED = (0.35, 1.8)  # [m/s]
_CONTACT_SPEED = 0.4  # of the walker's, has the ankle when the heel touches the floor
_RELEASE_SPEED = 0.65  # of the walker's, has the ball of the foot when the toes leave the floor
_RIDGE = 3e-3  # of the regression, per frame
_STAND_KNEE = np.radians(10.0)
_STAND_HALF_WIDTH = 0.088  # [m] between a foot's axis and the middle
_STAND_YAW = np.radians(6.0)  # toes outward
_STAND_LEAN = 0.045  # [m] the centre of mass in front of the ankles


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


def _foot_events(states: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Contact and release of the right foot, in frames and fractions.

    A foot touches down just after its foremost and leaves just before its hindmost place relative
    to the pelvis (Zeni et al. 2008); when exactly, its speed tells.
    """
    keys = states[:, ks.KEY_POSITION].reshape(len(states), ks.NUM_KEYS, 3)
    headings = np.array([rotations.heading(q) for q in states[:, ks.QUATERNION]])
    forward = np.stack([np.cos(headings), np.sin(headings)], axis=1)

    def reach(body: str) -> np.ndarray:
        offset = keys[:, ks.KEY_BODIES.index(body), :2] - states[:, :2]
        return np.sum(offset * forward, axis=1)

    walker = float(np.median(np.linalg.norm(states[:, 7:9], axis=1)))
    apart = round(_STRIDE[0] * CONTROL_RATE)
    contacts, _ = find_peaks(reach("talus_r"), distance=apart, prominence=0.08)
    hindmost, _ = find_peaks(-reach("toes_r"), distance=apart, prominence=0.08)
    toes = keys[:, ks.KEY_BODIES.index("toes_r"), :2]
    speed = np.linalg.norm(np.gradient(toes, 1.0 / CONTROL_RATE, axis=0), axis=1)
    releases = np.array([_last_slow(speed, peak, _RELEASE_SPEED * walker) for peak in hindmost])
    ankle = keys[:, ks.KEY_BODIES.index("talus_r"), :2]
    speed = np.linalg.norm(np.gradient(ankle, 1.0 / CONTROL_RATE, axis=0), axis=1)[::-1]
    last = len(states) - 1
    landings = [last - _last_slow(speed, last - peak, _CONTACT_SPEED * walker) for peak in contacts]
    return np.array(landings), releases


def _last_slow(speed: np.ndarray, peak: int, limit: float) -> float:
    """When, before `peak`, a part of the foot got faster than `limit`, in frames."""
    frame = int(peak)
    while frame > 0 and speed[frame] > limit:
        frame -= 1
    ahead = min(frame + 1, len(speed) - 1)
    rise = speed[ahead] - speed[frame]
    return frame + (np.clip((limit - speed[frame]) / rise, 0.0, 1.0) if rise > 0 else 0.0)


def _stride(name: str, states: np.ndarray, start: float, end: float, duty: float) -> Stride:
    frames = np.arange(int(np.ceil(start)), int(np.ceil(end)))
    phase = (frames - start) / (end - start)
    headings = np.unwrap([rotations.heading(q) for q in states[:, ks.QUATERNION]])
    edges = np.array([start, end])
    index = np.arange(len(states))
    plane = states[:, 0] + 1j * states[:, 1]
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


def fit_gait(clips: Sequence[Clip]) -> Gait:
    """Learn a gait from walking clips.

    Raises:
        ClipError: the clips hold no stride.
    """
    strides = [s for clip in clips for twin in (clip, clip.mirrored()) for s in strides_of(twin)]
    if not strides:
        raise ClipError(f"no stride of walking in {len(clips)} clips")
    weights = _stride_weights(strides)
    rows = np.concatenate([features(s.phase, s.speed, s.turn_rate) for s in strides])
    shares = np.concatenate(
        [np.full(len(s.phase), w / len(s.phase)) for s, w in zip(strides, weights, strict=True)]
    )
    pelvis = np.concatenate([s.pelvis for s in strides])
    leg = np.concatenate([s.legs[:, 0] for s in strides])
    columns = []
    for channel in range(pelvis.shape[1]):
        mask = allowed(EVEN[channel])
        column = np.zeros(rows.shape[1])
        column[mask] = _ridge(rows[:, mask], pelvis[:, [channel]], shares)[:, 0]
        columns.append(column)
    speeds = np.array([s.speed for s in strides])
    rates = np.array([1.0 / s.duration for s in strides])
    duties = np.array([s.duty for s in strides])
    seen = np.isfinite(duties)
    foot, height = standing_feet()
    columns.append(np.zeros(rows.shape[1]))
    gait = Gait(
        pelvis=np.stack(columns, axis=1),
        leg=_ridge(rows, leg, shares),
        cadence=_polynomial(speeds, rates, weights, 2),
        duty=_polynomial(speeds[seen], duties[seen], weights[seen], 1),
        speed_range=np.array([max(0.4, speeds.min()), min(1.7, speeds.max())]),
        stand_foot=foot,
        stand_height=height,
        provenance={
            "clips": str(len(clips)),
            "strides": str(len(strides)),
            "sha256": _checksum(clips),
        },
    )
    return dataclasses.replace(gait, pelvis=_with_height(gait))


def _with_height(gait: Gait) -> np.ndarray:
    """The pelvis coefficients with the height at which the learned legs stand on the floor.

    Two waves a step: the pelvis of a walker moves smoothly, the sum of its legs' errors does not.
    """
    model = PostureModel(gait)
    grid = [
        (phase, speed, turn_rate)
        for phase in np.arange(0.0, 1.0, 1.0 / 24.0)
        for speed in np.linspace(gait.speed_range[0], gait.speed_range[1], 9)
        for turn_rate in (-0.6, 0.0, 0.6)
        if abs(turn_rate) * speed < 0.7
    ]
    rows = features(*np.array(grid).T)
    heights = np.array([[model.contact_height(p, Velocity(v, w))] for p, v, w in grid])
    column = PELVIS_CHANNELS.index("height")
    mask = allowed(True) & allowed_harmonics(4)
    pelvis = gait.pelvis.copy()
    shares = np.full(len(rows), 1.0 / len(rows))
    pelvis[mask, column] = _ridge(rows[:, mask], heights, shares, 1e-6)[:, 0]
    return pelvis


def _stride_weights(strides: Sequence[Stride]) -> np.ndarray:
    """One over the root of the strides in each bin of speed: rare speeds count too."""
    bins = np.array([round(s.speed / 0.1) for s in strides])
    counts = np.bincount(bins)
    weights = 1.0 / np.sqrt(counts[bins])
    return weights / weights.sum()


def _ridge(
    rows: np.ndarray, values: np.ndarray, shares: np.ndarray, weight: float = _RIDGE
) -> np.ndarray:
    """Weighted least squares with a small penalty on all but the mean; shares sum to one."""
    penalty = np.full(rows.shape[1], weight)
    if np.all(rows[:, 0] == 1.0):
        penalty[0] = 0.0
    weighted = rows * shares[:, None]
    return np.linalg.solve(rows.T @ weighted + np.diag(penalty), weighted.T @ values)


def _polynomial(x: np.ndarray, y: np.ndarray, weights: np.ndarray, degree: int) -> np.ndarray:
    """Coefficients (3,) of a weighted fit, constant first."""
    fit = np.polynomial.Polynomial.fit(x, y, degree, w=np.sqrt(weights))
    coefficients = np.zeros(3)
    coefficients[: degree + 1] = fit.convert().coef
    return coefficients


def standing_feet() -> tuple[np.ndarray, float]:
    """A standing pose: right calcaneus (forward, left, yaw) and the pelvis height.

    Knees slightly bent, feet flat, the centre of mass in front of the ankles.
    """
    body = load_body("legs80")
    leg = leg_of(body, "r")
    kinematics = Kinematics(body)

    forward, height = -0.12, 0.95
    weights = np.array([200.0, 20.0, 1e-3])
    for _ in range(60):
        pelvis = np.array([0.0, 0.0, height])
        foot = planted(leg, np.array([forward, -_STAND_HALF_WIDTH, -_STAND_YAW]), 0.0, 0.0)
        wanted = np.array([0.1, 0.0, 0.0, 0.2, 0.0, 0.0, 0.0])
        angles = solve_leg(leg, pelvis, np.eye(3), foot, wanted, weights)
        state = np.zeros(ks.STATE_SIZE)
        state[ks.POSITION], state[3] = pelvis, 1.0
        state[ks.JOINT_POSITION] = np.tile(angles, 2)
        data = kinematics.place(state)
        mujoco.mj_comPos(body.model, data)
        ankle = data.body("talus_r").xpos[0]
        forward += data.subtree_com[0, 0] - _STAND_LEAN - ankle
        height += 0.04 * (angles[KNEE] - _STAND_KNEE)
    return np.array([forward, -_STAND_HALF_WIDTH, -_STAND_YAW]), height


def angle_error(gait: Gait, clips: Sequence[Clip]) -> np.ndarray:
    """Root mean square difference (7,) [rad] between the gait and strides of other clips."""
    squares = []
    for clip in clips:
        for twin in (clip, clip.mirrored()):
            for stride in strides_of(twin):
                rows = features(stride.phase, stride.speed, stride.turn_rate)
                squares.append(np.mean((rows @ gait.leg - stride.legs[:, 0]) ** 2, axis=0))
    return np.sqrt(np.mean(squares, axis=0))


def _checksum(clips: Sequence[Clip]) -> str:
    digest = hashlib.sha256()
    for clip in clips:
        digest.update(clip.name.encode())
        digest.update(np.ascontiguousarray(clip.states, dtype=np.float32).tobytes())
    return digest.hexdigest()
