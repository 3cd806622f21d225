# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""A clip as a source of reference frames: brought to where the body stands, blended in and out."""

import numpy as np

from kinesis_ros.core.body import CONTROL_RATE, Kinematics, states_from_motion
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.motion import Clip, SeamlessClip
from kinesis_ros.core.reference.transitions import (
    GaitSource,
    anchored,
    from_standing,
    place_of,
    to_standing,
)

LEAVING = 10  # frames (a third of a second) of a motion that are still played when it is left


class Playback:
    """The frames of a motion, with a way into it from standing and out of it to standing.

    Args:
        clip: the motion.
        gait: walks into a motion that begins in mid-stride, and out of it; it is reset.
        place: (3,) x, y [m] and heading [rad] where it begins.
        kinematics: completes the frames.
    """

    def __init__(
        self, clip: Clip, gait: GaitSource, place: np.ndarray, kinematics: Kinematics
    ) -> None:
        self._gait, self._kinematics = gait, kinematics
        self._now = 0
        # A seamless one stands at both ends, and on one leg in between: it is played to its end.
        self._leaving = isinstance(clip, SeamlessClip)
        if isinstance(clip, SeamlessClip):
            self._frames = clip.states
            return
        frames = to_standing(from_standing(clip.states, gait), gait)
        self._frames = self._completed(anchored(frames, place))

    @property
    def end(self) -> np.ndarray:
        """Where it leaves the body: (3,) x, y [m] and heading [rad]."""
        return place_of(self._frames[-1])

    def leave(self) -> None:
        """Break off: on to standing, from the present frame on; a kick is finished first."""
        if not self._leaving:
            self._leaving = True
            soon = self._frames[: self._now + LEAVING]
            self._frames = self._completed(to_standing(soon, self._gait, self._now + 1))

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

    def _completed(self, frames: np.ndarray) -> np.ndarray:
        return states_from_motion(
            self._kinematics,
            frames[:, ks.POSITION],
            frames[:, ks.QUATERNION],
            frames[:, ks.JOINT_POSITION],
            CONTROL_RATE,
        )
