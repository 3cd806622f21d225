# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Anatomical segment frames of any skeleton, found from how it moves.

Zero poses differ (T-pose, A-pose, splayed legs, bones along one axis) and cannot be trusted.
What is fixed to a bone can be found in the motion itself: the hip line, the trunk above the
hips, the plane in which the knee bends, and the sole, which is level while the foot stands.
"""

from collections.abc import Mapping

import numpy as np
from scipy.spatial.transform import Rotation

from kinesis_ros.core.body import SIDES
from kinesis_ros.core.retargeting.errors import MotionError
from kinesis_ros.core.retargeting.joint_motion import JointMotion
from kinesis_ros.core.retargeting.segment_motion import SegmentMotion
from kinesis_ros.core.retargeting.upright import tilt_of

# The neck of the model stands 5 degrees behind the hips, as the 7th vertebra does in people.
_TRUNK_PITCH = np.radians(-5.0)
# Prior of the knee axis: as left as the pelvis on average, within 10 degrees; against 2 degrees
# of noise in the direction of the shank.
_KNEE_PRIOR = (2.0 / 10.0) ** 2
_MIN_FOOT = 0.05  # leg lengths from ankle to toe
_STANCE_SPEED = 0.4  # leg lengths per second
_STANCE_HEIGHT = 0.04  # leg lengths
_STANCE_KNEE = np.radians(5.0)  # least flexion in stance, mean of adults walking
_STRAIGHTEST = 5.0  # percentile of the knee's flexion in stance
_BENT = np.radians(90.0)  # flexion from which on the lengths of the bones are left alone
_TOO_LONG = 0.016  # share that bones may be too long
_CROUCH = (0.016, 0.0185)  # share of the leg's length that is missing to a straight leg in a crouch
_WORTH_SAYING = 0.997  # share of its length


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
        leg = float(np.median(_norm(knee - hip) + _norm(ankle - knee)))
        toe = _usable_toe(point.get(f"toe_{side}"), ankle, leg)
        stands = _stance(ankle, ankle if toe is None else toe, motion.rate, leg)
        thigh.append(_thigh(hip, knee, ankle, turn[f"thigh_{side}"], pelvis))
        shank.append(_along(turn[f"shank_{side}"], knee - ankle, thigh[-1][..., 1]))
        thigh[-1], shank[-1], share = straightened(thigh[-1], shank[-1], hip, knee, ankle, stands)
        lengths.append(share * leg)
        ahead = shank[-1][..., 0] if toe is None else toe - ankle
        foot.append(_foot(turn[f"foot_{side}"], ahead, stands))
        if share < _WORTH_SAYING:
            flags.append(
                f"leg_{side} taken {100.0 * (1.0 - share):.1f}% shorter: it never straightens"
            )
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
        lean=_lean(point, pelvis),
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


def _lean(point: Mapping[str, np.ndarray], pelvis: np.ndarray) -> np.ndarray:
    """How far the trunk leans forward (frames,) [rad]; as far as the pelvis, if it is not seen."""
    if "trunk" not in point:
        return tilt_of(pelvis)
    trunk = point["trunk"] - 0.5 * (point["thigh_l"] + point["thigh_r"])
    forward = np.cross(pelvis[..., 1], [0.0, 0.0, 1.0])
    return np.arctan2(np.einsum("fi,fi->f", trunk, _unit(forward)), trunk[:, 2]) - _TRUNK_PITCH


def straightened(
    thigh: np.ndarray,
    shank: np.ndarray,
    hip: np.ndarray,
    knee: np.ndarray,
    ankle: np.ndarray,
    stands: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, float]:
    """Segments of a leg whose bones are as long as its hip and ankle say.

    Bones that a marker fit has made too long never straighten: every step is on a bent knee, with
    the thigh tipped forward and the ankle bent to match. People's knees come within 5 degrees of
    straight while they stand on them (mean of three data sets of adults), and the joint centres
    of hip and ankle are sure to a centimetre. So the leg is taken to be shorter until that is so,
    by 1.6% at most, and the knee moves towards the line from hip to ankle: least when it is bent
    most, for there the bones' lengths do not matter. Who crouches stays in the crouch.

    Args:
        thigh: (frames, 3, 3).
        shank: (frames, 3, 3).
        hip: (frames, 3) centre.
        knee: (frames, 3) centre.
        ankle: (frames, 3) centre.
        stands: (frames,) of the foot.

    Returns:
        Thigh, shank, and the share of the leg's length that is left.
    """
    upper, lower = (float(np.median(_norm(bone))) for bone in (knee - hip, ankle - knee))
    bend = _bend(upper, lower, _norm(ankle - hip))
    least = float(np.percentile(bend[stands] if stands.any() else bend, _STRAIGHTEST))
    # Of a leg with equal bones: the distance from hip to ankle is the length times this cosine.
    missing = max(0.0, 1.0 - np.cos(0.5 * least) / np.cos(0.5 * _STANCE_KNEE))
    crouch = np.clip((missing - _CROUCH[0]) / (_CROUCH[1] - _CROUCH[0]), 0.0, 1.0)
    share = 1.0 - min(missing, _TOO_LONG) * (1.0 - crouch)
    straighter = 2.0 * np.arccos(min(1.0, np.cos(0.5 * least) / share))
    fading = np.clip((_BENT - bend) / (_BENT - least), 0.0, None)
    turn = np.minimum((least - straighter) * fading, bend)
    back, forth = (
        Rotation.from_euler("y", part[:, None] * turn[:, None]).as_matrix()
        for part in np.array([lower, -upper])[:, None] / (upper + lower)
    )
    return thigh @ back, shank @ forth, float(share)


def _bend(upper: float, lower: float, apart: np.ndarray) -> np.ndarray:
    """Flexion (frames,) [rad] of a knee between two bones, by the law of cosines."""
    cosine = (apart**2 - upper**2 - lower**2) / (2.0 * upper * lower)
    return np.arccos(np.clip(cosine, -1.0, 1.0))


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
