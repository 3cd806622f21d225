# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Anatomical segment frames of any skeleton, found from how it moves.

Zero poses differ (T-pose, A-pose, splayed legs, bones along one axis) and cannot be trusted.
What is fixed to a bone can be found in the motion itself: the hip line, the trunk above the
hips, the plane in which the knee bends, and the sole, which is level while the foot stands.
"""

from collections.abc import Mapping

import numpy as np

from kinesis_ros.core.body import SIDES
from kinesis_ros.core.retargeting.errors import MotionError
from kinesis_ros.core.retargeting.joint_motion import JointMotion
from kinesis_ros.core.retargeting.segment_motion import SegmentMotion

# The neck of the model stands 5 degrees behind the hips, as the 7th vertebra does in people.
_TRUNK_PITCH = np.radians(-5.0)
# Prior of the knee axis: as left as the pelvis on average, within 10 degrees; against 2 degrees
# of noise in the direction of the shank.
_KNEE_PRIOR = (2.0 / 10.0) ** 2
_MIN_FOOT = 0.05  # leg lengths from ankle to toe
_STANCE_SPEED = 0.4  # leg lengths per second
_STANCE_HEIGHT = 0.04  # leg lengths


def segments_of(motion: JointMotion, joints: Mapping[str, int]) -> SegmentMotion:
    """Find the segments of a skeleton that moves in a world with z up.

    Args:
        motion: in a right-handed world with z up.
        joints: indices as `joint_names.find_joints` gives them.

    Raises:
        MotionError: the skeleton has no proper legs.
    """
    point = {key: motion.position[:, index] for key, index in joints.items()}
    turn = {key: motion.rotation[:, index] for key, index in joints.items()}
    pelvis = _pelvis(point, turn["pelvis"])
    thigh, shank, foot, lengths, flags = [], [], [], [], []
    for side in SIDES:
        hip, knee, ankle = (point[f"{part}_{side}"] for part in ("thigh", "shank", "foot"))
        thigh.append(_thigh(hip, knee, ankle, turn[f"thigh_{side}"], pelvis))
        shank.append(_along(turn[f"shank_{side}"], knee - ankle, thigh[-1][..., 1]))
        lengths.append(np.median(_norm(knee - hip) + _norm(ankle - knee)))
        toe = _usable_toe(point.get(f"toe_{side}"), ankle, lengths[-1])
        ahead = shank[-1][..., 0] if toe is None else toe - ankle
        stands = _stance(ankle, ankle if toe is None else toe, motion.rate, lengths[-1])
        foot.append(_foot(turn[f"foot_{side}"], ahead, stands))
        bend = np.einsum("fi,fi->f", thigh[-1][..., 0], shank[-1][..., 2])
        if np.percentile(bend, 95) < 0.1 and np.percentile(bend, 5) < -0.3:
            flags.append(f"knee_{side} bends backwards")
    return SegmentMotion(
        rate=motion.rate,
        hip_centre=0.5 * (point["thigh_r"] + point["thigh_l"]),
        ankle=np.array([point["foot_r"], point["foot_l"]]),
        pelvis=pelvis,
        thigh=np.array(thigh),
        shank=np.array(shank),
        foot=np.array(foot),
        leg_length=float(np.mean(lengths)),
        sized=motion.sized,
        flags=tuple(flags),
    )


def _usable_toe(toe: np.ndarray | None, ankle: np.ndarray, leg: float) -> np.ndarray | None:
    if toe is None or np.median(_norm(toe - ankle)) < _MIN_FOOT * leg:
        return None
    return toe


def _pelvis(point: Mapping[str, np.ndarray], turn: np.ndarray) -> np.ndarray:
    """Left is the hip line; the trunk is on average as upright over the pelvis as the model's."""
    left = _unit(np.mean(_local(turn, point["thigh_l"] - point["thigh_r"]), axis=0))
    centre = 0.5 * (point["thigh_l"] + point["thigh_r"])
    trunk = point["trunk"] - centre if "trunk" in point else np.array([[0.0, 0.0, 1.0]])
    up = np.median(_local(turn, trunk), axis=0)
    up = _unit(up - (up @ left) * left)
    forward = np.cross(left, up)
    tip = -_TRUNK_PITCH if "trunk" in point else 0.0
    up, forward = (
        np.cos(tip) * up + np.sin(tip) * forward,
        np.cos(tip) * forward - np.sin(tip) * up,
    )
    return turn @ np.stack([forward, left, up], axis=1)


def _thigh(
    hip: np.ndarray, knee: np.ndarray, ankle: np.ndarray, turn: np.ndarray, pelvis: np.ndarray
) -> np.ndarray:
    """Up is the line from knee to hip; left is the axis about which the knee bends."""
    up = _unit(np.mean(_local(turn, hip - knee), axis=0))
    prior = np.median(_local(turn, pelvis[..., 1]), axis=0)
    prior = _unit(prior - (prior @ up) * up)
    other = np.cross(up, prior)
    shank = _unit(_local(turn, ankle - knee))
    p, o = shank @ prior, shank @ other
    # The angle that minimises sum (shank . axis)^2 + weight angle^2, by its first-order terms.
    angle = 0.5 * np.arctan2(-2.0 * (p @ o), o @ o - p @ p + _KNEE_PRIOR * len(p))
    left = np.cos(angle) * prior + np.sin(angle) * other
    return turn @ np.stack([np.cross(left, up), left, up], axis=1)


def _along(turn: np.ndarray, up_w: np.ndarray, left_w: np.ndarray) -> np.ndarray:
    up = _unit(np.mean(_local(turn, up_w), axis=0))
    left = np.median(_local(turn, left_w), axis=0)
    left = _unit(left - (left @ up) * up)
    return turn @ np.stack([np.cross(left, up), left, up], axis=1)


def _foot(turn: np.ndarray, ahead_w: np.ndarray, stands: np.ndarray) -> np.ndarray:
    """Up is what is vertical while the foot stands; forward runs from ankle to toe."""
    up = _unit(np.median(_local(turn[stands], np.array([[0.0, 0.0, 1.0]])), axis=0))
    forward = np.median(_local(turn, ahead_w), axis=0)
    forward = _unit(forward - (forward @ up) * up)
    return turn @ np.stack([forward, np.cross(up, forward), up], axis=1)


def _stance(ankle: np.ndarray, toe: np.ndarray, rate: float, leg: float) -> np.ndarray:
    """Frames in which ankle and toe are both slow and the foot is low."""
    speed = np.maximum(*(_norm(np.gradient(p, 1.0 / rate, axis=0)) for p in (ankle, toe)))
    height = 0.5 * (ankle + toe)[:, 2]
    low = height < np.percentile(height, 10) + _STANCE_HEIGHT * leg
    # A foot that never stands still, as in short runs, is level when it is slowest.
    return low & (speed <= max(_STANCE_SPEED * leg, np.percentile(speed[low], 20)))


def _local(turn: np.ndarray, vector_w: np.ndarray) -> np.ndarray:
    return np.einsum("fji,fj->fi", turn, np.broadcast_to(vector_w, (len(turn), 3)))


def _norm(vector: np.ndarray) -> np.ndarray:
    return np.linalg.norm(vector, axis=-1)


def _unit(vector: np.ndarray) -> np.ndarray:
    size = np.linalg.norm(vector, axis=-1, keepdims=True)
    if not np.all(size > 1e-9):
        raise MotionError("a bone of the legs or the hip line has no length or direction")
    return vector / size
