# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Stepping: the clock of the gait, the walked line, and where the feet are put.

A foot on the floor rolls over a fixed footprint. A foot in the air follows the learned gait plus
a correction that fades from what it was at lift-off to what brings it to its next footprint, so
feet never slide, whatever the commands do. One step is a pure function of the last state.
"""

import dataclasses

import numpy as np

from kinesis_ros.core.body import CONTROL_RATE
from kinesis_ros.core.gait.footprints import FootprintPlanner, adapted
from kinesis_ros.core.gait.gaits import Pace
from kinesis_ros.core.gait.posture import Posture, PostureModel
from kinesis_ros.core.gait.walked_line import (
    Velocity,
    advance_line,
    approach,
    compose,
    predict,
    relative,
)
from kinesis_ros.core.leg.foot_poses import difference, displaced
from kinesis_ros.core.maths import quintic_step, smooth_step, softly_positive
from kinesis_ros.core.maths.rotations import wrap

_DT = 1.0 / CONTROL_RATE
_WAKING, _SETTLING = 0.4, 0.5  # [s] from standing to walking and back
_LEAD = 0.15  # share of a stride between the start and the first lift-off
# Before the first step the weight goes to the foot that stays: an inverted pendulum over feet
# 0.18 m apart needs this much to come back in time for the first landing.
_LEAN, _LEAN_TIME = 0.045, 1.2  # [m] to the side, [s] there and back
_CLEARANCE = 0.025  # [m] of the sole in the middle of the swing
_LANDED = 0.25  # phase by which a foot that swung is on the floor
_ABOUT_TO_LAND = 0.8  # phase
_OVERTURNED = 0.75  # [rad] between a planted foot and the pelvis
_MISSED = 0.002  # [m] that a leg may fall short of a planted foot
_EARLY, _QUICK = 0.7, 0.02  # exponent and start of the clearance: a foot rises at once
_APART = 0.095  # [m] between the feet when one passes the other
_PASSING = 0.35  # [m] one foot is about beside the other
_AT_REST = np.array([0.06, 0.03, 0.15])  # forward, left [m], yaw [rad] from the standing place


@dataclasses.dataclass(frozen=True)
class Foot:
    """One foot.

    Attributes:
        planted: on the floor.
        footprint: (3,) x, y [m] of the calcaneus and yaw [rad] of the flat foot, in the world.
        target: (3,) the next footprint, while in the air.
        lifted: phase of its cycle at which it left the floor, while in the air.
        correction: (7,) difference from the gait's pose to the planted one, in the frame of the
            path; in the air: the one at lift-off.
    """

    planted: bool
    footprint: np.ndarray
    target: np.ndarray
    correction: np.ndarray
    lifted: float = 0.0


@dataclasses.dataclass(frozen=True)
class GaitState:
    """All that the next step depends on, and the posture it led to.

    Attributes:
        line: (3,) x, y [m] and heading [rad] of the path's frame in the world.
        pace: velocity of the line, and whether it walks or runs.
        phase: of the gait cycle; the right foot touches down at 0.
        activity: 0 standing to 1 walking.
        stepping: whether the clock of the gait runs.
        lean_side: where the weight goes at the start: 1 left, -1 right, 0 nowhere.
        lean_age: since the start [s].
        feet: right and left.
        posture: in the frame of the path.
    """

    line: np.ndarray
    pace: Pace
    phase: float
    activity: float
    stepping: bool
    lean_side: float
    lean_age: float
    feet: tuple[Foot, Foot]
    posture: Posture


class Stepper:
    """Advances a walker by one control period.

    Args:
        model: learned gait on the floor.
    """

    def __init__(self, model: PostureModel) -> None:
        self._model = model
        self._gaits = model.gaits
        self._planner = FootprintPlanner(model)

    def standing(self, line: np.ndarray) -> GaitState:
        """A walker that stands on `line` (x, y, heading)."""
        line = np.array([line[0], line[1], line[2]], dtype=float)
        posture = self._model.standing
        feet = []
        for i in range(2):
            print_ = compose(line, self._planner.beside[i])
            feet.append(Foot(True, print_, print_, np.zeros(7)))
        walker = GaitState(line, Pace(), 0.0, 0.0, False, 0.0, 0.0, (feet[0], feet[1]), posture)
        return self._put_down(walker, self._nominal(walker))

    def advance(self, walker: GaitState, command: Velocity) -> GaitState:
        """The walker one control period later."""
        command = command.limited()
        walker = self._wake_or_rest(walker, command)
        walker = self._move_line(walker, command)
        nominal = self._nominal(walker)
        return self._put_down(self._move_feet(walker, command, nominal), nominal)

    def _wake_or_rest(self, walker: GaitState, command: Velocity) -> GaitState:
        if not walker.stepping and not command.still:
            phase, lean_side = walker.phase, 0.0
            if walker.activity == 0.0:
                first = 1 if _leftward(command) else 0  # the inner foot steps first
                phase = self._gaits.stance_share(Pace()) - _LEAD + 0.5 * first
                lean_side = 1.0 - 2.0 * first
            return dataclasses.replace(
                walker, stepping=True, phase=phase % 1.0, lean_side=lean_side, lean_age=0.0
            )
        arrived = command.still and np.abs(walker.pace.velocity).max() < 0.01
        if walker.stepping and arrived and self._feet_together(walker):
            return dataclasses.replace(walker, stepping=False)
        return walker

    def _feet_together(self, walker: GaitState) -> bool:
        for i, foot in enumerate(walker.feet):
            off = relative(walker.line, foot.footprint) - self._planner.beside[i]
            off[2] = wrap(off[2])
            if not foot.planted or np.any(np.abs(off) > _AT_REST):
                return False
        return True

    def _move_line(self, walker: GaitState, command: Velocity) -> GaitState:
        change = _DT / _WAKING if walker.stepping else -_DT / _SETTLING
        activity = min(1.0, max(0.0, walker.activity + change))
        readiness = activity**2 if walker.stepping else 0.0
        velocity = approach(walker.pace.velocity, command, readiness * _DT)
        line = advance_line(walker.line, walker.pace.velocity, velocity, _DT)
        pace = walker.pace.after(velocity, _DT)
        rate = self._gaits.stride_rate(pace) * (0.3 + 0.7 * activity) if walker.stepping else 0.0
        return dataclasses.replace(
            walker,
            line=line,
            pace=pace,
            activity=activity,
            lean_age=min(walker.lean_age + _DT, _LEAN_TIME),
            phase=(walker.phase + rate * _DT) % 1.0,
        )

    def _move_feet(self, walker: GaitState, command: Velocity, nominal: Posture) -> GaitState:
        duty = self._gaits.stance_share(walker.pace)
        feet = []
        for i, foot in enumerate(walker.feet):
            phase = (walker.phase + 0.5 * i) % 1.0
            late = phase >= duty or self._has_to_leave(walker, i, phase, nominal)
            if foot.planted and late and phase < 0.95:
                target = self._plan(walker, command, i, phase)
                lifted = min(phase, duty)
                foot = dataclasses.replace(foot, planted=False, target=target, lifted=lifted)
            elif not foot.planted and phase < _LANDED:
                foot = dataclasses.replace(foot, planted=True, footprint=foot.target)
            elif not foot.planted:
                plan = self._plan(walker, command, i, phase)
                left = 1.0 - self._progress(walker, i)
                foot = dataclasses.replace(foot, target=adapted(foot.target, plan, left))
            feet.append(foot)
        return dataclasses.replace(walker, feet=(feet[0], feet[1]))

    def _has_to_leave(self, walker: GaitState, side: int, phase: float, nominal: Posture) -> bool:
        """Whether a planted foot has to leave early: its leg does not reach it, or turn so far.

        The other foot carries the body, or is about to: a walker who speeds up may hop.
        """
        other = (phase + 0.5) % 1.0
        landing = other > _ABOUT_TO_LAND or other < _LANDED
        supported = walker.feet[1 - side].planted or landing or walker.pace.running > 0.0
        if not walker.feet[side].planted or phase < _LANDED or not supported:
            return False
        pose = self._planted(walker.line, side, walker.feet[side].footprint, nominal)
        turned = abs(wrap(pose[3] - nominal.angles[0]))
        return turned > _OVERTURNED or self._model.miss(side, pose, nominal) > _MISSED

    def _plan(self, walker: GaitState, command: Velocity, side: int, phase: float) -> np.ndarray:
        foot = walker.feet[1 - side]
        other = foot.footprint if foot.planted else foot.target
        return self._planner.plan(walker.line, walker.pace, command, side, phase, other)

    def _nominal(self, walker: GaitState) -> Posture:
        """The learned gait, leaning at the start."""
        nominal = self._model.nominal(walker.phase, walker.pace, walker.activity)
        nominal.position[1] += walker.lean_side * _leaning(walker.lean_age)
        return nominal

    def _put_down(self, walker: GaitState, nominal: Posture) -> GaitState:
        """Bring the feet to their footprints or along their swing, and fit the legs."""
        feet, poses = [], np.empty((2, 7))
        for i, foot in enumerate(walker.feet):
            if foot.planted:
                poses[i] = self._planted(walker.line, i, foot.footprint, nominal)
                correction = difference(poses[i], nominal.feet[i])
                foot = dataclasses.replace(foot, correction=correction)
            else:
                poses[i] = self._swinging(walker, i, foot, nominal)
            feet.append(foot)
        poses[:, 1] += self._room(walker, poses)
        posture = self._model.fit_legs(nominal, poses)
        return dataclasses.replace(walker, feet=(feet[0], feet[1]), posture=posture)

    def _planted(
        self, line: np.ndarray, side: int, footprint: np.ndarray, nominal: Posture
    ) -> np.ndarray:
        return self._model.rolled(side, relative(line, footprint), nominal)

    def _progress(self, walker: GaitState, side: int) -> float:
        """Share of the swing of a foot in the air that is over."""
        lifted = walker.feet[side].lifted
        phase = (walker.phase + 0.5 * side) % 1.0
        return min(1.0, max(0.0, (phase - lifted) / (1.0 - lifted)))

    def _swinging(self, walker: GaitState, side: int, foot: Foot, nominal: Posture) -> np.ndarray:
        progress = self._progress(walker, side)
        phase = (walker.phase + 0.5 * side) % 1.0
        remaining = (1.0 - phase) / self._gaits.stride_rate(walker.pace)
        line, _ = predict(walker.line, walker.pace.velocity, walker.pace.velocity, remaining)
        landing = self._model.nominal(0.5 * side, walker.pace, walker.activity)
        touching = self._planted(line, side, foot.target, landing)
        ahead = difference(touching, landing.feet[side])
        blend = quintic_step(progress)
        pose = displaced(nominal.feet[side], (1.0 - blend) * foot.correction + blend * ahead)
        clear = _QUICK + (1.0 - _QUICK) * progress
        clearance = _CLEARANCE * np.sin(np.pi * clear**_EARLY)
        return self._model.lifted(side, pose, clearance)

    def _room(self, walker: GaitState, poses: np.ndarray) -> np.ndarray:
        """How far (2,) the swinging foot goes outward to pass the other one [m]."""
        room = np.zeros(2)
        gap, along = poses[1, 1] - poses[0, 1], abs(poses[1, 0] - poses[0, 0])
        for i, foot in enumerate(walker.feet):
            if not foot.planted:
                share = np.sin(np.pi * self._progress(walker, i)) * (
                    1.0 - smooth_step(along / _PASSING)
                )
                room[i] = (2 * i - 1) * share * softly_positive(_APART - gap)
        return room


def _leaning(age: float) -> float:
    """Displacement of the pelvis [m] to the foot that stays, `age` [s] after the start."""
    return _LEAN * np.sin(np.pi * age / _LEAN_TIME) ** 2


def _leftward(command: Velocity) -> bool:
    """Whether the left foot begins: to the side of the step, or on the inside of the turn."""
    return (command.lateral or command.turn_rate) > 0.02
