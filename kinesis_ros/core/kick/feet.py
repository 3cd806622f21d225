# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The ways of the feet during a kick: they stand, step, and swing through the ball."""

import math

import numpy as np

from kinesis_ros.core.body import LEFT, RIGHT
from kinesis_ros.core.gait import PostureModel
from kinesis_ros.core.kick.pelvis import PelvisPath
from kinesis_ros.core.kick.support import Footprints
from kinesis_ros.core.kick.swing import CLEARANCE, Swing
from kinesis_ros.core.kick.timeline import Timeline
from kinesis_ros.core.leg.foot_poses import difference, displaced
from kinesis_ros.core.leg.kinematics import euler_matrix, foot_pose
from kinesis_ros.core.maths import quintic_step

_STEP_CLEARANCE = 0.035  # [m] of a foot in the middle of a step
_AIMING = 0.3  # share of the swing to the ball from which on the foot is led to where it meets it
_BACKSWING = 0.5  # share of the swing to the ball in which the foot comes from the floor
_RETURNING = 0.25  # share of the swing after the ball from which on it goes to its footprint


class FootPlanner:
    """Plans the ways of both feet below a pelvis that moves.

    Args:
        times: when they move.
        model: of the body's postures.
        swing: as learned.
    """

    def __init__(self, times: Timeline, model: PostureModel, swing: Swing) -> None:
        self._times, self._model, self._swing = times, model, swing

    def plan(self, path: PelvisPath, prints: Footprints) -> np.ndarray:
        """Poses of the right and the left foot, (frames, 2, 7)."""
        t = self._times
        feet = np.empty((t.end + 1, 2, 7))

        def stand(side: int, footprint: np.ndarray, first: int, last: int) -> None:
            for i in range(first, last + 1):
                feet[i, side] = self._model.rolled(side, footprint, path.posture(i))

        stand(RIGHT, prints.right, 0, t.leave)
        stand(RIGHT, prints.landing, t.land, t.end)
        stand(LEFT, prints.left, 0, t.lift)
        stand(LEFT, prints.plant, t.plant, t.follow)
        stand(LEFT, prints.joining, t.join, t.end)
        self._step(feet, t.lift, t.plant)
        self._step(feet, t.follow, t.join)
        self._kick(feet, path)
        return feet

    def _step(self, feet: np.ndarray, first: int, last: int) -> None:
        """A step of the supporting foot from one place on the floor to another one."""
        begin, end = feet[first, LEFT].copy(), feet[last, LEFT].copy()
        change = difference(end, begin)
        for i in range(first + 1, last):
            progress = (i - first) / (last - first)
            pose = displaced(begin, float(quintic_step(progress)) * change)
            clearance = _STEP_CLEARANCE * math.sin(math.pi * progress**0.8)
            feet[i, LEFT] = self._model.lifted(LEFT, pose, clearance)

    def _kick(self, feet: np.ndarray, path: PelvisPath) -> None:
        """The kicking foot: from the floor into the learned swing, through the ball, and down."""
        t = self._times
        swung = self._aimed(path)
        begin, end = feet[t.leave, RIGHT].copy(), feet[t.land, RIGHT].copy()
        for i in range(t.leave + 1, t.land):
            pose = swung[i - t.leave]
            rising = float(quintic_step((i - t.leave) / (_BACKSWING * (t.ball - t.leave))))
            after = (i - t.ball) / (t.land - t.ball)
            returning = float(quintic_step((after - _RETURNING) / (1.0 - _RETURNING)))
            pose = displaced(pose, (1.0 - rising) * difference(begin, pose))
            pose = displaced(pose, returning * difference(end, pose))
            clearance = CLEARANCE * min(1.0, 4.0 * (i - t.leave) / (t.ball - t.leave))
            clearance *= 1.0 - float(quintic_step((after - 0.6) / 0.4))
            feet[i, RIGHT] = self._model.lifted(RIGHT, pose, clearance)

    def _aimed(self, path: PelvisPath) -> np.ndarray:
        """The learned swing, led to where the foot meets the ball, (leave to land, 7)."""
        t, leg = self._times, self._model.legs[RIGHT]
        frames = np.arange(t.leave, t.land + 1)
        swung = np.array(
            [
                foot_pose(
                    leg, path.position[i], euler_matrix(*path.angles[i]), path.joints[i, RIGHT]
                )
                for i in frames
            ]
        )
        offset = swung[t.ball - t.leave, :3] - self._swing.foot_at_ball
        phase = self._swing.phase(frames)
        near = quintic_step((phase - _AIMING) / (1.0 - _AIMING)) * (1.0 - quintic_step(phase - 1.0))
        swung[:, :3] -= near[:, None] * offset
        return swung
