# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""From anatomical segments to the model: scale, smooth, fit the legs, put the feet down."""

import dataclasses

import numpy as np
from scipy.spatial.transform import Rotation

from kinesis_ros.core.body import CONTROL_RATE, Kinematics, states_from_motion
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.dynamics import InverseDynamics
from kinesis_ros.core.retargeting import smoothing
from kinesis_ros.core.retargeting.body_motion import BodyMotion, Legs
from kinesis_ros.core.retargeting.consistency import ConsistencyFit
from kinesis_ros.core.retargeting.ground import level_floor, plant, set_height, set_stride
from kinesis_ros.core.retargeting.leg_fit import fit_leg, foot_axes, target_of
from kinesis_ros.core.retargeting.segment_motion import SegmentMotion
from kinesis_ros.core.retargeting.stride import fit_stride
from kinesis_ros.core.retargeting.upright import upright

_MTP = ks.JOINT_KINDS.index("mtp_angle")
_HUMAN_SCALE = 0.7, 1.5
_ADULTS = 0.08  # by which legs of adults differ from the model's, one standard deviation
_TOES_FLAT, _TOES_FREE = 0.02, 0.07  # [m] height of the toes in which they let go of the floor


class Retargeter:
    """Puts motions onto the model's legs.

    Args:
        kinematics: of any body; they share their legs.
    """

    def __init__(self, kinematics: Kinematics | None = None) -> None:
        self.kinematics = kinematics or Kinematics()
        self.legs = Legs(self.kinematics)
        self.consistency = ConsistencyFit(self.legs, InverseDynamics(self.kinematics.body))
        right, left = (chain.rest.position[0] for chain in self.legs.chains)
        self._hip_centre_b = 0.5 * (right[0] + left[0])
        bones = [np.diff(side[:3], axis=0) for side in (right, left)]
        self.leg_length = float(np.mean([np.linalg.norm(b, axis=1).sum() for b in bones]))

    def fit(self, segments: SegmentMotion) -> BodyMotion:
        """The model's motion that follows the segments, at the control rate, feet not yet down."""
        segments = _at_control_rate(segments)
        scale = self.leg_length / segments.leg_length
        angles = np.zeros((len(segments.pelvis), ks.NUM_JOINTS))
        wanted = np.zeros(angles.shape)
        inverse = np.swapaxes(segments.pelvis, 1, 2)
        for side, chain in enumerate(self.legs.chains):
            ankle = scale * (segments.ankle[side] - segments.hip_centre)
            target = target_of(
                chain,
                segments.pelvis,
                segments.thigh[side],
                segments.shank[side],
                segments.foot[side],
                ankle=self._hip_centre_b + np.einsum("fij,fj->fi", inverse, ankle),
            )
            angles[:, chain.columns] = fit_leg(chain, target)
            wanted[:, chain.columns] = target.prior
        position = segments.hip_centre * scale - segments.pelvis @ self._hip_centre_b
        return BodyMotion(
            CONTROL_RATE, position, segments.pelvis, angles, wanted, segments.lean, segments.sized
        )

    def upright(self, motion: BodyMotion) -> BodyMotion:
        """The trunk upright, and every part of the legs where it was."""
        return upright(self.legs, motion)

    def scaled(self, motion: BodyMotion) -> BodyMotion:
        """Scale the root's path to the model, for motions that do not tell the source's legs.

        The source's pelvis is as high above its floor as its legs are long. But many a
        laboratory's zero is not its floor: a height that no adult has counts only where the feet
        that carry the body say so too.
        """
        lowest = self.legs.sole_points(motion)[..., 2].min(axis=(0, 2))
        height = float(np.median(motion.position[:, 2]))
        scale = float(np.median(motion.position[:, 2] - lowest)) / max(height, 1e-6)
        low, high = _HUMAN_SCALE
        if abs(scale - 1.0) > _ADULTS:
            stride = fit_stride(self.legs, motion)
            fits = stride.is_scaled and abs(stride.factor - scale) < abs(stride.factor - 1.0)
            scale = scale if fits and low < scale < high else 1.0
        return dataclasses.replace(motion, position=motion.position * scale)

    def lowered(self, motion: BodyMotion) -> BodyMotion:
        """Put the body on a level floor, toes flat; start at the origin with heading 0."""
        motion = set_height(self.legs, level_floor(self.legs, motion))
        if not motion.sized:
            motion = set_stride(self.legs, motion)
        return _from_origin(set_height(self.legs, self._bend_toes(motion)))

    def planted(self, motion: BodyMotion) -> BodyMotion:
        """Hold the standing feet still."""
        return plant(self.legs, motion)

    def consistent(self, motion: BodyMotion, source: np.ndarray) -> BodyMotion:
        """Move the pelvis' path until feet on the floor can carry the motion.

        Args:
            motion: with its feet planted.
            source: (frames, 14) angles before that, which standing legs shall have [rad].
        """
        return self.consistency.fit(motion, source)

    def carried(self, states: np.ndarray) -> np.ndarray:
        """Generated states (frames, STATE_SIZE) as a body could do them: smooth, on a carried path.

        What a generator puts together frame by frame has jerks that no force could make.
        """
        motion = BodyMotion.of(states)
        smooth = dataclasses.replace(
            motion,
            position=smoothing.low_pass(motion.position, motion.rate),
            pelvis=smoothing.low_pass_rotation(motion.pelvis, motion.rate),
            angles=smoothing.low_pass(motion.angles, motion.rate),
        )
        return self.states(self.consistent(self.planted(smooth), smooth.angles))

    def states(self, motion: BodyMotion) -> np.ndarray:
        """Kinematic states (frames, STATE_SIZE)."""
        quaternion = Rotation.from_matrix(motion.pelvis).as_quat(scalar_first=True)
        return states_from_motion(
            self.kinematics, motion.position, quaternion, motion.angles, motion.rate
        )

    def _bend_toes(self, motion: BodyMotion) -> BodyMotion:
        """Keep the toes flat on the floor while the heel rises, as far as they bend."""
        angles = motion.angles.copy()
        points = self.legs.sole_points(motion)[..., self.legs.heel_points :, 2].min(axis=-1)
        for chain, pose, height in zip(
            self.legs.chains, self.legs.poses(motion), points, strict=True
        ):
            forward, _ = foot_axes(chain, pose)
            pitch = np.arcsin(np.clip((motion.pelvis @ forward[..., None])[:, 2, 0], -1.0, 1.0))
            near = np.clip((_TOES_FREE - height) / (_TOES_FREE - _TOES_FLAT), 0.0, 1.0)
            low, high = chain.limits[_MTP] * 0.95
            bend = np.clip(np.minimum(pitch, 0.0) * near, low, high)  # negative: toes up
            angles[:, chain.columns[_MTP]] = smoothing.low_pass(bend, motion.rate)
        return dataclasses.replace(motion, angles=angles)


def _at_control_rate(segments: SegmentMotion) -> SegmentMotion:
    rate = segments.rate
    times = smoothing.new_times(len(segments.pelvis), rate, CONTROL_RATE)

    def turns(matrices: np.ndarray) -> np.ndarray:
        smooth = smoothing.low_pass_rotation(matrices, rate)
        return smoothing.resample_rotation(smooth, rate, times)

    def moves(points: np.ndarray) -> np.ndarray:
        return smoothing.resample(smoothing.low_pass(points, rate), rate, times)

    return dataclasses.replace(
        segments,
        rate=CONTROL_RATE,
        hip_centre=moves(segments.hip_centre),
        lean=moves(segments.lean[:, None])[:, 0],
        ankle=np.array([moves(m) for m in segments.ankle]),
        pelvis=turns(segments.pelvis),
        thigh=np.array([turns(m) for m in segments.thigh]),
        shank=np.array([turns(m) for m in segments.shank]),
        foot=np.array([turns(m) for m in segments.foot]),
    )


def _from_origin(motion: BodyMotion) -> BodyMotion:
    forward = motion.pelvis[0, :, 0]
    turn = Rotation.from_euler("z", -np.arctan2(forward[1], forward[0])).as_matrix()
    position = (motion.position - motion.position[0] * [1.0, 1.0, 0.0]) @ turn.T
    return dataclasses.replace(motion, position=position, pelvis=turn @ motion.pelvis)
