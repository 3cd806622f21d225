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
from kinesis_ros.core.foot_rolling import footprint_of
from kinesis_ros.core.posture import Posture, PostureModel
from kinesis_ros.core.rotations import wrap

TOP_SPEED = 1.6  # [m/s]

_DT = 1.0 / CONTROL_RATE
_ACCELERATION = 1.0  # [m/s^2]
_BRAKING = 1.2  # [m/s^2]
_TURN_ACCELERATION = 1.6  # [rad/s^2]
_TOP_TURN_RATE = 1.0  # [rad/s] on the spot
_TOP_LATERAL = 0.9  # [m/s^2] speed times turn rate
_WAKING, _SETTLING = 0.4, 0.5  # [s] from standing to walking and back
_LEAD = 0.1  # share of a stride between the start and the first lift-off
_CLEARANCE = 0.025  # [m] of the sole in the middle of the swing
_AGREEMENT = 0.35  # of a planned footprint with a new plan, per frame
_LATE = 0.8  # share of the swing after which the plan hardly changes
_LONGEST_STEP = 1.1  # times the usual step of a speed
_SHORTEST_REACH = 0.3  # [m] that a step may always be long
_AT_REST = np.array([0.06, 0.03, 0.15])  # forward, left [m], yaw [rad] from the standing place


@dataclasses.dataclass(frozen=True)
class Command:
    """What to do: speed [m/s] along the line and turn rate [rad/s], left positive."""

    speed: float = 0.0
    turn_rate: float = 0.0

    def limited(self) -> "Command":
        """The command within what a walker can do."""
        speed = min(max(self.speed, 0.0), TOP_SPEED)
        most = min(_TOP_TURN_RATE, _TOP_LATERAL / max(speed, 1e-6))
        return Command(speed, min(max(self.turn_rate, -most), most))

    @property
    def still(self) -> bool:
        """Whether this is a command to stand."""
        return abs(self.speed) < 0.02 and abs(self.turn_rate) < 0.02


@dataclasses.dataclass(frozen=True)
class Foot:
    """One foot.

    Attributes:
        planted: on the floor.
        footprint: (3,) x, y [m] of the calcaneus and yaw [rad] of the flat foot, in the world.
        target: (3,) the next footprint, while in the air.
        correction: (7,) planted pose minus the gait's, in the frame of the path; in the air: the
            one at lift-off.
    """

    planted: bool
    footprint: np.ndarray
    target: np.ndarray
    correction: np.ndarray


@dataclasses.dataclass(frozen=True)
class Walker:
    """All that the next step depends on, and the posture it led to.

    Attributes:
        line: (3,) x, y [m] and heading [rad] of the path's frame in the world.
        speed: along the line [m/s].
        turn_rate: [rad/s].
        phase: of the gait cycle; the right foot touches down at 0.
        activity: 0 standing to 1 walking.
        stepping: whether the clock of the gait runs.
        feet: right and left.
        posture: in the frame of the path.
    """

    line: np.ndarray
    speed: float
    turn_rate: float
    phase: float
    activity: float
    stepping: bool
    feet: tuple[Foot, Foot]
    posture: Posture


class Stepper:
    """Advances a walker by one control period.

    Args:
        model: learned gait on the floor.
    """

    def __init__(self, model: PostureModel) -> None:
        self._model = model
        self._gait = model.gait
        stand = model.standing.feet
        self._stand_places = stand[:, [0, 1, 3]]  # (2, 3)

    def standing(self, line: np.ndarray) -> Walker:
        """A walker that stands on `line` (x, y, heading)."""
        line = np.array([line[0], line[1], line[2]], dtype=float)
        posture = self._model.standing
        feet = []
        for i in range(2):
            print_ = _compose(line, self._stand_places[i])
            feet.append(Foot(True, print_, print_, np.zeros(7)))
        walker = Walker(line, 0.0, 0.0, 0.0, 0.0, False, (feet[0], feet[1]), posture)
        return self._put_down(walker)

    def advance(self, walker: Walker, command: Command) -> Walker:
        """The walker one control period later."""
        command = command.limited()
        walker = self._wake_or_rest(walker, command)
        walker = self._move_line(walker, command)
        return self._put_down(self._move_feet(walker, command))

    def _wake_or_rest(self, walker: Walker, command: Command) -> Walker:
        if not walker.stepping and not command.still:
            phase = walker.phase
            if walker.activity == 0.0:
                first = 1 if command.turn_rate > 0.02 else 0  # the inner foot steps first
                phase = self._gait.stance_share(0.0) - _LEAD + 0.5 * first
            return dataclasses.replace(walker, stepping=True, phase=phase % 1.0)
        arrived = command.still and walker.speed < 0.01 and abs(walker.turn_rate) < 0.02
        if walker.stepping and arrived and self._feet_together(walker):
            return dataclasses.replace(walker, stepping=False)
        return walker

    def _feet_together(self, walker: Walker) -> bool:
        for i, foot in enumerate(walker.feet):
            off = _relative(walker.line, foot.footprint) - self._stand_places[i]
            off[2] = wrap(off[2])
            if not foot.planted or np.any(np.abs(off) > _AT_REST):
                return False
        return True

    def _move_line(self, walker: Walker, command: Command) -> Walker:
        change = _DT / _WAKING if walker.stepping else -_DT / _SETTLING
        activity = min(1.0, max(0.0, walker.activity + change))
        readiness = activity**2 if walker.stepping else 0.0
        speed, turn_rate = _approach(walker.speed, walker.turn_rate, command, readiness * _DT)
        heading = walker.line[2] + 0.5 * (walker.turn_rate + turn_rate) * _DT
        middle = 0.5 * (walker.line[2] + heading)
        stride = 0.5 * (walker.speed + speed) * _DT
        line = np.array(
            [
                walker.line[0] + stride * np.cos(middle),
                walker.line[1] + stride * np.sin(middle),
                heading,
            ]
        )
        rate = self._gait.stride_rate(speed) * (0.3 + 0.7 * activity) if walker.stepping else 0.0
        return dataclasses.replace(
            walker,
            line=line,
            speed=speed,
            turn_rate=turn_rate,
            activity=activity,
            phase=(walker.phase + rate * _DT) % 1.0,
        )

    def _move_feet(self, walker: Walker, command: Command) -> Walker:
        duty = self._gait.stance_share(walker.speed)
        feet = []
        for i, foot in enumerate(walker.feet):
            phase = (walker.phase + 0.5 * i) % 1.0
            if foot.planted and duty <= phase < 0.95:
                target = self._plan(walker, command, i, phase)
                foot = dataclasses.replace(foot, planted=False, target=target)
            elif not foot.planted and phase < 0.5:
                foot = dataclasses.replace(foot, planted=True, footprint=foot.target)
            elif not foot.planted:
                late = (phase - duty) / (1.0 - duty) > _LATE
                gain = _AGREEMENT * (0.3 if late else 1.0)
                off = self._plan(walker, command, i, phase) - foot.target
                off[2] = wrap(off[2])
                foot = dataclasses.replace(foot, target=foot.target + gain * off)
            feet.append(foot)
        return dataclasses.replace(walker, feet=(feet[0], feet[1]))

    def _plan(self, walker: Walker, command: Command, side: int, phase: float) -> np.ndarray:
        """The next footprint (3,) in the world: under the gait in the middle of its stance.

        It is never farther ahead than the gait reaches at touch-down, nor than a step away from
        the other foot.
        """
        rate = self._gait.stride_rate(walker.speed)
        middle = 0.5 * self._gait.stance_share(walker.speed)
        line, speed, turn_rate = _predict(walker, command, (1.0 - phase + middle) / rate)
        gait = self._model.nominal(middle + 0.5 * side, speed, turn_rate, 1.0)
        walking = gait.feet[side][[0, 1, 3]]
        share = min(1.0, speed / self._gait.speed_range[0])
        place = self._stand_places[side] + share * (walking - self._stand_places[side])
        footprint = _compose(line, place)
        line, speed, turn_rate = _predict(walker, command, (1.0 - phase) / rate)
        gait = self._model.nominal(0.5 * side, speed, turn_rate, 1.0)
        reached = footprint_of(self._model.legs[side], gait.feet[side])
        beyond = _relative(line, footprint)[0] - max(reached[0], self._stand_places[side][0])
        footprint[:2] -= max(0.0, beyond) * np.array([np.cos(line[2]), np.sin(line[2])])
        return self._within_step(walker, side, speed, footprint)

    def _within_step(
        self, walker: Walker, side: int, speed: float, footprint: np.ndarray
    ) -> np.ndarray:
        """The footprint, nearer if it is more than a step of `speed` from the other foot."""
        step = 0.5 * speed / self._gait.stride_rate(speed)
        other = np.array([*walker.feet[1 - side].footprint[:2], walker.line[2]])
        beside = _compose(other, np.array([0.0, 2.0 * self._stand_places[side][1], 0.0]))
        way = footprint[:2] - beside[:2]
        length = np.hypot(*way)
        most = max(_LONGEST_STEP * step, _SHORTEST_REACH)
        if length <= most:
            return footprint
        return np.array([*(beside[:2] + way * (most / length)), footprint[2]])

    def _put_down(self, walker: Walker) -> Walker:
        """Bring the feet to their footprints or along their swing, and fit the legs."""
        nominal = self._model.nominal(
            walker.phase, walker.speed, walker.turn_rate, walker.activity
        )
        feet, poses = [], np.empty((2, 7))
        for i, foot in enumerate(walker.feet):
            if foot.planted:
                poses[i] = self._planted(walker.line, i, foot.footprint, nominal)
                correction = poses[i] - nominal.feet[i]
                correction[3] = wrap(correction[3])
                foot = dataclasses.replace(foot, correction=correction)
            else:
                poses[i] = self._swinging(walker, i, foot, nominal)
            feet.append(foot)
        posture = self._model.fit_legs(nominal, poses)
        return dataclasses.replace(walker, feet=(feet[0], feet[1]), posture=posture)

    def _planted(
        self, line: np.ndarray, side: int, footprint: np.ndarray, nominal: Posture
    ) -> np.ndarray:
        return self._model.rolled(side, _relative(line, footprint), nominal)

    def _swinging(self, walker: Walker, side: int, foot: Foot, nominal: Posture) -> np.ndarray:
        duty = self._gait.stance_share(walker.speed)
        phase = (walker.phase + 0.5 * side) % 1.0
        progress = min(1.0, max(0.0, (phase - duty) / (1.0 - duty)))
        remaining = (1.0 - phase) / self._gait.stride_rate(walker.speed)
        line, speed, turn_rate = _predict(
            walker, Command(walker.speed, walker.turn_rate), remaining
        )
        landing = self._model.nominal(0.5 * side, speed, turn_rate, walker.activity)
        ahead = self._planted(line, side, foot.target, landing) - landing.feet[side]
        ahead[3] = wrap(ahead[3])
        blend = progress**3 * (10.0 - 15.0 * progress + 6.0 * progress**2)
        pose = nominal.feet[side] + (1.0 - blend) * foot.correction + blend * ahead
        clearance = _CLEARANCE * np.sin(np.pi * progress)
        return self._model.lifted(side, pose, clearance)


def _approach(
    speed: float, turn_rate: float, command: Command, time: float
) -> tuple[float, float]:
    """Speed and turn rate after `time` [s] of going for the command."""
    faster = min(command.speed, speed + _ACCELERATION * time)
    slower = max(command.speed, speed - _BRAKING * time)
    most = _TURN_ACCELERATION * time
    change = min(max(command.turn_rate - turn_rate, -most), most)
    return (faster if command.speed > speed else slower), turn_rate + change


def _predict(walker: Walker, command: Command, time: float) -> tuple[np.ndarray, float, float]:
    """Line (3,), speed and turn rate after `time` [s] of going for the command."""
    x, y, heading = walker.line
    speed, turn_rate = walker.speed, walker.turn_rate
    steps = 8
    for _ in range(steps):
        dt = time / steps
        new_speed, new_turn_rate = _approach(speed, turn_rate, command, dt)
        turn = 0.5 * (turn_rate + new_turn_rate) * dt
        way = 0.5 * (speed + new_speed) * dt
        x += way * np.cos(heading + 0.5 * turn)
        y += way * np.sin(heading + 0.5 * turn)
        heading += turn
        speed, turn_rate = new_speed, new_turn_rate
    return np.array([x, y, heading]), speed, turn_rate


def _compose(line: np.ndarray, place: np.ndarray) -> np.ndarray:
    """A place (x, y, yaw) of the path's frame in the world."""
    c, s = np.cos(line[2]), np.sin(line[2])
    return np.array(
        [
            line[0] + c * place[0] - s * place[1],
            line[1] + s * place[0] + c * place[1],
            line[2] + place[2],
        ]
    )


def _relative(line: np.ndarray, place: np.ndarray) -> np.ndarray:
    """A place (x, y, yaw) of the world in the path's frame, the inverse of `_compose`."""
    c, s = np.cos(line[2]), np.sin(line[2])
    dx, dy = place[0] - line[0], place[1] - line[1]
    return np.array([c * dx + s * dy, -s * dx + c * dy, place[2] - line[2]])
