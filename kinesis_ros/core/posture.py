# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Where pelvis and feet are at a moment of the gait: the learned gait put on the floor.

Positions are in the frame of the path: its origin moves along the walked line at the commanded
speed, x points along the line, z = 0 is the floor.
"""

import dataclasses

import numpy as np

from kinesis_ros.core.body import Body, load_body
from kinesis_ros.core.gait import Gait
from kinesis_ros.core.leg_kinematics import (
    SIDES,
    Leg,
    ankle_of,
    euler_angles,
    euler_matrix,
    foot_pose,
    hip_of,
    leg_of,
    lowest_point,
    solve_leg,
)

_SMALLEST_STEP = 0.4  # share of the slowest learned leg swing that stepping on the spot keeps
_WEIGHTS = np.array([300.0, 30.0, 0.3])  # of solve_leg: 3 mm, 2 degrees and 200 degrees count alike
_REACH_KNEE = np.radians(5.0)  # flexion of a leg that is stretched as far as it may be
_REACH_SOFTNESS = 0.006  # [m]
_MTP = 6


@dataclasses.dataclass(frozen=True)
class Posture:
    """Pelvis, legs and feet in the frame of the path.

    Attributes:
        position: (3,) of the pelvis [m].
        angles: (3,) yaw, pitch, roll of base_link [rad].
        joints: (2, 7) leg angles, right then left [rad].
        feet: (2, 6) of each calcaneus: position [m], yaw, pitch and roll of the foot [rad].
    """

    position: np.ndarray
    angles: np.ndarray
    joints: np.ndarray
    feet: np.ndarray


class PostureModel:
    """The learned gait on the floor, from standing to walking.

    Args:
        gait: learned coefficients.
        body: with the legs; default legs80.
    """

    def __init__(self, gait: Gait, body: Body | None = None) -> None:
        body = body or load_body("legs80")
        self.gait = gait
        self.legs: tuple[Leg, ...] = tuple(leg_of(body, side) for side in SIDES)
        self._reach = max(
            float(np.linalg.norm(ankle_of(leg, *_leg_at(leg, _REACH_KNEE)) - hip_of(leg)))
            for leg in self.legs
        )
        self.standing = self._stand()

    def _stand(self) -> Posture:
        forward, left, yaw, pitch = self.gait.stand_foot
        position = np.array([0.0, 0.0, self.gait.stand_height])
        joints, feet = np.zeros((2, 7)), np.zeros((2, 6))
        bent = np.array([0.1, 0.0, 0.0, 0.2, 0.1, 0.0, 0.0])
        for i, (leg, side) in enumerate(zip(self.legs, (1.0, -1.0), strict=True)):
            rotation = euler_matrix(side * yaw, pitch, 0.0)
            floor = -lowest_point(leg, np.zeros(3), rotation, 0.0)
            feet[i] = forward, side * left, floor, side * yaw, pitch, 0.0
            joints[i] = solve_leg(leg, position, np.eye(3), feet[i, :3], rotation, bent, _WEIGHTS)
        return Posture(position, np.zeros(3), joints, feet)

    def nominal(
        self, phase: float, speed: float, turn_rate: float, activity: float
    ) -> Posture:
        """The gait at `phase`, as learned, without regard to where the feet stand.

        Args:
            phase: of the gait cycle; the right foot touches down at 0, the left one at 0.5.
            speed: [m/s].
            turn_rate: [rad/s].
            activity: 0 standing to 1 walking.
        """
        pelvis, legs = self.gait.evaluate(phase, speed, turn_rate)
        slow = min(1.0, speed / self.gait.speed_range[0])
        swing = activity * (_SMALLEST_STEP + (1.0 - _SMALLEST_STEP) * slow)
        pelvis = pelvis * np.array([swing, activity, swing, swing, activity])
        joints = self.standing.joints + swing * (legs - self.standing.joints)
        position = np.array([pelvis[0], pelvis[1], 0.0])
        rotation = euler_matrix(*pelvis[2:])
        feet = np.empty((2, 6))
        low = np.empty(2)
        for i, leg in enumerate(self.legs):
            place, foot = foot_pose(leg, position, rotation, joints[i])
            feet[i, :3], feet[i, 3:] = place, euler_angles(foot)
            low[i] = lowest_point(leg, place, foot, joints[i, _MTP])
        # The feet that carry the body are on the floor.
        height = -self._loads(phase, speed) @ low
        position[2] = height
        feet[:, 2] += height
        return Posture(position, pelvis[2:], joints, feet)

    def _loads(self, phase: float, speed: float) -> np.ndarray:
        """Share of the weight (2,) on the right and the left foot."""
        double = self.gait.stance_share(speed) - 0.5
        on_right = _ramp(phase % 1.0 / double) - _ramp((phase % 1.0 - 0.5) / double)
        return np.array([on_right, 1.0 - on_right])

    def planted(self, side: int, footprint: np.ndarray, pitch: float, mtp: float) -> np.ndarray:
        """Pose (6,) of a foot that rolls over its footprint: over the heel, then over the ball.

        Args:
            side: 0 right, 1 left.
            footprint: (3,) where the calcaneus is when the foot is flat, and the foot's yaw.
            pitch: of the foot [rad], positive on the toes, negative on the heel.
            mtp: angle of the toes [rad].
        """
        leg = self.legs[side]
        pivot = leg.heel if pitch < 0.0 else leg.ball
        flat = euler_matrix(footprint[2], 0.0, 0.0)
        rotation = euler_matrix(footprint[2], pitch, 0.0)
        place = (flat - rotation) @ pivot
        place[:2] += footprint[:2]
        place[2] = 0.0
        place[2] = -lowest_point(leg, place, rotation, mtp)
        return np.array([*place, footprint[2], pitch, 0.0])

    def lifted(self, side: int, foot: np.ndarray, mtp: float, clearance: float) -> np.ndarray:
        """The foot pose (6,), raised if its lowest point is less than `clearance` [m] high."""
        low = lowest_point(self.legs[side], foot[:3], euler_matrix(*foot[3:]), mtp)
        raised = foot.copy()
        raised[2] += max(0.0, clearance - low)
        return raised

    def fit_legs(self, nominal: Posture, feet: np.ndarray) -> Posture:
        """Put the feet (2, 6) where they belong: the pelvis sinks if a leg is too short."""
        rotation = euler_matrix(*nominal.angles)
        position = nominal.position.copy()
        too_short = -np.inf
        for leg, foot in zip(self.legs, feet, strict=True):
            hip = position + rotation @ hip_of(leg)
            ankle = ankle_of(leg, foot[:3], euler_matrix(*foot[3:]))
            across = np.sum((hip - ankle)[:2] ** 2)
            top = ankle[2] + np.sqrt(max(self._reach**2 - across, 0.01))
            too_short = max(too_short, hip[2] - top)
        position[2] -= 0.5 * (too_short + np.hypot(too_short, _REACH_SOFTNESS))
        joints = np.empty((2, 7))
        for i, (leg, foot) in enumerate(zip(self.legs, feet, strict=True)):
            target = euler_matrix(*foot[3:])
            joints[i] = solve_leg(
                leg, position, rotation, foot[:3], target, nominal.joints[i], _WEIGHTS
            )
        return Posture(position, nominal.angles, joints, feet)


def _leg_at(leg: Leg, knee: float) -> tuple[np.ndarray, np.ndarray]:
    angles = np.zeros(7)
    angles[3] = knee
    return foot_pose(leg, np.zeros(3), np.eye(3), angles)


def _ramp(x: float) -> float:
    """Smooth step from 0 at x <= 0 to 1 at x >= 1."""
    x = min(1.0, max(0.0, x))
    return x * x * (3.0 - 2.0 * x)
