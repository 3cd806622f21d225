# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Quantities in a clause: lengths, times, angles, speeds, counts; what is left are the words."""

import dataclasses
import math

from kinesis_ros.core.language.numbers import Token

_LENGTHS = {
    1.0: "m meter meters metre metres mtr mtrs",
    0.3048: "ft foot feet",
    0.9144: "yd yds yard yards",
    0.01: "cm centimeter centimeters centimetre centimetres",
    0.001: "mm millimeter millimeters millimetre millimetres",
    1000.0: "km kilometer kilometers kilometre kilometres",
    0.0254: "inch inches",
    1609.344: "mile miles",
}
_TIMES = {
    1.0: "s sec secs second seconds beat beats",
    60.0: "min mins minute minutes",
    3600.0: "h hour hours",
    2.0: "moment moments instant",
    5.0: "while",
}
_ANGLES = {
    math.pi / 180.0: "deg degs degree degrees",
    1.0: "rad rads radian radians",
    2.0 * math.pi: "turn turns rotation rotations revolution revolutions spin spins",
}
_SPEEDS = {1.0: "mps", 1.0 / 3.6: "kmh kph", 0.44704: "mph"}
_TURN_SPEEDS = {math.pi / 180.0: "degps", 1.0: "radps"}
_STEPS = {1.0: "step steps pace paces stride strides footstep footsteps sidestep sidesteps"}
_LAPS = {1.0: "lap laps circle circles loop loops round rounds circuit circuits ring rings"}
SPEED_FACTOR = "speedfactor"  # a token before a number: so many times as fast
_REPEATS = {1.0: "time times"}

_KINDS = {
    "length": _LENGTHS,
    "time": _TIMES,
    "angle": _ANGLES,
    "speed": _SPEEDS,
    "turn_speed": _TURN_SPEEDS,
    "steps": _STEPS,
    "laps": _LAPS,
    "repeats": _REPEATS,
}
UNITS = {
    unit: (kind, factor)
    for kind, table in _KINDS.items()
    for factor, units in table.items()
    for unit in units.split()
}
for _length, _metres in _LENGTHS.items():  # 'ftpers', 'metersperminute'
    for _time, _seconds in (*_TIMES.items(), (3600.0, "hr")):
        UNITS.update(
            {
                f"{length}per{time}": ("speed", _length / _time)
                for length in _metres.split()
                for time in _seconds.split()
            }
        )
# 'a step' is one step, but 'a turn' and 'a circle' are not quantities.
_COUNTED_BY_ARTICLE = ("length", "time", "steps")
_ADJECTIVES = (
    "full complete whole entire big small large little short long quick slow more further wide "
    "tight tiny huge careful good side sideways backward forward left right normal"
)
_BETWEEN = frozenset(_ADJECTIVES.split())
_FULL = frozenset(("full", "complete", "whole", "entire"))


@dataclasses.dataclass
class Quantities:
    """What a clause says in numbers; None: nothing.

    Attributes:
        length: of the way [m].
        steps: how many.
        time: [s].
        angle: [rad], without a sign.
        speed: [m/s].
        turn_speed: [rad/s].
        laps: of a circle.
        repeats: how often.
        speed_factor: times the usual speed.
        radius: of a circle [m].
        bare: numbers without a unit.
    """

    length: float | None = None
    steps: float | None = None
    time: float | None = None
    angle: float | None = None
    speed: float | None = None
    turn_speed: float | None = None
    laps: float | None = None
    repeats: float | None = None
    speed_factor: float | None = None
    radius: float | None = None
    bare: list[float] = dataclasses.field(default_factory=list)


def take_quantities(tokens: list[Token]) -> tuple[Quantities, list[str]]:
    """Quantities of a clause, and its words without them."""
    found = Quantities()
    words: list[str] = []
    at = 0
    while at < len(tokens):
        used = _take(tokens, at, found, words)
        if not used:
            token = tokens[at]
            if isinstance(token, float):
                found.bare.append(token)
            else:
                words.append(str(token))
            used = 1
        at += used
    return found, words


def _take(tokens: list[Token], at: int, found: Quantities, words: list[str]) -> int:
    """Take the quantity that begins at a token; how many tokens it used, 0: there is none."""
    token = tokens[at]
    for word, count in (("once", 1.0), ("twice", 2.0), ("thrice", 3.0)):
        if token == word:
            found.repeats = count
            return 1
    if token == SPEED_FACTOR:
        following = tokens[at + 1] if at + 1 < len(tokens) else None
        if isinstance(following, float):
            found.speed_factor = following
            return 2
    if token in ("radius", "diameter"):
        return _take_radius(tokens, at, found)
    by_article = token in ("a", "an", "one", "another", "every")
    if not by_article and not isinstance(token, float):
        return 0
    value = 1.0 if not isinstance(token, float) else token
    skip = 1
    while at + skip < len(tokens) and tokens[at + skip] in _BETWEEN:
        skip += 1
    unit = tokens[at + skip] if at + skip < len(tokens) else None
    if not isinstance(unit, str) or unit not in UNITS:
        return 0
    kind, factor = UNITS[unit]
    full = any(
        word in ("full", "complete", "whole", "entire") for word in tokens[at + 1 : at + skip]
    )
    if by_article and kind not in _COUNTED_BY_ARTICLE and not full:
        return 0
    if unit == "while" and not by_article:
        return 0
    if by_article and len(unit) == 1:  # 'an s curve'
        return 0
    follower = tokens[at + skip + 1 : at + skip + 3]
    if kind == "length" and follower[:1] == ["radius"]:
        found.radius = value * factor
        return skip + 2
    if kind == "length" and follower[:1] == ["diameter"]:
        found.radius = 0.5 * value * factor
        return skip + 2
    words += [str(word) for word in tokens[at + 1 : at + skip]]
    if unit.startswith("sidestep"):
        words.append("sideways")
    used = skip + 1
    if follower[:1] == ["and"] and len(follower) == 2 and isinstance(follower[1], float):
        value, used = _with_half(tokens, at + used, value, used)
    amount = value * factor
    previous = getattr(found, kind) or 0.0
    both = kind in ("length", "time", "angle") and amount < previous  # '5 feet 6 inches'
    setattr(found, kind, previous + amount if both else amount)
    return used


def _with_half(tokens: list[Token], at: int, value: float, used: int) -> tuple[float, int]:
    """'a metre and a half': the half belongs to the metre unless a unit of its own follows."""
    half = tokens[at + 1]
    following = tokens[at + 2] if at + 2 < len(tokens) else None
    if isinstance(half, float) and half < 1.0 and following not in UNITS:
        return value + half, used + 2
    return value, used


def _take_radius(tokens: list[Token], at: int, found: Quantities) -> int:
    """'radius of 2 m', 'diameter 3 metres'."""
    skip = 1
    while at + skip < len(tokens) and tokens[at + skip] in ("of", "is", "about"):
        skip += 1
    value = tokens[at + skip] if at + skip < len(tokens) else None
    if not isinstance(value, float) and value not in ("a", "one"):
        return 1
    number = value if isinstance(value, float) else 1.0
    unit = tokens[at + skip + 1] if at + skip + 1 < len(tokens) else None
    kind, factor = UNITS.get(str(unit), ("", 1.0))
    share = 1.0 if tokens[at] == "radius" else 0.5
    found.radius = number * share * (factor if kind == "length" else 1.0)
    return skip + 1 + (kind == "length")
