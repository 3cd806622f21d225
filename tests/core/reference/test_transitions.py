# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Ways into a motion and out of it: they begin and end standing and never jump."""

import numpy as np
import pytest

from kinesis_ros.core.body import CONTROL_RATE, Kinematics
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.gait import MotionGenerator
from kinesis_ros.core.motion import Clip
from kinesis_ros.core.reference.playback import Playback
from kinesis_ros.core.reference.transitions import from_standing, place_of, to_standing

VELOCITIES = [(1.2, 0.0), (0.6, 0.0), (-0.5, 0.0), (0.0, 0.4), (2.6, 0.0)]


@pytest.fixture(scope="module")
def gait() -> MotionGenerator:
    return MotionGenerator.load()


def stride(gait: MotionGenerator, speed: float, lateral: float, frames: int = 60) -> np.ndarray:
    """A piece out of the middle of a gait."""
    gait.reset((3.0, -2.0), 0.7)
    gait.command(speed, 0.0, lateral)
    return np.array([gait.advance() for _ in range(90 + frames)])[90:]


def largest_jump(states: np.ndarray) -> float:
    """Of a joint from frame to frame [rad]."""
    return float(np.abs(np.diff(states[:, ks.JOINT_POSITION], axis=0)).max())


def speeds(states: np.ndarray) -> np.ndarray:
    """Horizontal speed of the pelvis between frames [m/s]."""
    return np.linalg.norm(np.diff(states[:, :2], axis=0), axis=1) * CONTROL_RATE


@pytest.mark.parametrize(("speed", "lateral"), VELOCITIES)
def test_a_motion_in_mid_stride_is_entered_and_left_on_foot(
    gait: MotionGenerator, speed: float, lateral: float
) -> None:
    motion = stride(gait, speed, lateral)
    whole = to_standing(from_standing(motion, gait), gait)
    standing = gait.standing_state()[ks.JOINT_POSITION]
    for end in (whole[0], whole[-1]):
        assert end[ks.JOINT_POSITION] == pytest.approx(standing, abs=0.02)
    assert speeds(whole[:3]).max() < 0.1
    assert speeds(whole[-3:]).max() < 0.1
    # It asks nothing of the body that the motion does not, or the generator for its own part.
    assert largest_jump(whole) < largest_jump(motion) + np.radians(4.0)
    assert np.abs(np.diff(speeds(whole))).max() < 0.35
    # The motion itself is in it, but for the frames that fade.
    middle = motion[15:-15]
    start = int(np.argmin(np.abs(whole[:, :2] - middle[0, :2]).sum(axis=1)))
    assert whole[start : start + len(middle), :27] == pytest.approx(middle[:, :27])


def test_a_motion_at_rest_is_blended_with_standing_where_it_is(gait: MotionGenerator) -> None:
    motion = np.repeat(gait.standing_state()[None], 20, axis=0)
    motion[:, ks.JOINT_POSITION] += 0.2
    whole = to_standing(from_standing(motion, gait), gait)
    assert np.ptp(whole[:, :2], axis=0) == pytest.approx([0.0, 0.0], abs=1e-9)
    assert whole[0, ks.JOINT_POSITION] == pytest.approx(motion[0, ks.JOINT_POSITION] - 0.2)
    assert len(whole) == 20 + 2 * 18


def test_a_motion_that_is_left_goes_on_from_the_present_frame(gait: MotionGenerator) -> None:
    place = np.array([1.0, 2.0, -0.5])
    clip = Clip("stride", "walk", stride(gait, 1.2, 0.0, frames=150))
    playback = Playback(clip, gait, place, Kinematics())
    assert place_of(playback.window(1)[0]) == pytest.approx(place, abs=0.05)
    for _ in range(120):
        playback.advance()
    now = playback.window(1)[0]
    playback.leave()
    rest = np.array([now, *(playback.advance() for _ in range(400))])
    assert playback.over
    assert np.abs(np.diff(speeds(rest))).max() < 0.35
    assert speeds(rest[-3:]).max() < 1e-6
    assert np.linalg.norm(rest[-1, :2] - now[:2]) < 3.0
