# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Compiled rolling of a foot over the floor: over the heel, the ball, then the tip of the toes.

Heel and tip are round and roll, the toes lie flat while they can bend: a planted foot does not
slide, whatever its pitch is.
"""

import numpy as np

from kinesis_ros.core.compiled import njit
from kinesis_ros.core.leg.chain import MTP, Leg
from kinesis_ros.core.leg.kinematics import ankle_of, euler_matrix, lowest_point
from kinesis_ros.core.maths import smooth_step, softly_positive

_HEEL_LEVER = 0.16  # [m] from the ball of the foot to the ankle
_HEEL_RISE = np.radians(65.0)  # largest pitch of a foot that rises because its leg is too short
_ON_HEEL = np.radians(6.0)  # pitch at which only the heel carries
_RISING = 0.006  # [m] softness with which it begins: what a leg lacks without is not to count
_BEHIND = 0.15  # [m] a foot this far behind the hip may rise on its toes


@njit(cache=True, nogil=True)
def _displacement(leg: Leg, yaw: float, pitch: float) -> np.ndarray:
    """How far (3,) the calcaneus moves when a flat foot pitches."""
    flat, tilted = euler_matrix(yaw, 0.0, 0.0), euler_matrix(yaw, pitch, 0.0)
    if pitch < 0.0:
        return (flat - tilted) @ leg.heel + flat[:, 0] * (leg.heel_radius * pitch)
    bend = min(pitch, -leg.lower[MTP])
    bent = euler_matrix(yaw, bend, 0.0)
    rolled_way = flat[:, 0] * (leg.tip_radius * (pitch - bend))
    return (flat - bent) @ leg.ball + (bent - tilted) @ leg.tip + rolled_way


@njit(cache=True, nogil=True)
def planted(leg: Leg, footprint: np.ndarray, pitch: float, mtp: float) -> np.ndarray:
    """Pose (7,) of a foot on the floor.

    Args:
        leg: chain.
        footprint: (3,) where the calcaneus is when the foot is flat, and the foot's yaw.
        pitch: of the foot [rad], positive on the toes, negative on the heel.
        mtp: angle of the toes [rad] while the foot stands on the heel; then they lie flat.
    """
    pose = np.zeros(7)
    pose[:2] = footprint[:2] + _displacement(leg, footprint[2], pitch)[:2]
    pose[3], pose[4] = footprint[2], pitch
    on_heel = smooth_step(-pitch / _ON_HEEL)
    level = max(leg.lower[MTP], -max(pitch, 0.0))
    pose[6] = level + on_heel * (mtp - level)
    pose[2] = -lowest_point(leg, pose)
    return pose


@njit(cache=True, nogil=True)
def footprint_of(leg: Leg, foot: np.ndarray) -> np.ndarray:
    """The footprint (3,) of a foot on the floor in pose (7,): the inverse of `planted`."""
    place = foot[:2] - _displacement(leg, foot[3], foot[4])[:2]
    return np.array([place[0], place[1], foot[3]])


@njit(cache=True, nogil=True)
def rolled(
    leg: Leg, footprint: np.ndarray, pitch: float, mtp: float, hip: np.ndarray, reach: float
) -> np.ndarray:
    """Pose (7,) of a planted foot; behind the body it rises on its toes so that the leg reaches.

    Args:
        leg: chain.
        footprint: (3,) as in `planted`.
        pitch: of the foot if the leg is long enough [rad].
        mtp: angle of the toes on the heel [rad].
        hip: centre of the hip (3,) [m].
        reach: largest distance of ankle and hip [m].
    """
    foot = planted(leg, footprint, pitch, mtp)
    forward = np.array([np.cos(footprint[2]), np.sin(footprint[2])])
    for _ in range(4):
        leg_line = hip - ankle_of(leg, foot)
        share = smooth_step((leg_line[0] * forward[0] + leg_line[1] * forward[1]) / _BEHIND)
        excess = np.sqrt(np.sum(leg_line**2)) - reach
        rise = share * softly_positive(excess, _RISING) / _HEEL_LEVER
        raised = min(foot[4] + rise, max(_HEEL_RISE, pitch))
        foot = planted(leg, footprint, raised, mtp)
    return foot
