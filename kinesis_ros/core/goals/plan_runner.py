# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Carries out a plan: in every control step, what the motion generator shall do now.

Distances and angles are measured on the path that the reference walks in the world, against
where the plan began, so that the errors of one step do not add up to those of the next, and a
reference that a body has pulled along walks on to where it should.
"""

import math

import numpy as np

from kinesis_ros.core.gait import Velocity
from kinesis_ros.core.gait.walked_line import STILL
from kinesis_ros.core.goals import penalty
from kinesis_ros.core.goals.arrival import steer
from kinesis_ros.core.goals.profiles import turn_to_come, way_to_come
from kinesis_ros.core.goals.situation import Situation
from kinesis_ros.core.maths.rotations import wrap
from kinesis_ros.core.motion import Clip
from kinesis_ros.core.plans import (
    CAPABILITIES,
    Capabilities,
    GoalError,
    GoalState,
    GoTo,
    Kick,
    Move,
    Plan,
    PlanStep,
    Play,
    Stand,
)

_FACING = math.radians(4.0)  # a heading that is not worth a turn
_AT_REST = 0.05  # [m/s], [rad/s] of the reference: the next step may begin
_PAUSE = 0.4  # [s] between two steps of a plan: the body comes to rest after its reference
_COURSE_GAIN, _COURSE_RATE = 1.5, 0.4  # [1/s], [rad/s] holding a straight course
_RETURN_GAIN, _STEEPEST = 0.6, 0.35  # [rad/m], [rad] back to the line from beside it
_LEAST_CURVE_SPEED = 0.2  # [m/s] a curve begins with the turn rate of this speed
_PATIENCE = (6.0, 3.0)  # [s], and times the usual time, until a step has failed
_REACHED = 0.15  # [m] of the body from a place: closer is there
_CALM = 0.8  # share of the turn rate that turning to a heading uses
_KICK_TIME = 3.5  # [s] usual time of a kick
_SLOW = 0.5  # [m/s], [rad/s] assumed when the usual time of a step is estimated


class PlanRunner:
    """Carries out one plan.

    Args:
        plan: what to do.
        able: limits of the generator.
    """

    def __init__(self, plan: Plan, able: Capabilities = CAPABILITIES) -> None:
        self.plan = plan
        self.outcome: tuple[GoalState, str] | None = None  # once it has ended, and why
        self.playing: Clip | None = None  # motion that is to be played from now on
        self._able = able
        self._steps = plan.steps
        if isinstance(plan.steps[-1], Move) and not plan.endless:
            self._steps += (Stand(),)
        self._index = -1
        self._approaching = False  # the way to the ball has been put before the kick
        self._kicked_from: np.ndarray | None = None  # (2,) where the ball was before the kick
        self._origin = np.zeros(3)
        self._start_step(0.0, np.zeros(3), np.zeros(3))

    @property
    def step(self) -> PlanStep:
        """The present step."""
        return self._steps[max(self._index, 0)]

    def velocity(self, situation: Situation) -> Velocity:
        """What the generator shall do now."""
        if self._index < 0:
            self._origin = situation.line.copy()
            self._next(situation, situation.line)
        self._measure(situation)
        while self.outcome is None:
            wanted = self._advance(situation)
            if wanted is not None:
                return wanted
        return STILL

    def played(self) -> None:
        """The motion that was playing is over."""
        self.playing, self._played = None, True

    def progress(self) -> str:
        """How far it is, in words."""
        text = self.step.describe()
        if self._index < 0:
            return f"begins: {text}"
        if len(self._steps) > 1:
            text = f"step {self._index + 1} of {len(self._steps)}: {text}"
        if isinstance(self.step, Move) and self.step.angle is not None:
            return f"{text}; {math.degrees(abs(self._turned)):.0f} degrees turned"
        if isinstance(self.step, Move):
            return f"{text}; {self._way:.1f} m walked"
        if isinstance(self.step, GoTo):
            return f"{text}; {self._left:.2f} m left"
        return text

    def _next(self, situation: Situation, place: np.ndarray) -> None:
        """Begin the next step, nominally at `place`."""
        self._index += 1
        self._start_step(situation.time, situation.line, place)
        if self._index >= len(self._steps):
            self._index -= 1
            self.outcome = (GoalState.SUCCEEDED, "done: the body stands")

    def _start_step(self, time: float, line: np.ndarray, place: np.ndarray) -> None:
        """Forget the step before: `line` is where it is, `place` where it should be."""
        self._place = place.copy()  # where the present step nominally begins
        self._previous = line.copy()
        self._began = time
        self._way = 0.0  # [m]
        self._turned = float(wrap(line[2] - place[2]))  # what the last step left over
        self._left = math.inf  # [m] to a place
        self._stood: float | None = None  # since when
        self._settling = self._arrived = self._faces = self._played = False

    def _measure(self, situation: Situation) -> None:
        self._way += _along(situation.line[:2] - self._previous[:2], situation)
        self._turned += float(wrap(situation.line[2] - self._previous[2]))
        self._previous = situation.line.copy()

    def _advance(self, situation: Situation) -> Velocity | None:
        """Velocity of the present step; None: another step has begun, or the plan has ended."""
        step = self.step
        if not step.endless and situation.time - self._began > self._time_limit(step):
            self.outcome = (GoalState.FAILED, f"no end of '{step.describe()}' is in sight")
            return None
        if self._settling:
            return self._settle(step, situation)
        if isinstance(step, Move):
            return (
                self._turn(step, situation) if step.turns_in_place else self._walk(step, situation)
            )
        if isinstance(step, GoTo):
            return self._go(step, situation)
        if isinstance(step, Stand):
            return self._stand(step, situation)
        return self._perform(step, situation)

    def _time_limit(self, step: PlanStep) -> float:
        usual = 0.0
        if isinstance(step, Move):
            fast = max(abs(step.velocity.speed), abs(step.velocity.lateral))
            usual = max(
                (step.distance or 0.0) / max(fast, 1e-6) if fast else 0.0,
                step.duration or 0.0,
                abs(step.angle or 0.0) / max(abs(step.velocity.turn_rate), 1e-6),
            )
        elif isinstance(step, GoTo):
            usual = float(np.hypot(*(self._target(step)[:2] - self._place[:2]))) / _SLOW + 2.0
        elif isinstance(step, Stand):
            usual = step.duration or 0.0
        elif isinstance(step, Play):
            usual = step.clip.duration
        elif isinstance(step, Kick):
            usual = _KICK_TIME
        return _PATIENCE[0] + _PATIENCE[1] * usual

    def _settle(self, step: PlanStep, situation: Situation) -> Velocity | None:
        """Come to rest at the end of a step, then go on."""
        v = situation.velocity
        if max(abs(v.speed), abs(v.lateral), abs(v.turn_rate)) > _AT_REST:
            return STILL
        self._stood = situation.time if self._stood is None else self._stood
        if situation.time - self._stood < _PAUSE:
            return STILL
        self._stood = None
        if isinstance(step, Move):
            self._next(situation, self._end_of(step, situation))
        else:
            self._settling = False
        return None

    def _turn(self, step: Move, situation: Situation) -> Velocity | None:
        rate = step.velocity.turn_rate
        over = step.duration is not None and situation.time - self._began >= step.duration
        if step.angle is not None:
            to_come = turn_to_come(situation.velocity._replace(speed=0.0, lateral=0.0))
            over |= (self._remaining(step) - to_come) * math.copysign(1.0, rate) <= 0.0
        if over:
            self._settling = True
            return None
        return step.velocity

    def _remaining(self, step: Move) -> float:
        return (step.angle or 0.0) - self._turned

    def _walk(self, step: Move, situation: Situation) -> Velocity | None:
        v = step.velocity
        left = self._way_left(step, situation)
        goes_on = self._goes_on(v)
        if step.duration is not None and situation.time - self._began >= step.duration:
            left = 0.0
        bends = step.angle is not None and v.turn_rate != 0.0
        turned = bends and abs(self._remaining(step)) <= abs(turn_to_come(situation.velocity))
        if left <= (0.0 if goes_on or bends else way_to_come(situation.velocity)) or turned:
            if goes_on:
                self._next(situation, self._end_of(step, situation))
            else:
                self._settling = True
            return None
        if v.speed == 0.0:
            return v
        if v.turn_rate == 0.0:
            return v._replace(turn_rate=self._course(v, situation))
        # A circle stays one while the speed changes.
        paced = max(abs(situation.velocity.speed), min(_LEAST_CURVE_SPEED, abs(v.speed)))
        return v._replace(turn_rate=v.turn_rate * min(1.0, paced / abs(v.speed)))

    def _way_left(self, step: Move, situation: Situation) -> float:
        v = step.velocity
        left = math.inf
        if step.distance is not None:
            gone = self._way
            if v.turn_rate == 0.0:
                ahead = np.array([math.cos(self._direction(v)), math.sin(self._direction(v))])
                gone = float(ahead @ (situation.line[:2] - self._place[:2]))
            left = step.distance - gone
        if step.angle is not None and v.turn_rate:
            angle = self._remaining(step) * math.copysign(1.0, v.turn_rate)
            left = min(left, angle * abs(v.speed / v.turn_rate))
        return left

    def _direction(self, v: Velocity) -> float:
        """World direction [rad] of a straight way."""
        return self._place[2] + math.atan2(v.lateral, v.speed)

    def _course(self, v: Velocity, situation: Situation) -> float:
        """Turn rate that holds the straight line that the step nominally is."""
        off = situation.line[:2] - self._place[:2]
        direction = self._direction(v)
        aside = float(math.cos(direction) * off[1] - math.sin(direction) * off[0])
        back = min(max(_RETURN_GAIN * aside, -_STEEPEST), _STEEPEST)
        rate = _COURSE_GAIN * float(wrap(self._place[2] - back - situation.line[2]))
        return min(max(rate, -_COURSE_RATE), _COURSE_RATE)

    def _goes_on(self, v: Velocity) -> bool:
        """Whether the next step goes on in the same direction, without a stop."""
        following = self._steps[self._index + 1 : self._index + 2]
        if not following or not isinstance(following[0], Move):
            return False
        other = following[0].velocity
        return v.speed * other.speed > 0.0 and v.lateral == other.lateral == 0.0

    def _end_of(self, step: Move, situation: Situation) -> np.ndarray:
        """Where a step ends nominally, (3,); where it is, as far as only time ended it."""
        v, over = step.velocity, step.duration is not None
        heading = situation.line[2]
        if step.angle is not None and not over:
            heading = self._place[2] + step.angle
        elif v.turn_rate == 0.0:
            heading = self._place[2]
        if step.turns_in_place:
            return np.array([*self._place[:2], heading])
        if v.turn_rate != 0.0 or step.distance is None or over:
            return np.array([*situation.line[:2], heading])
        direction = self._direction(v)
        way = step.distance * np.array([math.cos(direction), math.sin(direction), 0.0])
        return self._place + way

    def _target(self, step: GoTo) -> np.ndarray:
        """Place and heading (3,) in the world."""
        place = np.array([step.x, step.y, step.heading or 0.0])
        if step.in_world:
            return place
        c, s = math.cos(self._origin[2]), math.sin(self._origin[2])
        x, y = c * step.x - s * step.y, s * step.x + c * step.y
        return self._origin + np.array([x, y, place[2]])

    def _go(self, step: GoTo, situation: Situation) -> Velocity | None:
        target = self._target(step)
        self._left = float(np.hypot(*(target[:2] - situation.body[:2])))
        if not self._arrived:
            wanted = steer(situation.line, target[:2], step.speed, self._able)
            self._arrived, self._settling = wanted is None, wanted is None
            return wanted
        turn = float(wrap(target[2] - situation.line[2]))
        to_come = turn_to_come(situation.velocity)
        if step.heading is not None and abs(turn) > _FACING and not self._faces:
            if (turn - to_come) * turn <= 0.0:
                self._faces = True
                return STILL
            return Velocity(turn_rate=math.copysign(self._able.turn_rate * _CALM, turn))
        if not situation.stands:
            return STILL
        if self._left > _REACHED:
            self.outcome = (GoalState.FAILED, f"the body stands {self._left:.2f} m off")
            return None
        self._next(situation, situation.line if step.heading is None else target)
        return None

    def _stand(self, step: Stand, situation: Situation) -> Velocity | None:
        if not situation.stands:
            self._stood = None
            return STILL
        self._stood = situation.time if self._stood is None else self._stood
        if situation.time - self._stood < (step.duration or 0.0):
            return STILL
        self._next(situation, situation.line)
        return None

    def _perform(self, step: Play | Kick, situation: Situation) -> Velocity | None:
        if isinstance(step, Kick) and not self._played:
            return self._kick(step, situation)
        if isinstance(step, Kick) and self._missed(situation):
            self.outcome = (GoalState.FAILED, "the foot has missed the ball")
            return None
        if self._played:
            self._next(situation, situation.line)
            return None
        if self.playing is None and situation.stands:
            self.playing = step.clip
        return STILL

    def _kick(self, step: Kick, situation: Situation) -> Velocity | None:
        """Go to where the ball can be kicked from, stand, and kick."""
        try:
            if not self._approaching:
                way = penalty.approach(step, situation)
                self._steps = (*self._steps[: self._index], *way, *self._steps[self._index :])
                self._start_step(situation.time, situation.line, situation.line)
                self._approaching = True
                return None
            if self.playing is None and situation.stands:
                self._kicked_from = None if situation.ball is None else situation.ball.copy()
                self.playing = penalty.kick_motion(step, situation)
        except GoalError as error:
            self.outcome = (GoalState.FAILED, str(error))
            return None
        return STILL

    def _missed(self, situation: Situation) -> bool:
        """Whether the ball lies where it was before the kick."""
        self._approaching = False
        if self._kicked_from is None or situation.ball is None:
            return True
        return float(np.hypot(*(situation.ball - self._kicked_from))) < penalty.HIT


def _along(moved: np.ndarray, situation: Situation) -> float:
    """How much of a displacement (2,) the reference has walked: a pull aside or back is not way."""
    speed, lateral = situation.velocity.speed, situation.velocity.lateral
    total = math.hypot(speed, lateral)
    if total == 0.0:
        return 0.0
    c, s = math.cos(situation.line[2]), math.sin(situation.line[2])
    course = np.array([c * speed - s * lateral, s * speed + c * lateral]) / total
    return float(moved @ course)
