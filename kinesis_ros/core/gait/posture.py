# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Where pelvis and feet are at a moment of the gait: the learned gait put on the floor.

Positions are in the frame of the path: its origin moves along the walked line at the commanded
speed, x points along the line, z = 0 is the floor. A foot's pose has seven numbers: position of
the calcaneus [m], yaw, pitch and roll of the foot, angle of the toes [rad].
"""

import dataclasses

import numpy as np

from kinesis_ros.core.body import GRAVITY, SIDES, Body, load_body
from kinesis_ros.core.gait.gaits import Gaits, Pace
from kinesis_ros.core.leg import NUM_LEG_JOINTS, Leg, leg_of, solve_leg
from kinesis_ros.core.leg.chain import KNEE
from kinesis_ros.core.leg.foot_rolling import planted, rolled
from kinesis_ros.core.leg.kinematics import ankle_of, euler_matrix, foot_pose, hip_of, lowest_point
from kinesis_ros.core.maths import smooth_step, softly_positive
from urdf_mjcf.registry import DEFAULT_BODY

_SMALLEST_STEP = 0.4  # share of the slowest learned leg swing that stepping on the spot keeps
_CLOSEST = 0.13  # [m] between the middles of the feet in sidesteps
_SWAY = 0.2  # of a wider step: 1 - 1 / cosh of an inverted pendulum at 1.2 strides a second
_UNDER = 0.002  # [m] below the floor that a foot may be
_WEIGHTS = np.array([300.0, 30.0, 0.3])  # of solve_leg: 3 mm, 2 degrees and 200 degrees count alike
_REACH_KNEE = np.radians(4.0)  # flexion of a leg that is stretched as far as it may be
# Softness with which the pelvis sinks [m]: near straight a knee bends by 5 degrees a mm.
_SINKING = 0.006


@dataclasses.dataclass(frozen=True)
class Posture:
    """Pelvis, legs and feet in the frame of the path.

    Attributes:
        position: (3,) of the pelvis [m].
        angles: (3,) yaw, pitch, roll of base_link [rad].
        joints: (2, 7) leg angles, right then left [rad].
        feet: (2, 7) poses, right then left.
    """

    position: np.ndarray
    angles: np.ndarray
    joints: np.ndarray
    feet: np.ndarray


class PostureModel:
    """The learned gait on the floor, from standing to walking.

    Args:
        gaits: learned coefficients.
        body: with the legs; default legs80.
    """

    def __init__(self, gaits: Gaits, body: Body | None = None) -> None:
        body = body or load_body(DEFAULT_BODY)
        self.gaits = gaits
        self.legs: tuple[Leg, ...] = tuple(leg_of(body, side) for side in SIDES)
        self._hips = [hip_of(leg) for leg in self.legs]
        self._reach = _reach(self.legs[0])
        self.standing = self._stand()

    def _stand(self) -> Posture:
        forward, left, yaw = self.gaits.stand_foot
        position = np.array([0.0, 0.0, self.gaits.stand_height])
        bent = np.array([0.1, 0.0, 0.0, 0.2, 0.1, 0.0, 0.0])
        joints, feet = np.zeros((2, NUM_LEG_JOINTS)), np.zeros((2, 7))
        for i, (leg, side) in enumerate(zip(self.legs, (1.0, -1.0), strict=True)):
            footprint = np.array([forward, side * left, side * yaw])
            feet[i] = planted(leg, footprint, 0.0, 0.0)
            joints[i] = solve_leg(leg, position, np.eye(3), feet[i], bent, _WEIGHTS)
        return Posture(position, np.zeros(3), joints, feet)

    def nominal(self, phase: float, pace: Pace, activity: float) -> Posture:
        """The gait at `phase`, as learned, without regard to where the feet stand.

        Args:
            phase: of the gait cycle; the right foot touches down at 0, the left one at 0.5.
            pace: of the path's frame, and the gait.
            activity: 0 standing to 1 walking.
        """
        pelvis, legs = self.gaits.evaluate(phase, pace)
        swing = activity * (_SMALLEST_STEP + (1.0 - _SMALLEST_STEP) * self.gaits.amplitude(pace))
        height = self.standing.position[2]
        position = np.array(
            [
                swing * pelvis[0],
                activity * (pelvis[1] - self._sway(phase, pace)),
                height + swing * (pelvis[5] - height) + activity * self.bounce(phase, pace),
            ]
        )
        angles = pelvis[2:5] * np.array([swing, swing, activity])
        joints = self.standing.joints + swing * (legs - self.standing.joints)
        return Posture(position, angles, joints, self._feet(position, angles, joints))

    def wider(self, pace: Pace) -> float:
        """How much farther [m] from the middle each foot steps so that sidesteps do not cross.

        Half a stride later the other foot follows, and finds this one at least `_CLOSEST` away.
        """
        lateral = abs(pace.velocity.lateral)
        if lateral == 0.0:
            return 0.0
        step = 0.5 * lateral / self.gaits.stride_rate(pace)
        apart = 2.0 * abs(self.gaits.stand_foot[1])
        return 0.5 * max(0.0, _CLOSEST + step - apart)

    def _sway(self, phase: float, pace: Pace) -> float:
        """Sway [m] to the right that wider steps add: to the foot that carries the walker."""
        middle = 0.5 * self.gaits.stance_share(pace)
        return _SWAY * self.wider(pace) * np.cos(2.0 * np.pi * (phase - middle))

    def bounce(self, phase: float, pace: Pace) -> float:
        """Height [m] of a runner above that at touch-down: a ballistic flight, a springy stance.

        The flight's length gives the speed at touch-down; half a sine of the same speed brings
        the runner back up, and carries its weight on average.
        """
        if pace.running == 0.0:
            return 0.0
        share, rate = self.gaits.stance_share(pace), self.gaits.stride_rate(pace)
        flight = (0.5 - share) / rate
        if flight <= 0.0:
            return 0.0
        rise = 0.5 * GRAVITY * flight
        step = phase % 0.5
        if step < share:
            stance = share / rate
            return -rise * stance / np.pi * np.sin(np.pi * step / share)
        time = (step - share) / rate
        return time * (rise - 0.5 * GRAVITY * time)

    def _feet(self, position: np.ndarray, angles: np.ndarray, joints: np.ndarray) -> np.ndarray:
        rotation = euler_matrix(*angles)
        return np.stack(
            [
                foot_pose(leg, position, rotation, q)
                for leg, q in zip(self.legs, joints, strict=True)
            ]
        )

    def contact_height(self, phase: float, pace: Pace) -> float:
        """Height [m] of the pelvis at which the feet that carry the body touch the floor."""
        pelvis, joints = self.gaits.evaluate(phase, pace)
        feet = self._feet(np.array([pelvis[0], pelvis[1], 0.0]), pelvis[2:5], joints)
        low = [lowest_point(leg, foot) for leg, foot in zip(self.legs, feet, strict=True)]
        on_right = self.on_right(phase, pace)
        return -(on_right * low[0] + (1.0 - on_right) * low[1])

    def on_right(self, phase: float, pace: Pace) -> float:
        """Share of the body that the right foot carries; half of it when a foot touches down.

        A leg is short of reach when its foot lands: so much its floor has to count then.
        """
        double = max(self.gaits.stance_share(pace) - 0.5, 1e-9)
        since = (phase + 0.25) % 1.0 - 0.25
        taken = smooth_step(since / double + 0.5)
        return taken - smooth_step((since - 0.5) / double + 0.5)

    def rolled(self, side: int, footprint: np.ndarray, nominal: Posture) -> np.ndarray:
        """Pose (7,) of a planted foot, which rolls as in `nominal` or as far as its leg needs.

        Args:
            side: 0 right, 1 left.
            footprint: (3,) where the calcaneus is when the foot is flat, and the foot's yaw.
            nominal: the gait.
        """
        hip = nominal.position + euler_matrix(*nominal.angles) @ self._hips[side]
        pitch, mtp = nominal.feet[side, 4], nominal.feet[side, 6]
        return rolled(self.legs[side], footprint, pitch, mtp, hip, self._reach)

    def miss(self, side: int, foot: np.ndarray, nominal: Posture) -> float:
        """How far [m] the leg leaves the foot from its pose (7,), or under the floor."""
        leg, rotation = self.legs[side], euler_matrix(*nominal.angles)
        wanted = nominal.joints[side]
        joints = solve_leg(leg, nominal.position, rotation, foot, wanted, _WEIGHTS)
        reached = foot_pose(leg, nominal.position, rotation, joints)
        return max(float(np.linalg.norm(reached[:3] - foot[:3])), -lowest_point(leg, reached))

    def lifted(self, side: int, foot: np.ndarray, clearance: float) -> np.ndarray:
        """The foot pose (7,), raised if its lowest point is less than `clearance` [m] high."""
        raised = foot.copy()
        raised[2] += max(0.0, clearance - lowest_point(self.legs[side], foot))
        return raised

    def fit_legs(self, nominal: Posture, feet: np.ndarray) -> Posture:
        """Put the feet (2, 7) where they belong: the pelvis sinks if a leg is too short."""
        rotation = euler_matrix(*nominal.angles)
        position = nominal.position.copy()
        position[2] -= softly_positive(self.excess(nominal, feet), _SINKING)
        joints = np.stack(
            [
                self._above_floor(i, position, rotation, feet[i], nominal.joints[i])
                for i in range(len(self.legs))
            ]
        )
        return Posture(position, nominal.angles, joints, feet)

    def excess(self, nominal: Posture, feet: np.ndarray) -> float:
        """How much [m] the pelvis is too high for its legs to reach the feet (2, 7)."""
        rotation = euler_matrix(*nominal.angles)
        too_high = -np.inf
        for leg, hip, foot in zip(self.legs, self._hips, feet, strict=True):
            offset = nominal.position + rotation @ hip - ankle_of(leg, foot)
            across = offset[0] ** 2 + offset[1] ** 2
            too_high = max(too_high, offset[2] - np.sqrt(max(self._reach**2 - across, 0.01)))
        return float(too_high)

    def _above_floor(
        self,
        side: int,
        position: np.ndarray,
        rotation: np.ndarray,
        foot: np.ndarray,
        wanted: np.ndarray,
    ) -> np.ndarray:
        """Leg joints (7,) for a foot pose; an ankle that cannot bend so far raises the foot."""
        leg = self.legs[side]
        joints = solve_leg(leg, position, rotation, foot, wanted, _WEIGHTS)
        under = -lowest_point(leg, foot_pose(leg, position, rotation, joints))
        if under < _UNDER:
            return joints
        raised = foot.copy()
        raised[2] += under
        return solve_leg(leg, position, rotation, raised, wanted, _WEIGHTS)


def _reach(leg: Leg) -> float:
    """Distance [m] of hip and ankle of an almost straight leg."""
    angles = np.zeros(NUM_LEG_JOINTS)
    angles[KNEE] = _REACH_KNEE
    foot = foot_pose(leg, np.zeros(3), np.eye(3), angles)
    return float(np.linalg.norm(ankle_of(leg, foot) - hip_of(leg)))
