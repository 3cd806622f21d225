# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""A clip as a source of reference frames: brought to where the body stands, blended in and out."""

import numpy as np

from kinesis_ros.core import kinematic_state as ks
from kinesis_ros.core import rotations
from kinesis_ros.core.body import CONTROL_RATE
from kinesis_ros.core.clip import Clip, SeamlessClip
from kinesis_ros.core.kinematics import Kinematics, states_from_motion

BLEND_TIME = 0.6  # [s] from standing into the motion, and back
_BLEND_TIMES = np.arange(round(BLEND_TIME * CONTROL_RATE)) / CONTROL_RATE


class Playback:
    """The frames of a motion, with a way into it from standing and out of it to standing.

    Args:
        clip: the motion.
        standing: (STATE_SIZE,) standing at the origin, facing x.
        place: (3,) x, y [m] and heading [rad] where it begins.
        kinematics: completes the frames.
    """

    def __init__(
        self, clip: Clip, standing: np.ndarray, place: np.ndarray, kinematics: Kinematics
    ) -> None:
        self._standing, self._kinematics = standing, kinematics
        self._now = 0
        self._leaving = False
        if isinstance(clip, SeamlessClip):
            self._frames = clip.states
            return
        moved = anchored(clip.states, place)
        moved = ks.transform(moved, 0.0, _coasting(moved[0]))
        begin = anchored(standing[None], place)[0]
        way_in = _blend(begin, moved[0])
        way_in[:, :2] = _slowing(moved[0], _BLEND_TIMES - BLEND_TIME)
        frames = np.concatenate([way_in, moved[:-1], self._way_out(moved[-1])])
        self._frames = self._completed(frames)

    @property
    def end(self) -> np.ndarray:
        """Where it leaves the body: (3,) x, y [m] and heading [rad]."""
        return place_of(self._frames[-1])

    def leave(self) -> None:
        """Break off: blend to standing from the present frame on."""
        if not self._leaving:
            self._leaving = True
            now = self._frames[self._now]
            frames = np.concatenate([self._frames[: self._now], self._way_out(now)])
            self._frames = self._completed(frames)

    @property
    def over(self) -> bool:
        """Whether the last frame has been reached."""
        return self._now >= len(self._frames) - 1

    def advance(self) -> np.ndarray:
        """Go on to the next frame, (STATE_SIZE,)."""
        self._now = min(self._now + 1, len(self._frames) - 1)
        return self._frames[self._now]

    def window(self, frames: int) -> np.ndarray:
        """The present frame and the ones that follow, (frames, STATE_SIZE)."""
        index = np.minimum(self._now + np.arange(frames), len(self._frames) - 1)
        return self._frames[index]

    def _way_out(self, frame: np.ndarray) -> np.ndarray:
        """From a frame to standing, where its speed carries it."""
        last = anchored(self._standing[None], place_of(frame))
        last = ks.transform(last, 0.0, _coasting(frame))
        way = _blend(frame, last[0])
        way[:, :2] = _slowing(frame, _BLEND_TIMES)
        return np.concatenate([way, last])

    def _completed(self, frames: np.ndarray) -> np.ndarray:
        return states_from_motion(
            self._kinematics,
            frames[:, ks.POSITION],
            frames[:, ks.QUATERNION],
            frames[:, ks.JOINT_POSITION],
            CONTROL_RATE,
        )


def anchored(states: np.ndarray, place: np.ndarray) -> np.ndarray:
    """States (frames, STATE_SIZE), turned and moved so that they begin at `place` (3,)."""
    first = place_of(states[0])
    turned = ks.transform(states, float(place[2] - first[2]), np.zeros(3))
    shift = place[:2] - turned[0, :2]
    return ks.transform(turned, 0.0, np.array([*shift, 0.0]))


def place_of(state: np.ndarray) -> np.ndarray:
    """x, y [m] and heading [rad] of the pelvis of a state (STATE_SIZE,)."""
    return np.array([state[0], state[1], rotations.heading(state[ks.QUATERNION])])


def _coasting(frame: np.ndarray) -> np.ndarray:
    """Way (3,) [m] of the pelvis while its horizontal speed fades evenly in the blend time."""
    return np.array([*(0.5 * BLEND_TIME * frame[ks.LINEAR_VELOCITY][:2]), 0.0])


def _slowing(frame: np.ndarray, time: np.ndarray) -> np.ndarray:
    """Places (frames, 2) of the pelvis at times from a frame on, before it with a minus [s].

    Its speed fades evenly, both ways.
    """
    way = time - np.copysign(time**2, time) / (2.0 * BLEND_TIME)
    return frame[:2] + way[:, None] * frame[ks.LINEAR_VELOCITY][:2]


def _blend(begin: np.ndarray, end: np.ndarray) -> np.ndarray:
    """States between two, without the second, (frames, STATE_SIZE); velocities come later."""
    share = _BLEND_TIMES / BLEND_TIME
    share = (share**3 * (10.0 - 15.0 * share + 6.0 * share**2))[:, None]
    states = (1.0 - share) * begin + share * end
    aligned = end[ks.QUATERNION] * np.copysign(1.0, end[ks.QUATERNION] @ begin[ks.QUATERNION])
    mixed = (1.0 - share) * begin[ks.QUATERNION] + share * aligned
    states[:, ks.QUATERNION] = mixed / np.linalg.norm(mixed, axis=1, keepdims=True)
    return states
