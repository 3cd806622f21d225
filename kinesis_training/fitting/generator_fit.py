# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Learns the motion generator's gaits from clips of walking and running.

Every stride is used with its mirror image, and the curves are a ridge regression on all frames of
all strides. What gait laboratories have measured in the frontal plane then corrects the angles of
walking: marker fits of motion capture for films are off by degrees there.
"""

import dataclasses
import hashlib
from collections.abc import Sequence

import mujoco
import numpy as np

from kinesis_ros.core.body import JOINT_KINDS, Kinematics, load_body
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.gait import Gait, Gaits, Pace, PostureModel, Velocity
from kinesis_ros.core.gait.gait import (
    EVEN,
    PELVIS_CHANNELS,
    allowed,
    allowed_harmonics,
    allowed_powers,
    features,
)
from kinesis_ros.core.leg import leg_of, solve_leg
from kinesis_ros.core.leg.chain import KNEE
from kinesis_ros.core.leg.foot_rolling import planted
from kinesis_ros.core.motion import Clip, ClipError
from kinesis_ros.core.retargeting.labels import RUNNING, WALKING
from kinesis_ros.physiology.people import Group
from kinesis_ros.physiology.quantities import POINTS
from kinesis_training.fitting.running_strides import run_of
from kinesis_training.fitting.strides import Stride, strides_of
from urdf_mjcf.registry import DEFAULT_BODY

_WALKING_REFERENCE = 1.0  # [m/s]

# What the gait has of laboratories: marker fits for films tell the hip line poorly.
_MEASURED = ("angle_hip_adduction", "angle_pelvis_list")
_RIDGE = 3e-3  # of the regression, per frame
_SLOPE_RIDGE = 3e-2  # of what changes with the speed of a few runners, who differ in style, too
_SLOWEST_RUN = 2.5  # [m/s] that the learned curves are taken to hold for
_RUNNING_DUTY_SLOPE = -0.05  # [s/m] contacts get shorter with speed, in people by about that
_STAND_KNEE = np.radians(10.0)
_STAND_HALF_WIDTH = 0.088  # [m] between a foot's axis and the middle
_STAND_YAW = np.radians(6.0)  # toes outward
_STAND_LEAN = 0.045  # [m] the centre of mass in front of the ankles


def fit_gaits(clips: Sequence[Clip], people: Sequence[Group] = ()) -> Gaits:
    """Learn walking and running from clips; their labels tell which is which.

    Args:
        clips: of both.
        people: whose mean hip adduction and pelvis list walking shall have; none: the clips'.

    Raises:
        ClipError: they hold no stride of walking, or no running.
    """
    walks = [clip for clip in clips if clip.label in WALKING]
    runs = [clip for clip in clips if clip.label in RUNNING]
    strides = [s for clip in walks for twin in (clip, clip.mirrored()) for s in strides_of(twin)]
    if not strides:
        raise ClipError(f"no walking stride in {len(walks)} clips of {_listed(WALKING)}")
    if not runs:
        raise ClipError(f"no running clip: none is labelled {_listed(RUNNING)}")
    foot, height = standing_feet()
    gaits = Gaits(
        walking=_as_people(_walking(strides), people),
        running=_running([run_of(twin) for clip in runs for twin in (clip, clip.mirrored())]),
        stand_foot=foot,
        stand_height=height,
        provenance={
            "clips": str(len(walks) + len(runs)),
            "strides": str(len(strides)),
            "runs": str(len(runs)),
            "people": ", ".join(group.name for group in people),
            "sha256": _checksum([*walks, *runs]),
        },
    )
    return dataclasses.replace(
        gaits,
        walking=dataclasses.replace(gaits.walking, pelvis=_with_walking_height(gaits)),
        running=dataclasses.replace(gaits.running, pelvis=_with_running_height(gaits)),
    )


def _walking(strides: Sequence[Stride]) -> Gait:
    """The walking gait, without the pelvis' height."""
    weights = _stride_weights(strides)
    speeds = np.array([s.speed for s in strides])
    rates = np.array([1.0 / s.duration for s in strides])
    duties = np.array([s.duty for s in strides])
    seen = np.isfinite(duties)
    everything = np.ones(len(features(0.0, 0.0, 0.0)), dtype=bool)
    pelvis, leg = _curves(strides, weights, _WALKING_REFERENCE, everything, _RIDGE)
    return Gait(
        pelvis=pelvis,
        leg=leg,
        cadence=_polynomial(speeds, rates, weights, 2),
        duty=_polynomial(speeds[seen], duties[seen], weights[seen], 1),
        duty_range=np.array([0.56, 0.7]),
        speed_range=np.array([max(0.4, speeds.min()), min(1.7, speeds.max())]),
        reference_speed=_WALKING_REFERENCE,
    )


def _as_people(gait: Gait, people: Sequence[Group]) -> Gait:
    """The gait with the mean angles of people, at the speeds at which they were measured.

    The same correction holds at all speeds: how angles change with speed the clips know.
    """
    pelvis, leg = gait.pelvis.copy(), gait.leg.copy()
    phase = np.linspace(0.0, 1.0, POINTS)
    for name in _MEASURED:
        measured = [group for group in people if name in group.curves and not group.runs]
        if not measured:
            continue
        kind = name.removeprefix("angle_")
        curves, mask = leg, allowed_powers(0)
        column = JOINT_KINDS.index(kind) if kind in JOINT_KINDS else -1
        if column < 0:
            column = PELVIS_CHANNELS.index("roll")
            curves, mask = pelvis, mask & allowed(EVEN[column])
        lacking = [
            np.radians(group.curves[name].mean)
            - features(phase, group.speed - gait.reference_speed, 0.0) @ curves[:, column]
            for group in measured
        ]
        rows = features(phase, 0.0, 0.0)[:, mask]
        shares = np.full(POINTS, 1.0 / POINTS)
        curves[mask, column] += _ridge(rows, np.mean(lacking, axis=0)[:, None], shares, 1e-6)[:, 0]
    return dataclasses.replace(gait, pelvis=pelvis, leg=leg)


def _running(runs: Sequence[Stride]) -> Gait:
    """The running gait, without the pelvis' height; every clip counts the same.

    There are few clips, so the curves change linearly with speed, and not with turns.
    """
    weights = np.full(len(runs), 1.0 / len(runs))
    speeds = np.array([run.speed for run in runs])
    reference = float(speeds.mean())
    slopes = np.where(allowed_powers(0), _RIDGE, _SLOPE_RIDGE)
    pelvis, leg = _curves(runs, weights, reference, allowed_powers(1), slopes)
    rates = np.array([1.0 / run.duration for run in runs])
    duty = np.mean([run.duty for run in runs])
    return Gait(
        pelvis=pelvis,
        leg=leg,
        cadence=np.array([rates.mean(), 0.0, 0.0]),
        duty=np.array([duty - _RUNNING_DUTY_SLOPE * reference, _RUNNING_DUTY_SLOPE, 0.0]),
        duty_range=np.array([0.3, 0.45]),
        speed_range=np.array([min(_SLOWEST_RUN, speeds.min()), speeds.max()]),
        reference_speed=reference,
    )


def _curves(
    strides: Sequence[Stride],
    weights: np.ndarray,
    reference: float,
    known: np.ndarray,
    penalty: float | np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients of pelvis (features, 6) and leg (features, 7) by regression.

    Args:
        strides: at least one.
        weights: (strides,) that sum to one.
        reference: speed that the polynomials are in the difference to [m/s].
        known: (features,) which features there are data for.
        penalty: of the regression, for all features or (features,).
    """
    rows = np.concatenate([features(s.phase, s.speed - reference, s.turn_rate) for s in strides])
    shares = np.concatenate(
        [np.full(len(s.phase), w / len(s.phase)) for s, w in zip(strides, weights, strict=True)]
    )
    penalty = np.broadcast_to(penalty, known.shape)
    pelvis = np.concatenate([s.pelvis for s in strides])
    curves = np.zeros((rows.shape[1], len(PELVIS_CHANNELS)))
    for channel in range(pelvis.shape[1]):
        mask = known & allowed(EVEN[channel])
        values = pelvis[:, [channel]]
        curves[mask, channel] = _ridge(rows[:, mask], values, shares, penalty[mask])[:, 0]
    leg = np.zeros((rows.shape[1], strides[0].legs.shape[2]))
    right = np.concatenate([s.legs[:, 0] for s in strides])
    leg[known] = _ridge(rows[:, known], right, shares, penalty[known])
    return curves, leg


def _with_walking_height(gaits: Gaits) -> np.ndarray:
    """The pelvis coefficients with the height at which the learned legs stand on the floor.

    Two waves a step: the pelvis of a walker moves smoothly, the sum of its legs' errors does not.
    """
    gait, model = gaits.walking, PostureModel(gaits)
    grid = [
        (phase, speed, turn_rate)
        for phase in np.arange(0.0, 1.0, 1.0 / 24.0)
        for speed in np.linspace(gait.speed_range[0], gait.speed_range[1], 9)
        for turn_rate in (-0.6, 0.0, 0.6)
        if abs(turn_rate) * speed < 0.7
    ]
    phases, speeds, turn_rates = np.array(grid).T
    heights = [model.contact_height(p, Pace(Velocity(v, w))) for p, v, w in grid]
    rows = features(phases, speeds - gait.reference_speed, turn_rates)
    return _with_heights(gait, rows, heights, allowed(True) & allowed_harmonics(4))


def _with_running_height(gaits: Gaits) -> np.ndarray:
    """The pelvis coefficients with the height at touch-down; the flight's is ballistic.

    It is the one from which the bounce sinks to where the learned leg stands in mid-stance.
    """
    gait, model = gaits.running, PostureModel(gaits)
    speeds = np.linspace(gait.speed_range[0], gait.speed_range[1], 9)
    heights = []
    for speed in speeds:
        pace = Pace(Velocity(speed), 1.0)
        middle = 0.5 * gaits.stance_share(pace)
        heights.append(model.contact_height(middle, pace) - model.bounce(middle, pace))
    rows = features(0.0, speeds - gait.reference_speed, 0.0)
    return _with_heights(gait, rows, heights, allowed_powers(1) & allowed_harmonics(0))


def _with_heights(
    gait: Gait, rows: np.ndarray, heights: Sequence[float], mask: np.ndarray
) -> np.ndarray:
    pelvis = gait.pelvis.copy()
    shares, values = np.full(len(rows), 1.0 / len(rows)), np.array(heights)[:, None]
    column = PELVIS_CHANNELS.index("height")
    pelvis[mask, column] = _ridge(rows[:, mask], values, shares, 1e-6)[:, 0]
    return pelvis


def _stride_weights(strides: Sequence[Stride]) -> np.ndarray:
    """One over the root of the strides in each bin of speed: rare speeds count too."""
    bins = np.array([round(s.speed / 0.1) for s in strides])
    counts = np.bincount(bins)
    weights = 1.0 / np.sqrt(counts[bins])
    return weights / weights.sum()


def _ridge(
    rows: np.ndarray, values: np.ndarray, shares: np.ndarray, weight: float | np.ndarray
) -> np.ndarray:
    """Weighted least squares with a small penalty on all but the mean; shares sum to one."""
    penalty = np.broadcast_to(weight, rows.shape[1]).copy()
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
    body = load_body(DEFAULT_BODY)
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
        state[ks.POSITION], state[ks.QW] = pelvis, 1.0
        state[ks.JOINT_POSITION] = np.tile(angles, 2)
        data = kinematics.place(state)
        mujoco.mj_comPos(body.model, data)
        ankle = data.body("talus_r").xpos[0]
        forward += data.subtree_com[0, 0] - _STAND_LEAN - ankle
        height += 0.04 * (angles[KNEE] - _STAND_KNEE)
    return np.array([forward, -_STAND_HALF_WIDTH, -_STAND_YAW]), height


def angle_error(gaits: Gaits, clips: Sequence[Clip]) -> np.ndarray:
    """Root mean square difference (7,) [rad] between the gaits and strides of clips."""
    squares = []
    for clip in clips:
        running = clip.label in RUNNING
        gait = gaits.running if running else gaits.walking
        for twin in (clip, clip.mirrored()):
            for stride in [run_of(twin)] if running else strides_of(twin):
                above = stride.speed - gait.reference_speed
                rows = features(stride.phase, above, stride.turn_rate)
                squares.append(np.mean((rows @ gait.leg - stride.legs[:, 0]) ** 2, axis=0))
    return np.sqrt(np.mean(squares, axis=0))


def _listed(labels: Sequence[str]) -> str:
    return " or ".join(f"'{label}'" for label in labels)


def _checksum(clips: Sequence[Clip]) -> str:
    digest = hashlib.sha256()
    for clip in clips:
        digest.update(clip.name.encode())
        digest.update(np.ascontiguousarray(clip.states, dtype=np.float32).tobytes())
    return digest.hexdigest()
