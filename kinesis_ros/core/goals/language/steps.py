# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""From clauses to steps, with what people leave unsaid: how far, how fast, which way."""

import math

from kinesis_ros.core.goals.capabilities import Capabilities
from kinesis_ros.core.goals.events import GoalError
from kinesis_ros.core.goals.language.clause import Clause
from kinesis_ros.core.goals.outline import ends_of
from kinesis_ros.core.goals.plan import STEP_LENGTHS, GoTo, Kick, Move, Stand, Step
from kinesis_ros.core.rotations import wrap
from kinesis_ros.core.walked_line import Velocity

_SPEEDS = {  # [m/s] slow, usual, fast, at most
    "jog": (1.9, 2.2, 2.5, 2.7),
    "run": (2.7, 3.0, 3.4, 3.5),
    "backward": (0.35, 0.6, 0.75, 0.8),
    "sideways": (0.2, 0.35, 0.45, 0.5),
}
_USUAL = 1.1  # [m/s] at which the speeds of verbs are meant
_SLOW, _FAST, _VERY_SLOW = 0.55, 1.27, 0.35  # times the usual speed of walking
_TURN_RATES = (0.45, 0.8, 1.0)  # [rad/s] slow, usual, fast
_TURN_SHARE = 0.8  # of the turn rate that a curve may need
_CENTRIPETAL = 1.0  # [m/s^2] in a curve
_RADII = {"tight": 0.9, "": 1.5, "wide": 2.5}  # [m]
_QUARTER, _HALF, _FULL = 0.5 * math.pi, math.pi, 2.0 * math.pi
_SLIGHT = math.radians(30.0)
_UNSAID = {"walk": 2.0, "run": 8.0}  # [m] of a way that has to end because more follows
_SHORT, _LONG = 1.0, 6.0  # [m]
_EASY = 0.8  # [m/s] for a few steps
_FEW = 4  # steps
_AWAY = 0.3  # [m] from where it began: nearer is there
_LEAST_ANGLE = 45.0  # [degrees] of 'do a 180'
_SHAPES = ("square", "triangle", "figureeight", "zigzag", "backandforth")
_SIDE = 2.0  # [m] of a square
_MOST_REPEATS = 20
_AGAIN = {("again",), ("do", "it", "again"), ("do", "that", "again"), ("once", "more")}


class StepMaker:
    """Makes the steps of one sentence, clause by clause.

    Args:
        walk_speed: of 'walk' without further words [m/s].
        able: what the body can do.
    """

    def __init__(self, walk_speed: float, able: Capabilities) -> None:
        self.steps: list[Step] = []
        self._walk_speed, self._able = walk_speed, able

    def add(self, clause: Clause) -> bool:
        """Add the steps of a clause; False: it says nothing that can be done."""
        makers = (
            (clause.has("not"), self._negated),
            (clause.does("repeat") or clause.words in _AGAIN, self._repeated),
            (clause.does("kick"), self._kick),
            (self._stops(clause), self._stop),
            (clause.has("point") and len(clause.said.bare) >= 2, self._to_coordinates),
            (clause.has(*_SHAPES), self._shape),
            (self._returns(clause) or self._comes_back(clause), self._return),
            (self._circles(clause), self._circle),
            (self._turns(clause), self._turn),
            (self._moves(clause), self._move),
        )
        for applies, make in makers:
            if applies:
                return make(clause)
        return False

    # What a clause is about.

    @staticmethod
    def _stops(clause: Clause) -> bool:
        if clause.does("stop") or clause.does("stand"):
            return not clause.does("walk", "jog", "run", "turn", "spin") or clause.verbs[0] in (
                "stop",
                "stand",
            )
        return clause.has("still")

    @staticmethod
    def _returns(clause: Clause) -> bool:
        return (
            clause.does("return")
            or (clause.has("start") and clause.has("back", "point", "around"))
            or (clause.has("start") and clause.does("walk", "carry", "jog", "run"))
        )

    def _comes_back(self, clause: Clause) -> bool:
        """'Walk back' after a walk, without a distance: to where it began."""
        x, y, _ = ends_of(self.steps)
        amount = clause.said.length or clause.said.steps or clause.said.time
        walks = clause.does("walk", "carry", "jog", "run") and clause.has("back")
        return walks and not amount and math.hypot(x, y) > _AWAY and not clause.does("step")

    @staticmethod
    def _circles(clause: Clause) -> bool:
        if clause.does("circle", "curve") or clause.said.laps is not None:
            return not clause.does("spin") and "turn" not in clause.verbs[:1]
        walks = clause.does("walk", "carry", "jog", "run", "step")
        bends = walks and clause.does("turn", "spin") and clause.has("while")
        wide = clause.does("turn") and clause.has("wide")
        bends |= walks and clause.said.angle is not None and "until" in clause.words
        wanders = clause.does("walk", "jog", "run") and clause.has("around")
        return (
            bends
            or wide
            or (wanders and not clause.does("turn"))
            or (clause.said.radius is not None)
        )

    @staticmethod
    def _turns(clause: Clause) -> bool:
        if clause.does("turn", "spin", "circle"):
            return True
        pushes = (
            clause.does("walk", "jog", "run", "step") or clause.said.length or clause.said.steps
        )
        if clause.said.angle is not None and not pushes:
            return True
        if clause.does("carry") and clause.said.bare and not clause.verbs[1:]:
            return clause.said.bare[0] >= _LEAST_ANGLE and "do" in clause.words
        sideless = not clause.has("forward", "backward", "back", "sideways")
        hangs = clause.has("left", "right") and clause.words[:1] and not pushes and sideless
        gets = clause.does("carry") and {"make", "take", "hang", "do"} & set(clause.words)
        return bool(hangs and (gets or not clause.verbs or clause.has("around")))

    @staticmethod
    def _moves(clause: Clause) -> bool:
        moving = ("walk", "jog", "run", "step", "backward", "sideways", "carry")
        aims = ("forward", "backward", "back", "sideways", "slow", "fast", "left", "right")
        amount = clause.said.length or clause.said.steps or clause.said.time
        alone = clause.does("carry") and not clause.does(*moving[:-1])
        alone = alone and not clause.has(*aims) and not amount
        if alone and not clause.said.bare:
            goes = {"go", "going", "move", "moving", "continue", "proceed", "come", "head", "on"}
            return bool(goes & set(clause.words))
        return clause.does(*moving) or clause.has(*aims[:4]) or bool(amount)

    # Speeds and sides.

    def _speed(self, clause: Clause, gait: str) -> float:
        """How fast [m/s]."""
        if clause.said.speed is not None:
            return clause.said.speed
        slow, usual, fast, top = _SPEEDS.get(gait) or self._walking_speeds()
        if clause.has("utmost") and not clause.has("slow"):
            return min(top, max(self._able.forward, usual)) if gait == "walk" else top
        if clause.has("slow"):
            return slow * (_VERY_SLOW / _SLOW if clause.has("very") and gait == "walk" else 1.0)
        if clause.has("fast"):
            return top if clause.has("very") else fast
        if clause.verb_speed is not None and gait == "walk":
            return clause.verb_speed * self._walk_speed / _USUAL
        if clause.verb_speed is not None and gait == "run":
            return clause.verb_speed
        return usual

    def usual_speed(self, factor: float) -> float:
        """Speed of walking [m/s], times a factor, as far as it can be done."""
        return min(max(factor * self._walk_speed, self._able.slowest), self._able.forward)

    def _walking_speeds(self) -> tuple[float, float, float, float]:
        usual = self._walk_speed
        return _SLOW * usual, usual, min(_FAST * usual, 1.5), 1.5

    def _turn_rate(self, clause: Clause) -> float:
        if clause.said.turn_speed is not None:
            return clause.said.turn_speed
        slow, usual, fast = _TURN_RATES
        rate = slow if clause.has("slow") else fast if clause.has("fast", "utmost") else usual
        return min(rate, self._able.turn_rate)

    @staticmethod
    def _sign(clause: Clause) -> float:
        """1 to the left, also when no side is named; -1 to the right."""
        for word_meaning, sign in (("right", -1.0), ("left", 1.0)):
            if clause.has(word_meaning):
                return sign
        return 1.0

    @staticmethod
    def _gait(clause: Clause) -> str:
        return next((gait for gait in ("run", "jog") if clause.does(gait)), "walk")

    # Steps of each kind.

    def _negated(self, clause: Clause) -> bool:
        if clause.does("stop", "stand"):
            self._unbind()
            if not self.steps:
                self.steps.append(Move(Velocity(self._walk_speed)))
            return True
        if clause.verbs:
            self.steps.append(Stand())
        return bool(clause.verbs)

    def _unbind(self) -> None:
        if self.steps and isinstance(self.steps[-1], Move):
            self.steps[-1] = Move(self.steps[-1].velocity)

    def _repeated(self, clause: Clause) -> bool:
        if not self.steps:
            return False
        times = clause.said.repeats or (clause.said.bare or [1.0])[0]
        extra = round(times) - (1 if clause.said.repeats and times > 1.0 else 0)
        if not 0 <= extra <= _MOST_REPEATS:
            raise GoalError(f"repeating {times:g} times is too often, {_MOST_REPEATS} are the most")
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
            move = Move(Velocity(self._speed(clause, self._gait(clause))))
            return self._bind(move, said.time, said.length or _length_of(said.steps, "forward"))
        self._bind_last()
        if said.time is not None:
            self.steps.append(Stand(said.time))
        else:
            self.steps.append(Stand())
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
            self.steps[-1] = Move(v, angle=math.copysign(_FULL, v.turn_rate))
        else:
            run = abs(v.speed) > 1.6
            self.steps[-1] = Move(v, distance=_UNSAID["run" if run else "walk"])

    def _to_coordinates(self, clause: Clause) -> bool:
        x, y = clause.said.bare[:2]
        heading = clause.said.angle
        speed = self._speed(clause, self._gait(clause)) if clause.verbs else self._walk_speed
        self._bind_last()
        self.steps.append(GoTo(x, y, heading, speed=speed))
        return True

    def _shape(self, clause: Clause) -> bool:
        speed, sign = self._speed(clause, self._gait(clause)), self._sign(clause)
        side = clause.said.length or _SIDE
        self._bind_last()
        if clause.has("figureeight"):
            radius = clause.said.radius or self._radius(clause)
            velocity = self._curving(speed, radius, sign)
            back = velocity._replace(turn_rate=-velocity.turn_rate)
            self.steps += [Move(velocity, angle=sign * _FULL), Move(back, angle=-sign * _FULL)]
            return True
        if clause.has("backandforth"):
            side = side if clause.said.length else _UNSAID["walk"]
            about = Move(Velocity(turn_rate=sign * self._turn_rate(clause)), angle=sign * _HALF)
            walk = Move(Velocity(speed), distance=side)
            times = round(min(clause.said.repeats or 1.0, _MOST_REPEATS))
            self.steps += [walk, about] * (2 * max(times, 1))
            return True
        if clause.has("zigzag"):
            rate = sign * self._turn_rate(clause)
            walk = Move(Velocity(speed), distance=clause.said.length or _SHORT)
            for turn in (0.25, -0.5, 0.5, -0.5, 0.25):
                spin = Velocity(turn_rate=math.copysign(rate, rate * turn))
                self.steps += [Move(spin, angle=sign * turn * _HALF), walk]
            self.steps.pop()
            return True
        corners = 4 if clause.has("square") else 3
        turn = sign * _FULL / corners
        rate = math.copysign(self._turn_rate(clause), sign)
        edge = [Move(Velocity(speed), distance=side), Move(Velocity(turn_rate=rate), angle=turn)]
        self.steps += edge * corners
        return True

    def _return(self, clause: Clause) -> bool:
        self._bind_last()
        x, y, heading = ends_of(self.steps)
        away = math.hypot(x, y)
        if not self.steps:
            raise GoalError("there is no way yet that could be walked back")
        speed = self._speed(clause, self._gait(clause))
        if away > _AWAY:
            turn = wrap(math.atan2(-y, -x) - heading)
            self._turn_by(clause, float(turn))
            self.steps.append(Move(Velocity(speed), distance=away))
        return True

    def _turn_by(self, clause: Clause, angle: float) -> None:
        if abs(angle) > math.radians(5.0):
            rate = math.copysign(self._turn_rate(clause), angle)
            self.steps.append(Move(Velocity(turn_rate=rate), angle=angle))

    def _radius(self, clause: Clause) -> float:
        if clause.said.radius is not None:
            return clause.said.radius
        radius = next((r for manner, r in _RADII.items() if manner and clause.has(manner)), 1.5)
        return radius * (1.4 if clause.has("very") else 1.0) if radius > 1.0 else radius

    def _curving(self, speed: float, radius: float, sign: float) -> Velocity:
        """A curve of a radius, as fast as the body turns."""
        most = min(_TURN_SHARE * self._able.turn_rate * radius, math.sqrt(_CENTRIPETAL * radius))
        speed = math.copysign(min(abs(speed), most), speed)
        return Velocity(speed, sign * abs(speed) / radius)

    def _circle(self, clause: Clause) -> bool:
        said = clause.said
        speed, sign = self._speed(clause, self._gait(clause)), self._sign(clause)
        if clause.has("backward"):
            speed = -self._speed(clause, "backward")
        velocity = self._curving(speed, self._radius(clause), sign)
        self._bind_last()
        curve = Move(velocity, distance=said.length or _length_of(said.steps, "forward"))
        if clause.has("endless"):
            curve = Move(velocity)
        elif said.time is not None or curve.distance is not None:
            curve = Move(velocity, distance=curve.distance, duration=said.time)
        else:
            curve = Move(velocity, angle=sign * self._curve_angle(clause))
        self.steps.append(curve)
        return True

    def _curve_angle(self, clause: Clause) -> float:
        said = clause.said
        if said.angle is not None:
            return said.angle
        if said.laps is not None:
            return _FULL * said.laps
        if clause.does("circle") or clause.has("around"):
            return _FULL * (said.repeats or 1.0)
        return _SLIGHT if clause.has("slightly") else _QUARTER

    def _turn(self, clause: Clause) -> bool:
        self._bind_last()
        rate, sign = self._turn_rate(clause), self._sign(clause)
        velocity = Velocity(turn_rate=sign * rate)
        said = clause.said
        asked = said.angle or said.laps or said.bare or said.repeats
        if clause.has("endless") or (clause.words[:1] == ("keep",) and not asked and not said.time):
            self.steps.append(Move(velocity))
        elif said.time is not None:
            self.steps.append(Move(velocity, duration=said.time))
        else:
            self.steps.append(Move(velocity, angle=sign * self._turn_angle(clause)))
        walks = clause.does("walk", "jog", "run") and clause.verbs[0] != "turn"
        if walks or (said.length is not None and said.angle is not None):
            gait = self._gait(clause)
            self.steps.append(Move(Velocity(self._speed(clause, gait)), distance=said.length))
        return True

    def _turn_angle(self, clause: Clause) -> float:
        said = clause.said
        times = said.repeats or 1.0
        if said.angle is not None:
            return said.angle * times
        if clause.has("oclock") and said.bare:
            return abs(wrap(said.bare[0] / 12.0 * _FULL)) or _FULL
        if said.laps is not None:
            return _FULL * said.laps
        if said.bare:
            return math.radians(said.bare[0]) * times
        if clause.does("spin", "circle") or clause.has("fully"):
            return (_HALF if clause.has("halfway") else _FULL) * times
        if "uturn" in clause.words or "aboutface" in clause.words:
            return _HALF * times
        if clause.has("slightly"):
            return _SLIGHT * times
        if clause.has("around", "back", "behind", "backward"):
            return _HALF * times
        return _QUARTER * times

    def _move(self, clause: Clause) -> bool:
        if clause.has("inplace"):
            raise GoalError("walking on the spot cannot be done")
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
        if astern:
            speed = -self._speed(clause, "backward")
        else:
            speed = self._speed(clause, self._gait(clause))
        turn = self._heading_change(clause, astern=astern)
        self._turn_by(clause, turn)
        self._add_move(clause, Velocity(speed), "backward" if astern else "forward", step)
        return True

    def _heading_change(self, clause: Clause, *, astern: bool) -> float:
        """Turn [rad] before walking off: 'walk left', 'diagonally', 'at 30 degrees'."""
        sides = clause.has("left", "right") and not astern
        if clause.said.angle is not None:
            return self._sign(clause) * clause.said.angle
        if clause.has("diagonal"):
            return self._sign(clause) * 0.5 * _QUARTER
        if sides and not clause.has("forward"):
            return self._sign(clause) * _QUARTER
        return self._sign(clause) * 0.5 * _QUARTER if sides else 0.0

    def _sidestep(self, clause: Clause, step: bool) -> bool:
        speed = self._sign(clause) * self._speed(clause, "sideways")
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
                distance = _SHORT
            elif clause.has("far"):
                distance = _LONG
            elif kind == "sideways":
                distance = _SHORT
        times = min(said.repeats or 1.0, _MOST_REPEATS)
        if distance is None and steps is not None:
            distance = _length_of(steps, kind)
            if steps <= _FEW and velocity.speed > _EASY and said.speed is None:
                velocity = velocity._replace(speed=_EASY)
        if distance is not None and said.repeats:
            distance *= times
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
        distance = clause.said.length or _length_of(clause.said.steps, "forward")
        speed = self._speed(clause, self._gait(clause))
        self.steps.append(Move(Velocity(speed), distance=distance or math.hypot(x, y)))
        return True


def _length_of(steps: float | None, kind: str) -> float | None:
    """Length [m] of so many steps."""
    return None if steps is None else steps * STEP_LENGTHS[kind]
