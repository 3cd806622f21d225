# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""From clauses to steps, one after the other."""

import math
from collections.abc import Callable

from kinesis_ros.core.gait import Velocity
from kinesis_ros.core.language import topics
from kinesis_ros.core.language.amounts import (
    FULL,
    LONG,
    MOST_REPEATS,
    SHORT,
    curve_angle,
    heading_change,
    length_of,
    repeats_of,
    turn_angle,
)
from kinesis_ros.core.language.clause import Clause
from kinesis_ros.core.language.manner import Manner, gait_of, side_of
from kinesis_ros.core.language.shapes import SHAPES, shape_of
from kinesis_ros.core.maths.rotations import wrap
from kinesis_ros.core.plans import (
    JOG_SPEED,
    Capabilities,
    GoalError,
    GoTo,
    Kick,
    Move,
    PlanStep,
    SideToSide,
    Stand,
)
from kinesis_ros.core.plans.capabilities import LONGEST
from kinesis_ros.core.plans.outline import ends_of

_UNSAID = {"walk": 2.0, "run": 8.0}  # [m] of a way that has to end because more follows
_EASY = 0.8  # [m/s] for a few steps
_FEW = 4  # steps
_SWINGING, _SWINGS = 0.25, 2.0  # [m/s] from side to side at most, and how often unless it is said
_AWAY = 0.3  # [m] from where it began: nearer is there
_STRAIGHT = math.radians(5.0)  # less than this is no turn
_ON_THE_SPOT = {"walk": "walking", "jog": "jogging", "run": "running"}
_AGAIN = {("again",), ("do", "it", "again"), ("do", "that", "again"), ("once", "more")}


class StepMaker:
    """Makes the steps of one sentence, clause by clause.

    Args:
        walk_speed: of 'walk' without further words [m/s].
        able: what the body can do.
        heading: of the body in the world as it begins [rad].
    """

    def __init__(self, walk_speed: float, able: Capabilities, heading: float = 0.0) -> None:
        self._heading = heading
        self.steps: list[PlanStep] = []
        self.forbade = False  # whether something was said that is not to be done
        self.manner = Manner(walk_speed, able)
        self._able = able

    def add(self, clause: Clause) -> bool:
        """Add the steps of a clause; False: it says nothing that can be done."""
        makers: tuple[tuple[object, Callable[[Clause], bool]], ...] = (
            (clause.has("not"), self._negated),
            (clause.does("repeat") or clause.words in _AGAIN, self._repeated),
            (clause.does("kick"), self._kick),
            (topics.stops(clause), self._stop),
            (clause.has("point") and len(clause.said.bare) >= 2, self._to_coordinates),
            (clause.has(*SHAPES), self._shape),
            (clause.has("sidetoside"), self._side_to_side),
            (topics.returns(clause) or self._comes_back(clause), self._return),
            (clause.direction is not None, self._by_compass),
            (topics.circles(clause), self._circle),
            (topics.turns(clause), self._turn),
            (topics.moves(clause), self._move),
        )
        for applies, make in makers:
            if applies:
                return make(clause)
        return False

    def _comes_back(self, clause: Clause) -> bool:
        """'Walk back' after a walk, without a distance: to where it began."""
        x, y, _ = ends_of(self.steps)
        return topics.walks_back(clause) and math.hypot(x, y) > _AWAY

    def _negated(self, clause: Clause) -> bool:
        """What is not to be done: without it; who is not to stop goes on, who not to move stands.

        'Don't turn left, turn right' says nothing by its first half but that it is not the left.
        """
        if clause.does("stop", "stand"):
            self._unbind()
            if not self.steps:
                self.steps.append(Move(Velocity(self.manner.walk_speed)))
            return True
        if clause.verbs and not set(clause.verbs) - {"carry"}:  # 'don't move'
            self._bind_last()
            self.steps.append(Stand())
        self.forbade = self.forbade or bool(clause.verbs)
        return bool(clause.verbs)

    def _unbind(self) -> None:
        if self.steps and isinstance(self.steps[-1], Move):
            self.steps[-1] = Move(self.steps[-1].velocity)

    def _repeated(self, clause: Clause) -> bool:
        if not self.steps:
            return False
        times = clause.said.repeats or (clause.said.bare or [1.0])[0]
        extra = round(times) - (1 if clause.said.repeats and times > 1.0 else 0)
        if not 0 <= extra <= MOST_REPEATS:
            raise GoalError(f"repeating {times:g} times is too often, {MOST_REPEATS} are the most")
        self._bind_last()
        self.steps += self.steps * extra
        return True

    def _kick(self, clause: Clause) -> bool:
        sides = [word for word in ("left", "right") if clause.has(word)]
        heights = [word for word in ("top", "bottom", "low", "high") if word in clause.words]
        self.steps.append(Kick(aim=" ".join([*heights, *sides])))
        return True

    def _stop(self, clause: Clause) -> bool:
        said = clause.said
        if "after" in clause.words and (said.time or said.length or said.steps):
            move = Move(Velocity(self.manner.speed(clause)))
            return self._bind(move, said.time, said.length or length_of(said.steps))
        self._bind_last()
        self.steps.append(Stand(said.time))
        return True

    def _bind(self, move: Move, duration: float | None, distance: float | None) -> bool:
        """Give the last move an end; without a move, begin with `move`."""
        last = self.steps[-1] if self.steps else move
        if not isinstance(last, Move):
            return False
        self.steps[-1:] = [Move(last.velocity, distance=distance, duration=duration), Stand()]
        return True

    def _bind_last(self) -> None:
        """Give the last move a usual end, because something follows."""
        if not self.steps or not self.steps[-1].endless:
            return
        move = self.steps[-1]
        assert isinstance(move, Move)
        v = move.velocity
        if move.turns_in_place:
            self.steps[-1] = Move(v, angle=math.copysign(FULL, v.turn_rate))
        else:
            run = abs(v.speed) > JOG_SPEED
            self.steps[-1] = Move(v, distance=_UNSAID["run" if run else "walk"])

    def _to_coordinates(self, clause: Clause) -> bool:
        x, y = clause.said.bare[:2]
        heading = clause.said.angle
        speed = self.manner.speed(clause) if clause.verbs else self.manner.walk_speed
        self._bind_last()
        self.steps.append(GoTo(x, y, heading, speed=speed))
        return True

    def _shape(self, clause: Clause) -> bool:
        self._bind_last()
        self.steps += shape_of(clause, self.manner)
        return True

    def _side_to_side(self, clause: Clause) -> bool:
        said = clause.said
        self._bind_last()
        speed = min(self.manner.speed(clause, "sideways"), _SWINGING)
        width = said.length or SideToSide.width
        duration = LONGEST if clause.has("endless") else said.time
        if duration is None:
            times = repeats_of(clause) if said.repeats or said.laps else _SWINGS
            duration = 2.0 * width * times / speed
        self.steps.append(SideToSide(duration, width, speed))
        return True

    def _return(self, clause: Clause) -> bool:
        self._bind_last()
        x, y, heading = ends_of(self.steps)
        away = math.hypot(x, y)
        if not self.steps:
            raise GoalError("there is no way yet that could be walked back")
        if away > _AWAY:
            turn = wrap(math.atan2(-y, -x) - heading)
            self._turn_by(clause, float(turn))
            self.steps.append(Move(Velocity(self.manner.speed(clause)), distance=away))
        return True

    def _turn_by(self, clause: Clause, angle: float) -> None:
        if abs(angle) > _STRAIGHT:
            rate = math.copysign(self.manner.turn_rate(clause), angle)
            self.steps.append(Move(Velocity(turn_rate=rate), angle=angle))

    def _by_compass(self, clause: Clause) -> bool:
        """'Walk north', 'face south-west': a turn to there, and the way."""
        self._bind_last()
        *_, turned = ends_of(self.steps)
        angle = float(wrap((clause.direction or 0.0) - self._heading - turned))
        self._turn_by(clause, angle)
        turns = topics.turns(clause) and not (clause.said.length or clause.said.steps)
        if turns:
            if not self.steps:  # it faces there already
                self.steps.append(Stand())
            return True
        return self._move(clause)

    def _circle(self, clause: Clause) -> bool:
        said = clause.said
        velocity = self.manner.curve(clause)
        self._bind_last()
        distance = said.length or length_of(said.steps)
        if clause.has("endless"):
            curve = Move(velocity)
        elif said.time is not None or distance is not None:
            curve = Move(velocity, distance=distance, duration=said.time)
        else:
            curve = Move(velocity, angle=side_of(clause) * curve_angle(clause))
        self.steps.append(curve)
        return True

    def _turn(self, clause: Clause) -> bool:
        self._bind_last()
        velocity = Velocity(turn_rate=self.manner.turn_rate(clause))
        said = clause.said
        asked = said.angle or said.laps or said.bare or said.repeats
        if clause.has("endless") or (clause.words[:1] == ("keep",) and not asked and not said.time):
            self.steps.append(Move(velocity))
        elif said.time is not None:
            self.steps.append(Move(velocity, duration=said.time))
        else:
            self.steps.append(Move(velocity, angle=side_of(clause) * turn_angle(clause)))
        walks = clause.does("walk", "jog", "run") and clause.verbs[0] != "turn"
        if walks or (said.length is not None and said.angle is not None):
            self.steps.append(Move(Velocity(self.manner.speed(clause)), distance=said.length))
        return True

    def _move(self, clause: Clause) -> bool:
        if clause.has("inplace"):
            raise GoalError(self._no_stepping(clause))
        said = clause.said
        if said.length and said.time and {"in", "within"} & set(clause.words):
            said.speed, said.time = said.length / said.time, None
        self._bind_last()
        step = clause.does("step") and not clause.does("walk", "jog", "run")
        sideways = clause.does("sideways") or clause.has("sideways")
        aside = clause.has("left", "right") and (step or said.steps is not None)
        if sideways or (aside and not clause.has("forward", "backward", "back")):
            return self._sidestep(clause, step)
        astern = clause.does("backward") or clause.has("backward")
        if clause.has("back") and not astern:
            if self._faces_about():
                return self._back_again(clause)
            astern = True
        self._turn_by(clause, heading_change(clause, astern=astern))
        if astern:
            speed = self.manner.speed(clause, "backward")
            self._add_move(clause, Velocity(-speed), "backward", step)
        else:
            self._add_move(clause, Velocity(self.manner.speed(clause)), "forward", step)
        return True

    def _no_stepping(self, clause: Clause) -> str:
        """Why nothing walks on the spot, and what can be done that is nearest to it."""
        gait = gait_of(clause)
        name, speed = _ON_THE_SPOT[gait], self.manner.speed(clause)
        offered = gait if speed <= self._able.forward else "walk"
        return f"{name} on the spot cannot be done; nearest: stand still; {offered} forward"

    def _sidestep(self, clause: Clause, step: bool) -> bool:
        speed = side_of(clause) * self.manner.speed(clause, "sideways")
        self._add_move(clause, Velocity(lateral=speed), "sideways", step)
        return True

    def _add_move(self, clause: Clause, velocity: Velocity, kind: str, step: bool) -> None:
        said = clause.said
        distance, duration = said.length, said.time
        steps = said.steps
        if distance is None and steps is None and said.bare and not clause.has("point"):
            distance = said.bare[0]
        if clause.has("endless"):
            distance = duration = steps = None
        elif distance is None and steps is None and duration is None:
            if step or (clause.has("back") and not clause.does("walk", "carry", "jog", "run")):
                steps = 1.0
            elif clause.has("slightly"):
                distance = SHORT
            elif clause.has("far"):
                distance = LONG
            elif kind == "sideways":
                distance = SHORT
        if distance is None and steps is not None:
            distance = length_of(steps, kind)
            if steps <= _FEW and velocity.speed > _EASY and said.speed is None:
                velocity = velocity._replace(speed=_EASY)
        if distance is not None and said.repeats:
            distance *= repeats_of(clause)
        self.steps.append(Move(velocity, distance=distance, duration=duration))

    def _faces_about(self) -> bool:
        """Whether the plan has just turned the body towards where it came from."""
        last = self.steps[-1] if self.steps else None
        if not isinstance(last, Move) or last.angle is None or not last.turns_in_place:
            return False
        x, y, heading = ends_of(self.steps)
        home = math.atan2(-y, -x) - heading
        return math.hypot(x, y) > _AWAY and abs(wrap(home)) < math.radians(60.0)

    def _back_again(self, clause: Clause) -> bool:
        x, y, _ = ends_of(self.steps)
        distance = clause.said.length or length_of(clause.said.steps) or math.hypot(x, y)
        self.steps.append(Move(Velocity(self.manner.speed(clause)), distance=distance))
        return True
