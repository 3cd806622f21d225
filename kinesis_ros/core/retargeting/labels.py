# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""A one-word guess of what kind of motion a clip is, from how it moves."""

import dataclasses

import numpy as np

from kinesis_ros.core.body import CONTROL_RATE, SIDES
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.maths import rotations
from kinesis_ros.core.retargeting.ground import runs

WALKING = ("walk", "slow_walk", "fast_walk", "curved_walk", "start_stop")  # forward
RUNNING = ("run",)
OTHER = "other"
LABELS = (
    *("stand", *WALKING, *RUNNING, "turn_in_place", "backward", "sideways"),
    *("kick", "jump", OTHER),
)

_ENDS = 18  # frames (0.6 s) over which the heading at either end is averaged
_STANDS, _MOVES = 0.15, 0.2  # [m/s]
_SPOT = 0.3  # [m] radius of a bend: turns that are tighter are on the spot
_NORMAL = 1.0, 1.5  # [m/s] slower and faster walks are called so
_RUNS = 1.9  # [m/s]
_FASTEST_WALK = 2.5  # [m/s]
_AT_REST = 6  # frames (0.2 s) at either end of a clip that tell whether it begins or ends standing
_TURNS = np.radians(40.0)
_OFF_FLOOR = 0.03  # [m] of both soles
_JUMP_FLIGHT, _JUMP_SPEED = 0.2, 1.0  # [s], [m/s] upwards
_FREE_FALL = 0.5 * 9.81  # [m/s^2] that who is in the air falls at least
_KICK_SPEED = 5.0  # [m/s] of the toes relative to the pelvis
_KICK_PELVIS = 2.2  # [m/s] above that, it is a running leg
_OTHER_LEG = 1.4  # times the other leg's fastest swing: a stride swings both alike
_STAYS = 0.5  # share of the way that one gets away at most when one goes nowhere
_NEAR = 0.6  # [m] from where it began: further away one has gone somewhere
_BOBS = 0.1  # [m] of the pelvis' height, from which a motion on the spot is no standing
_GROUNDED_RUN = 1.4  # [m/s] from which people may run without leaving the floor
_BOUNCES = 0.3  # correlation of the pelvis' height with the distance of the feet


@dataclasses.dataclass(frozen=True)
class Travel:
    """How the pelvis moves over the floor.

    Attributes:
        speed: mean horizontal speed [m/s].
        heading_change: from the first to the last 0.6 s [rad], left is positive.
        backward: share of the moving frames that go more than 135 degrees off the heading.
        sideways: share of the moving frames that go 45 to 135 degrees off the heading.
    """

    speed: float
    heading_change: float
    backward: float
    sideways: float


def travel_of(states: np.ndarray) -> Travel:
    """Measure kinematic states (frames, STATE_SIZE)."""
    velocity = states[:, ks.LINEAR_VELOCITY][:, :2]
    speed = np.linalg.norm(velocity, axis=1)
    heading = np.unwrap([rotations.heading(q) for q in states[:, ks.QUATERNION]])
    ends = min(_ENDS, max(1, len(heading) // 3))
    off = np.abs(rotations.wrap(np.arctan2(velocity[:, 1], velocity[:, 0]) - heading))
    moving = off[speed > _MOVES]
    backward = float(np.mean(moving > np.radians(135.0))) if len(moving) else 0.0
    sideways = float(np.mean(moving > np.radians(45.0))) - backward if len(moving) else 0.0
    change = float(heading[-ends:].mean() - heading[:ends].mean())
    return Travel(float(speed.mean()), change, backward, sideways)


def guess_label(states: np.ndarray, lowest: np.ndarray) -> str:
    """One of `LABELS`.

    Args:
        states: (frames, STATE_SIZE).
        lowest: (frames,) height of the lowest point of both soles [m].
    """
    travel = travel_of(states)
    flight = lowest > _OFF_FLOOR
    if _jumps(states, flight):
        return "jump"
    if _kicks(states):
        return "kick"
    if travel.speed > _RUNS and flight.any():
        return "run"
    if abs(travel.heading_change) > _TURNS:
        radius = travel.speed * len(states) / CONTROL_RATE / abs(travel.heading_change)
        return "turn_in_place" if radius < _SPOT else "curved_walk"
    if travel.speed < _STANDS or _stays(states):
        return "stand" if np.ptp(states[:, ks.Z]) < _BOBS else OTHER
    if travel.backward > 0.5:
        return "backward"
    if travel.sideways > 0.5:
        return "sideways"
    if travel.speed > _FASTEST_WALK or (travel.speed > _GROUNDED_RUN and _bounces(states)):
        return "run"
    return _walk(states, travel.speed)


def _walk(states: np.ndarray, mean_speed: float) -> str:
    """Which kind of walk straight ahead it is."""
    speed = np.linalg.norm(states[:, ks.LINEAR_VELOCITY][:, :2], axis=1)
    if min(speed[:_AT_REST].mean(), speed[-_AT_REST:].mean()) < _STANDS:
        return "start_stop"
    slowest, fastest = _NORMAL
    if mean_speed < slowest:
        return "slow_walk"
    return "walk" if mean_speed < fastest else "fast_walk"


def _stays(states: np.ndarray) -> bool:
    """Whether it sways about a spot, as in squats, however fast."""
    path = np.cumsum(states[:, ks.GROUND_VELOCITY], axis=0) / CONTROL_RATE
    away = float(np.linalg.norm(path - path[0], axis=1).max())
    way = float(np.linalg.norm(states[:, ks.GROUND_VELOCITY], axis=1).sum()) / CONTROL_RATE
    return away < min(_NEAR, _STAYS * way)


def _jumps(states: np.ndarray, flight: np.ndarray) -> bool:
    """Off the floor for long, thrown up, and falling on the way: who sits down falls not."""
    longest = max(runs(flight), key=lambda run: run[1] - run[0], default=(0, 0))
    duration = (longest[1] - longest[0]) / CONTROL_RATE
    if duration <= _JUMP_FLIGHT or states[:, ks.VZ].max() <= _JUMP_SPEED:
        return False
    first, last = longest[0], min(longest[1], len(states) - 1)
    fall = states[first, ks.VZ] - states[last, ks.VZ]
    return bool(fall > _FREE_FALL * duration)


def _bounces(states: np.ndarray) -> bool:
    """Whether the pelvis is high where the feet are apart, as in running; in walking it is low."""
    keys = states[:, ks.KEY_POSITION].reshape(len(states), ks.NUM_KEYS, 3)
    right, left = (keys[:, ks.KEY_BODIES.index(f"talus_{side}"), :2] for side in SIDES)
    apart = np.linalg.norm(right - left, axis=1)
    height = states[:, ks.Z]
    if min(np.ptp(apart), np.ptp(height)) < 1e-6:
        return False
    return bool(np.corrcoef(apart, height)[0, 1] > _BOUNCES)


def _kicks(states: np.ndarray) -> bool:
    """Whether one foot is far faster than a stride swings it, and than the other one ever is."""
    keys = states[:, ks.KEY_POSITION].reshape(len(states), ks.NUM_KEYS, 3)
    velocity = np.asarray(np.gradient(keys, 1.0 / CONTROL_RATE, axis=0))
    pelvis = np.linalg.norm(velocity[:, 0], axis=1)
    toes = [i for i, name in enumerate(ks.KEY_BODIES) if name.startswith("toes")]
    relative = np.linalg.norm(velocity[:, toes] - velocity[:, :1], axis=2)  # (frames, 2)
    foot = int(relative.max(axis=0).argmax())
    most = max(_KICK_SPEED, _OTHER_LEG * float(relative[:, 1 - foot].max()))
    return bool(np.any((relative[:, foot] > most) & (pelvis < _KICK_PELVIS)))
