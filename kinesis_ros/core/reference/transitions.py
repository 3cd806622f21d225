# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Ways from standing into a motion and out of it to standing.

A motion that begins or ends at rest is blended with standing. One that begins or ends in the
middle of a stride is entered and left on foot: the motion generator walks at its speed, and the two
fade into each other where their strides agree.

Only pelvis pose and joint angles of the frames count; velocities are completed later.
"""

from typing import Protocol

import numpy as np

from kinesis_ros.core.body import CONTROL_RATE
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.gait import Walked
from kinesis_ros.core.maths import quintic_step, rotations

BLEND_TIME = 0.6  # [s] from standing into a motion at rest, and back
_BLEND_TIMES = np.arange(round(BLEND_TIME * CONTROL_RATE)) / CONTROL_RATE
_MOVES = 0.3  # [m/s] slower motions are at rest
_PACED = 15  # frames (0.5 s) at an end whose mean speed is walked
_FADE = 8  # frames in which generated gait and motion fade into each other
_STEADY = 66  # frames (2.2 s) until the generator has reached any speed
_STRIDE = 45  # frames (1.5 s) of generated gait to choose from, more than a stride
_STOP = 150  # frames (5 s) that a stop takes at most


class GaitSource(Protocol):
    """What is needed of `core.generator.MotionGenerator`."""

    def standing_state(self) -> np.ndarray:
        """Standing at the origin, facing x, (STATE_SIZE,)."""
        ...

    def reset(self, position: tuple[float, float], heading: float) -> None:
        """Stand at `position` [m], facing `heading` [rad], with the command to stand."""
        ...

    def command(self, speed: float, turn_rate: float, lateral: float = 0.0) -> None:
        """Want a speed [m/s], a turn rate [rad/s] and a speed to the left [m/s] from now on."""
        ...

    def advance(self) -> np.ndarray:
        """Go on to the next frame."""
        ...

    @property
    def walked(self) -> Walked:
        """Where the present frame is, and whether it stands."""
        ...


def from_standing(motion: np.ndarray, gait: GaitSource) -> np.ndarray:
    """A motion with a way into it from standing.

    Args:
        motion: (frames, STATE_SIZE).
        gait: is reset.

    Returns:
        (more frames, STATE_SIZE), where the motion is.
    """
    speed, lateral = _pace(motion[:_PACED])
    if max(abs(speed), abs(lateral)) < _MOVES:
        begin = anchored(gait.standing_state()[None], place_of(motion[0]))
        begin = ks.transform(begin, 0.0, -_coasting(motion[0]))[0]
        way = _blend(begin, motion[0])
        way[:, :2] = _slowing(motion[0], _BLEND_TIMES - BLEND_TIME)
        return np.concatenate([way, motion])
    walk = _walk(gait, speed, lateral)
    met, fade = _meeting(walk, motion)
    walk = _laid_on(walk[: met + fade], met, place_of(motion[0]))
    faded = _faded(walk[met:], motion[:fade])
    return np.concatenate([walk[:met], faded, motion[fade:]])


def to_standing(motion: np.ndarray, gait: GaitSource, first: int = 0) -> np.ndarray:
    """A motion with a way out of it to standing.

    Args:
        motion: (frames, STATE_SIZE).
        gait: is reset.
        first: frame from which on the motion may be changed.

    Returns:
        (more frames, STATE_SIZE).
    """
    speed, lateral = _pace(motion[-_PACED:])
    if max(abs(speed), abs(lateral)) < _MOVES:
        last = anchored(gait.standing_state()[None], place_of(motion[-1]))
        last = ks.transform(last, 0.0, _coasting(motion[-1]))
        way = _blend(motion[-1], last[0])
        way[:, :2] = _slowing(motion[-1], _BLEND_TIMES)
        return np.concatenate([motion[:-1], way, last])
    fade = max(1, min(_FADE, len(motion) - first))
    met, fade = _meeting(_walk(gait, speed, lateral), motion[-fade:])
    walk = [*_walk(gait, speed, lateral, met + fade), *_stop(gait)]
    laid = anchored(np.array(walk[met:]), place_of(motion[-fade]))
    faded = _faded(motion[-fade:], laid[:fade])
    return np.concatenate([motion[:-fade], faded, laid[fade:]])


def anchored(states: np.ndarray, place: np.ndarray) -> np.ndarray:
    """States (frames, STATE_SIZE), turned and moved so that they begin at `place` (3,)."""
    return _laid_on(states, 0, place)


def place_of(state: np.ndarray) -> np.ndarray:
    """x, y [m] and heading [rad] of the pelvis of a state (STATE_SIZE,)."""
    return np.array([state[ks.X], state[ks.Y], rotations.heading(state[ks.QUATERNION])])


def _pace(states: np.ndarray) -> tuple[float, float]:
    """Mean speed [m/s] forward and to the left."""
    velocity = [
        ks.transform(state[None], -rotations.heading(state[ks.QUATERNION]), np.zeros(3))[0, 7:9]
        for state in states
    ]
    forward, left = np.mean(velocity, axis=0)
    return float(forward), float(left)


def _walk(
    gait: GaitSource, speed: float, lateral: float, frames: int = _STEADY + _STRIDE
) -> np.ndarray:
    """Generated frames (frames, STATE_SIZE) from standing on, at the end with this speed."""
    gait.reset((0.0, 0.0), 0.0)
    gait.command(speed, 0.0, lateral)
    return np.array([gait.standing_state(), *(gait.advance() for _ in range(frames - 1))])


def _stop(gait: GaitSource) -> list[np.ndarray]:
    """Generated frames until the gait stands."""
    gait.command(0.0, 0.0)
    states = [gait.advance()]
    while not gait.walked.stands and len(states) < _STOP:
        states.append(gait.advance())
    return states


def _meeting(walk: np.ndarray, motion: np.ndarray) -> tuple[int, int]:
    """Frame of the walk from which on its legs are most like those of a motion, and how long."""
    fade = min(_FADE, len(motion))
    wanted = motion[:fade, ks.JOINT_POSITION]
    starts = range(_STEADY, len(walk) - fade + 1)
    errors = [np.sum((walk[k : k + fade, ks.JOINT_POSITION] - wanted) ** 2) for k in starts]
    return starts[int(np.argmin(errors))], fade


def _laid_on(states: np.ndarray, frame: int, place: np.ndarray) -> np.ndarray:
    """States, turned and moved so that one of their frames is at `place` (3,)."""
    turned = ks.transform(states, float(place[2] - place_of(states[frame])[2]), np.zeros(3))
    shift = place[:2] - turned[frame, :2]
    return ks.transform(turned, 0.0, np.array([*shift, 0.0]))


def _faded(begin: np.ndarray, end: np.ndarray) -> np.ndarray:
    """States (frames, STATE_SIZE) that turn from one motion to another."""
    return _mixed(begin, end, quintic_step(np.arange(len(end)) / len(end)))


def _blend(begin: np.ndarray, end: np.ndarray) -> np.ndarray:
    """States between two, without the second, (frames, STATE_SIZE)."""
    return _mixed(begin, end, quintic_step(_BLEND_TIMES / BLEND_TIME))


def _mixed(begin: np.ndarray, end: np.ndarray, share: np.ndarray) -> np.ndarray:
    share = share[:, None]
    states = (1.0 - share) * begin + share * end
    one, other = begin[..., ks.QUATERNION], end[..., ks.QUATERNION]
    aligned = other * np.copysign(1.0, np.sum(one * other, axis=-1, keepdims=True))
    mixed = (1.0 - share) * one + share * aligned
    states[:, ks.QUATERNION] = mixed / np.linalg.norm(mixed, axis=1, keepdims=True)
    return states


def _coasting(frame: np.ndarray) -> np.ndarray:
    """Way (3,) [m] of the pelvis while its horizontal speed fades evenly in the blend time."""
    return np.array([*(0.5 * BLEND_TIME * frame[ks.LINEAR_VELOCITY][:2]), 0.0])


def _slowing(frame: np.ndarray, time: np.ndarray) -> np.ndarray:
    """Places (frames, 2) of the pelvis at times from a frame on, before it with a minus [s].

    Its speed fades evenly, both ways.
    """
    way = time - np.copysign(time**2, time) / (2.0 * BLEND_TIME)
    return frame[:2] + way[:, None] * frame[ks.LINEAR_VELOCITY][:2]
