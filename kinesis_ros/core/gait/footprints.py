# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Planning of footprints: where a foot stands next, so that the gait can continue over it."""

import numpy as np

from kinesis_ros.core.body import CONTROL_RATE
from kinesis_ros.core.gait.gaits import Pace
from kinesis_ros.core.gait.posture import PostureModel
from kinesis_ros.core.gait.walked_line import Velocity, compose, predict, relative
from kinesis_ros.core.leg.foot_rolling import footprint_of
from kinesis_ros.core.maths.rotations import wrap

_TURN_WIDTH = 0.03  # [m] wider steps per rad/s of turning
_AGREEMENT = 0.35  # of a planned footprint with a new plan, per frame
_ADAPTING = np.array([1.2, 2.0])  # [m/s, rad/s] at most, at the beginning of the swing
_LONGEST_STEP = 1.1  # times the usual step of a speed
_SHORTEST_REACH = 0.3  # [m] that a step may always be long


class FootprintPlanner:
    """Plans footprints (x, y [m] of the flat foot's calcaneus, its yaw [rad]) in the world.

    Args:
        model: learned gait on the floor.
    """

    def __init__(self, model: PostureModel) -> None:
        self._model = model
        self._gaits = model.gaits
        self.beside = model.standing.feet[:, [0, 1, 3]]  # (2, 3) places of standing feet

    def plan(
        self,
        line: np.ndarray,
        pace: Pace,
        command: Velocity,
        side: int,
        phase: float,
        other: np.ndarray,
    ) -> np.ndarray:
        """The next footprint (3,): under the gait in the middle of its stance.

        It is never farther than the gait reaches at touch-down, nor than a step away from the
        other foot.

        Args:
            line: (3,) the path's frame now.
            pace: now.
            command: wanted velocity.
            side: 0 right, 1 left.
            phase: of this foot in its cycle, which begins with its touch-down.
            other: (3,) footprint of the other foot, where it is or where it will be.
        """
        left = (1.0 - phase) / self._gaits.stride_rate(pace)
        landing, velocity = predict(line, pace.velocity, command, left)
        touching = pace.after(velocity, left)
        # The rhythm of the stance is that of now, but for a change between walking and running.
        rhythm = Pace(pace.velocity, touching.running)
        middle = 0.5 * self._gaits.stance_share(rhythm)
        until = left + middle / self._gaits.stride_rate(rhythm)
        ahead, velocity = predict(line, pace.velocity, command, until)
        footprint = compose(ahead, self._place(pace.after(velocity, until), middle, side))
        footprint = self._within_reach(footprint, landing, touching, side)
        return self._within_step(footprint, line[2], touching, side, other)

    def _place(self, pace: Pace, middle: float, side: int) -> np.ndarray:
        """The place (3,) of a foot in the path's frame in the middle of its stance."""
        gait = self._model.nominal(middle + 0.5 * side, pace, 1.0)
        walking = gait.feet[side][[0, 1, 3]]
        share = self._gaits.amplitude(pace)
        place = self.beside[side] + share * (walking - self.beside[side])
        wider = _TURN_WIDTH * abs(pace.velocity.turn_rate) + self._model.wider(pace)
        place[1] += np.copysign(wider, self.beside[side, 1])
        return place

    def _within_reach(
        self, footprint: np.ndarray, line: np.ndarray, pace: Pace, side: int
    ) -> np.ndarray:
        """The footprint, nearer if the gait does not reach it at touch-down on `line`."""
        gait = self._model.nominal(0.5 * side, pace, 1.0)
        reached = footprint_of(self._model.legs[side], gait.feet[side])[0]
        place = relative(line, footprint)[0]
        forward, still = pace.velocity.speed >= 0.0, self.beside[side, 0]
        if forward:
            beyond = max(0.0, place - max(reached, still))
        else:
            beyond = min(0.0, place - min(reached, still))
        back = beyond * np.array([np.cos(line[2]), np.sin(line[2]), 0.0])
        return footprint - back

    def _within_step(
        self,
        footprint: np.ndarray,
        heading: float,
        pace: Pace,
        side: int,
        other: np.ndarray,
    ) -> np.ndarray:
        """The footprint, nearer if it is more than a step from beside the other foot."""
        way = np.hypot(pace.velocity.speed, pace.velocity.lateral)
        step = 0.5 * way / self._gaits.stride_rate(pace)
        frame = np.array([other[0], other[1], heading])
        beside = compose(frame, np.array([0.0, 2.0 * self.beside[side, 1], 0.0]))
        off = footprint[:2] - beside[:2]
        length = np.hypot(*off)
        most = max(_LONGEST_STEP * step + 2.0 * self._model.wider(pace), _SHORTEST_REACH)
        if length <= most:
            return footprint
        return np.array([*(beside[:2] + off * (most / length)), footprint[2]])


def adapted(target: np.ndarray, plan: np.ndarray, left: float) -> np.ndarray:
    """The footprint (3,) that a swing aims at, nearer to a new plan; less so as it ends.

    Args:
        target: x, y [m], yaw [rad] so far.
        plan: x, y, yaw by the present command.
        left: share of the swing that is left.
    """
    off = _AGREEMENT * np.array([*(plan[:2] - target[:2]), wrap(plan[2] - target[2])])
    sizes = np.array([np.hypot(off[0], off[1]), abs(off[2])])
    most = _ADAPTING * left / CONTROL_RATE
    shares = np.minimum(1.0, most / np.maximum(sizes, 1e-9))
    return target + off * shares[[0, 0, 1]]
