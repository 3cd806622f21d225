# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Learns how people kick a ball from clips of kicks: the mean of all, warped to the same events."""

import dataclasses
import hashlib
from collections.abc import Sequence

import mujoco
import numpy as np

from kinesis_ros.core.body import CONTROL_RATE, SIDES, load_body
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.kick import KickStyle
from kinesis_ros.core.kick.style import KNOTS_PER_PHASE
from kinesis_ros.core.leg import leg_of
from kinesis_ros.core.leg.kinematics import euler_angles, foot_pose, lowest_point
from kinesis_ros.core.maths import rotations
from kinesis_ros.core.motion import Clip, ClipError
from urdf_mjcf.registry import DEFAULT_BODY

KICK_LABELS = ("kick",)

_SLOWEST = 3.0  # [m/s] of the toes: below, it is a step
_FASTEST_OTHER = 7.5  # [m/s] of the other foot: beyond it, it is a jump
_BALL_HEIGHT = 0.3  # [m] of the toes at their fastest: a ball on the floor is kicked below it
_AT_REST = 0.7  # [m/s] of the toes of a foot on the floor
_LANDED = 0.04  # [m] of the lowest point of the kicking foot after the kick
_LONGEST_SWING = 12  # frames before and after the ball
_BALL_AHEAD = 0.15  # [m] of the joint of the toes, when the instep meets the ball
_TOES_R, _TOES_L = (ks.KEY_BODIES.index(f"toes_{side}") for side in SIDES)


@dataclasses.dataclass(frozen=True)
class _Kick:
    swing: np.ndarray  # (2 * KNOTS_PER_PHASE + 1, 10)
    durations: np.ndarray  # (2,) [s]
    plant: np.ndarray  # (3,)
    foot_speed: float
    pelvis_speed: float


def fit_kick(clips: Sequence[Clip]) -> KickStyle:
    """Learn a kick with the right foot; kicks with the left one are mirrored.

    Raises:
        ClipError: no clip is a kick at a ball on the floor.
    """
    chosen = [clip for clip in clips if clip.label in KICK_LABELS]
    kicks = [kick for clip in chosen if (kick := _kick_of(clip)) is not None]
    if not kicks:
        raise ClipError(f"no kick at a ball on the floor in {len(chosen)} clips labelled kick")
    digest = hashlib.sha256()
    for clip in chosen:
        digest.update(np.ascontiguousarray(clip.states, dtype=np.float32).tobytes())
    return KickStyle(
        swing=np.mean([kick.swing for kick in kicks], axis=0),
        durations=np.mean([kick.durations for kick in kicks], axis=0),
        plant=np.mean([kick.plant for kick in kicks], axis=0),
        foot_speed=float(np.mean([kick.foot_speed for kick in kicks])),
        pelvis_speed=float(np.mean([kick.pelvis_speed for kick in kicks])),
        provenance={"kicks": str(len(kicks)), "sha256": digest.hexdigest()},
    )


def _kick_of(clip: Clip) -> _Kick | None:
    """The fastest kick of a clip; None: there is none at a ball on the floor."""
    speeds = _toe_speeds(clip.states)
    if speeds[:, 1].max() > speeds[:, 0].max():
        clip, speeds = clip.mirrored(), speeds[:, ::-1]
    states = clip.states
    keys = states[:, ks.KEY_POSITION].reshape(len(states), ks.NUM_KEYS, 3)
    ball = int(np.argmax(speeds[:, 0]))
    if not 0 < ball < len(states) - 1 or speeds[ball, 0] < _SLOWEST:
        return None
    if keys[ball, _TOES_R, 2] > _BALL_HEIGHT or speeds[ball, 1] > _FASTEST_OTHER:
        return None
    lifted = _last(speeds[:ball, 0] < _AT_REST, ball)
    low = np.array([_low(state) for state in states[ball : ball + _LONGEST_SWING + 1]])
    landed = ball + _first((low < _LANDED) & (np.arange(len(low)) > 4))
    if ball - lifted > _LONGEST_SWING or landed >= len(states):
        return None
    velocity = (keys[ball + 1, _TOES_R] - keys[ball - 1, _TOES_R]) * 0.5 * CONTROL_RATE
    aim = float(np.arctan2(velocity[1], velocity[0]))
    place = keys[ball, _TOES_R].copy() + _BALL_AHEAD * np.array([np.cos(aim), np.sin(aim), 0.0])
    return _Kick(
        swing=_warped(_channels(states, aim), (lifted, ball, landed)),
        durations=np.array([ball - lifted, landed - ball]) / CONTROL_RATE,
        plant=_plant(states[ball], aim, place),
        foot_speed=float(np.linalg.norm(velocity)),
        pelvis_speed=float(states[ball, ks.LINEAR_VELOCITY][:2] @ [np.cos(aim), np.sin(aim)]),
    )


def _toe_speeds(states: np.ndarray) -> np.ndarray:
    """Speeds of the right and the left toes, (frames, 2) [m/s]."""
    keys = states[:, ks.KEY_POSITION].reshape(len(states), ks.NUM_KEYS, 3)
    velocity = np.gradient(keys[:, [_TOES_R, _TOES_L]], 1.0 / CONTROL_RATE, axis=0)
    return np.linalg.norm(velocity, axis=2)


def _matrix(quaternion: np.ndarray) -> np.ndarray:
    matrix = np.zeros(9)
    mujoco.mju_quat2Mat(matrix, quaternion)
    return matrix.reshape(3, 3)


def _foot(state: np.ndarray, side: str) -> np.ndarray:
    """Pose (7,) of a foot in the world."""
    leg = leg_of(load_body(DEFAULT_BODY), side)
    joints = state[ks.JOINT_POSITION].reshape(2, -1)[SIDES.index(side)]
    return foot_pose(leg, state[ks.POSITION], _matrix(state[ks.QUATERNION]), joints)


def _low(state: np.ndarray) -> float:
    return lowest_point(leg_of(load_body(DEFAULT_BODY), "r"), _foot(state, "r"))


def _channels(states: np.ndarray, aim: float) -> np.ndarray:
    """Angles of the pelvis, the yaw from the aim, and joints of the right leg, (frames, 10)."""
    angles = np.array([euler_angles(_matrix(q)) for q in states[:, ks.QUATERNION]])
    angles[:, 0] = [rotations.wrap(yaw - aim) for yaw in angles[:, 0]]
    return np.hstack([angles, states[:, ks.JOINT_POSITION][:, :7]])


def _warped(channels: np.ndarray, events: tuple[int, int, int]) -> np.ndarray:
    """The channels at equidistant times of both phases between the events [frames]."""
    wanted = np.interp(np.linspace(0.0, 2.0, 2 * KNOTS_PER_PHASE + 1), (0.0, 1.0, 2.0), events)
    frames = np.arange(len(channels))
    return np.stack([np.interp(wanted, frames, column) for column in channels.T], axis=1)


def _plant(state: np.ndarray, aim: float, place: np.ndarray) -> np.ndarray:
    foot = _foot(state, "l")
    offset = foot[:2] - place[:2]
    c, s = np.cos(aim), np.sin(aim)
    yaw = float(rotations.wrap(foot[3] - aim))
    return np.array([c * offset[0] + s * offset[1], -s * offset[0] + c * offset[1], yaw])


def _last(flags: np.ndarray, end: int) -> int:
    """Index of the last one that is true; -`end` if none is."""
    hits = np.flatnonzero(flags)
    return int(hits[-1]) if len(hits) else -end


def _first(flags: np.ndarray) -> int:
    """Index of the first one that is true, the number of flags - 1 if none is."""
    hits = np.flatnonzero(flags)
    return int(hits[0]) if len(hits) else len(flags) - 1
