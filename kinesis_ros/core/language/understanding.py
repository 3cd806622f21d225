# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""A sentence as a plan, or the reason why not and what could be said instead."""

import dataclasses
import math
import re
from typing import Any

from kinesis_ros.core.gait import Velocity
from kinesis_ros.core.language.amounts import length_of
from kinesis_ros.core.language.clause import Clause, read_clause
from kinesis_ros.core.language.clauses import clauses_of
from kinesis_ros.core.language.compass import mark_directions
from kinesis_ros.core.language.examples import NEAREST
from kinesis_ros.core.language.lexicon import ADVERBS
from kinesis_ros.core.language.meaning import installed_meanings
from kinesis_ros.core.language.notation import plain
from kinesis_ros.core.language.numbers import Token
from kinesis_ros.core.language.quantities import take_quantities
from kinesis_ros.core.language.repairs import REPAIR, mark_repairs, repaired
from kinesis_ros.core.language.steps import StepMaker
from kinesis_ros.core.language.tokens import tokens_of
from kinesis_ros.core.plans import (
    CAPABILITIES,
    Capabilities,
    GoalError,
    GoTo,
    Move,
    Plan,
    PlanStep,
    Stand,
)

LONGEST_TEXT = 500  # characters
_OFFERED = 3
_USUAL_OFFERS = ("walk", "turn", "circle")
_FASTER, _SLOWER = 1.3, 0.7

_HEDGED = r"(?:about|around|approximately|approx\.?|roughly|circa|ca\.?|some|maybe|perhaps|~)"
_NUMBER = r"[-+]?\d+(?:\.\d+)?"
_REWRITTEN = (
    # Until somebody says so: without an end.
    (
        r"\b(?:un)?till?\s+(?:(?:i|we|someone|somebody|you\s+are|you're|you\s+get)\s+)?(?:say|tell|"
        r"told|shout|stop\s+you|ask|asked|stopped|interrupt|interrupted|instructed|further|"
        r"otherwise|call|command)[^,.;]*",
        " endlessly ",
    ),
    (r"\bwithout\s+(?:stopping|a\s+break|pausing|pause|resting|an?\s+end)", " "),
    (r"\bnon-?stop\b", " endlessly "),
    (
        r"\b(?:in|on|at)\s+(?:(?:the\s+same|one|a\s+single)\s+(?:spot|place)|(?<!at\s)(?:the|your)"
        r"\s+spot|(?<!at\s)place)\b",
        " inplace ",
    ),
    (r"(?<!from\s)\bwhere\s+you\s+(?:are|stand)\b", " inplace "),
    (
        r"\bwithout\s+(?:moving|going|getting|advancing)\s*(?:forwards?|ahead|anywhere|away)?"
        r"(?=\s*(?:$|[,.;!?]|for\b|then\b|and\b))",
        " inplace ",
    ),
    (r"\b(?:from\s+)?(?:one\s+)?side\s+to\s+(?:the\s+other\s+)?side\b", " sidetoside "),
    (r"\b(?:back\s+and\s+forth|to\s+and\s+fro|up\s+and\s+down)\b", " backandforth "),
    (r",?\s*\b(?:and\s+)?(?:not|no)\s+(?:more|further|farther|less)\b", " "),
    # Hedges: the number that is hedged is the best guess.
    (r"\bor\s+(?:so|thereabouts|something(?:\s+like\s+that)?)\b", " "),
    (r"\b(?:more\s+or\s+less|give\s+or\s+take|plus\s+or\s+minus)\b(?!\s*(?:\d|an?\b))", " "),
    (r"(?<=\d)[\s-]*ish\b|(?<=[a-z])-ish\b", " "),
    (
        r"\b(?:at\s+(?:least|most)|(?<!speed\s)up\s+to|no\s+(?:more|less|fewer)\s+than|as\s+much\s+as)\s+",
        " ",
    ),
    (r"\b(?:a\s+distance\s+of|something\s+like|close\s+to|just\s+(?:over|under))\s+", " "),
    (rf"{_HEDGED}\s*(?=\d)", " "),
    (
        r"\banother\s+(?=\d|one\b|two\b|three\b|four\b|five\b|six\b|seven\b|eight\b|nine\b|ten\b|"
        r"half\b|few\b|couple\b)",
        " more ",
    ),
    (r"(?<=\d)\s?x\b(?!\s*[=:\d])", " times "),
    # How fast, by how fast it usually is.
    (r"\bat\s+double\s+(?:speed|pace)\b", " speedfactor 2 "),
    (
        r"\b(?:twice|double)\s+(?:as\s+(?:fast|quick)(?:ly)?|(?:the|your)\s+(?:\w+\s+)?(?:speed|pace))"
        r"(?:\s+as\s+(?:normal|usual|before|now|normally|usually))?\b",
        " speedfactor 2 ",
    ),
    (
        r"\bhalf\s+as\s+(?:fast|quick)(?:ly)?(?:\s+as\s+(?:normal|usual|before|now))?\b|"
        r"\bat\s+half\s+(?:the\s+|your\s+)?(?:normal|usual)\s+(?:speed|pace)\b|"
        r"\btwice\s+as\s+slow(?:ly)?(?:\s+as\s+(?:normal|usual|before|now))?\b",
        " speedfactor 0.5 ",
    ),
    (
        rf"\b({_NUMBER}|three|four|five|two)\s+times\s+as\s+(?:fast|quick)(?:ly)?"
        r"(?:\s+as\s+(?:normal|usual|before|now))?\b",
        r" speedfactor \1 ",
    ),
    (
        rf"\b(?:at\s+)?({_NUMBER})\s*(?:%|percent)\s*(?:of\s+)?(?:the\s+|your\s+)?"
        r"(?:normal\s+|usual\s+)?(?:speed|pace)\b",
        lambda m: f" speedfactor {float(m[1]) / 100.0:g} ",
    ),
    (r"\b(?:to|at)\s+a\s+crawl\b", " very slowly "),
    (r"\b(?:to|at)\s+(?:a|an)\s+(stroll|walk|jog|run|sprint)\b(?=[^a-z]|$)", r" \1 "),
    (r"\bto\s+(?:me|us)\b", " here "),
    (r"\bhang\s+on\b", " wait "),
    (r"\b(?:there\s+)?and\s+back(?:\s+again)?\s*(?=$|[,.;]|\bthen\b|\band\b)", " and return "),
    (r"\bas\s+(?:fast|quick|quickly)\s+as\s+\w+\s*(?:can|could|able)?\b", " fastest "),
    (r"\bat\s+(?:a\s+)?snail.?s?\s+pace\b", " very slowly "),
    (r"\bhalf\s+(?:the\s+)?speed\b", " slowly "),
    (r"\b(?:minus|negative)\s+(?=\d|one\b|two\b|three\b|four\b|five\b)", " minus "),
    (
        rf"\(?\s*(?:x\s*[=:]?\s*)?({_NUMBER})\s*(?:m|met(?:er|re)s?)?\s*[,;]\s*"
        rf"(?:y\s*[=:]?\s*)?({_NUMBER})(?:\s*(?:m|met(?:er|re)s?)\b)?\s*\)",
        r" coordinates \1 \2 ",
    ),
    (
        rf"\b(?:x\s*[=:]?\s*)({_NUMBER})\s*(?:m|met(?:er|re)s?)?\s*(?:[,;]|and)?\s*"
        rf"(?:y\s*[=:]?\s*)({_NUMBER})",
        r" coordinates \1 \2 ",
    ),
    (
        rf"\b(point|position|coordinates?|location|to)\s+({_NUMBER})\s*,\s*({_NUMBER})",
        r"\1 coordinates \2 \3",
    ),
)
_COMPARATIVES = {"faster": _FASTER, "quicker": _FASTER, "slower": _SLOWER}
_ADJUSTMENTS = {
    ("slow", "down"): _SLOWER,
    ("speed", "up"): _FASTER,
    ("hurry", "up"): _FASTER,
}


def understand(
    text: str,
    walk_speed: float,
    able: Capabilities = CAPABILITIES,
    present: Plan | None = None,
    heading: float = 0.0,
) -> Plan:
    """Read a sentence such as 'walk forward three metres, turn around and jog back'.

    Args:
        text: English.
        walk_speed: of 'walk' without further words [m/s].
        able: what the body can do.
        present: what it is doing, for 'faster' and 'slow down'.
        heading: of the body in the world [rad], for 'north', which is along y (REP-103).

    Raises:
        GoalError: it is not understood or cannot be done; the message says what can.
    """
    sentence = " ".join(text.encode("utf-8", "replace").decode().split())  # no lone surrogates
    if not sentence:
        raise GoalError(f"the text is empty; say for example: {_offers('')}")
    if len(sentence) > LONGEST_TEXT:
        raise GoalError(f"{len(sentence)} characters are too many, {LONGEST_TEXT} are the most")
    try:
        tokens = _tokens(sentence)
    except GoalError as error:
        raise GoalError(f"'{sentence}': {error}") from error
    plan = Plan(sentence, tuple(_steps(sentence, tokens, walk_speed, able, present, heading)))
    unused = _unused_number(sentence, tokens, plan, (walk_speed, able, present, heading))
    if unused is not None:
        raise GoalError(
            f"'{sentence}': what the number {unused:g} is for is not understood; "
            f"nearest: {_offers(sentence)}"
        )
    plan.check(able)
    return plan


def _unused_number(
    sentence: str, tokens: list[Token], plan: Plan, context: tuple[Any, ...]
) -> float | None:
    """A number that changes nothing: whatever it was meant to say would be lost.

    Each is replaced by others in turn; if the plan stays the same, it has not been read.
    """
    for at, token in enumerate(tokens):
        if not isinstance(token, float):
            continue
        others = (token * 1.25, token + 1.0)
        if all(_means(sentence, _with(tokens, at, x), context) == plan.steps for x in others):
            return token
    return None


def _with(tokens: list[Token], at: int, number: float) -> list[Token]:
    return [*tokens[:at], number, *tokens[at + 1 :]]


def _means(
    sentence: str, tokens: list[Token], context: tuple[Any, ...]
) -> tuple[PlanStep, ...] | None:
    """Steps that other tokens would mean; None: nothing that could be done."""
    try:
        return tuple(_steps(sentence, tokens, *context))
    except ValueError:  # GoalError among them
        return None


def _steps(
    sentence: str,
    tokens: list[Token],
    walk_speed: float,
    able: Capabilities,
    present: Plan | None,
    heading: float,
) -> list[PlanStep]:
    relative = _relative_place(tokens, walk_speed)
    if relative is not None:
        return [relative]
    maker = StepMaker(walk_speed, able, heading)
    before: Clause | None = None
    for part in clauses_of(tokens):
        clause = _resolved(sentence, _continued(read_clause(part), before))
        before = clause
        adjusted = _adjusted(clause, maker, present)
        if adjusted is not None:
            maker.steps.append(adjusted)
            continue
        if clause.empty and (maker.steps or maker.forbade):
            continue
        try:
            understood = maker.add(clause)
        except ValueError as error:
            raise GoalError(f"'{sentence}': {error}") from error
        if not understood:
            raise GoalError(f"'{sentence}' does not say what to do; nearest: {_offers(sentence)}")
    if maker.forbade and not maker.steps:  # not to do what it does is to stand
        maker.steps.append(Stand())
    if not maker.steps:
        raise GoalError(f"'{sentence}' does not say what to do; nearest: {_offers(sentence)}")
    return maker.steps


def _continued(clause: Clause, before: Clause | None) -> Clause:
    """'Then another two': of what the clause before counted, and in its manner."""
    said = clause.said
    more = {"further", "more"} & set(clause.words) and len(said.bare) == 1
    if before is None or not more or clause.verbs or before.said.bare:
        return clause
    kind = next((k for k in ("length", "steps", "time", "angle") if getattr(before.said, k)), None)
    if kind is None:
        return clause
    value = said.bare[0] * (math.pi / 180.0 if kind == "angle" else 1.0)
    said = dataclasses.replace(said, bare=[], **{kind: value})
    return dataclasses.replace(
        clause,
        said=said,
        verbs=before.verbs,
        manners=clause.manners | before.manners,
        verb_speed=before.verb_speed,
    )


def _tokens(sentence: str) -> list[Token]:
    text = _percent(sentence.lower())
    text = mark_directions(plain(text))
    for pattern, replacement in _REWRITTEN:
        text = re.sub(pattern, replacement, text)
    text = mark_repairs(text)
    tokens: list[Token] = []
    for token in tokens_of(text):
        number = isinstance(token, float)
        if tokens and tokens[-1] == "minus" and number:
            tokens[-1] = -float(token)
        elif tokens and tokens[-1] in ("about", "around", "roughly") and number:
            tokens[-1] = token
        else:
            tokens.append(token)
    if REPAIR not in tokens:
        return tokens
    meant: list[Token] = []
    for clause in repaired(clauses_of(tokens)):
        meant += [*clause, "."]
    return meant


def _percent(text: str) -> str:
    """'50%' as '50 percent', which is a word that is understood or not."""
    return re.sub(r"(?<=\d)\s*%", " percent ", text)


def _relative_place(tokens: list[Token], speed: float) -> GoTo | None:
    """'The point two metres ahead and one to the left'; None: no such place is named."""
    if "to" not in tokens or not any(ADVERBS.get(str(t)) == "point" for t in tokens):
        return None
    place = {"forward": 0.0, "left": 0.0}
    found = 0
    for at, token in enumerate(tokens):
        if not isinstance(token, float):
            continue
        said, words = take_quantities(tokens[at : at + 7])
        aims = [ADVERBS.get(word) for word in words]
        axes = {"forward": ("forward", 1.0), "behind": ("forward", -1.0), "left": ("left", 1.0)}
        axes |= {"right": ("left", -1.0), "backward": ("forward", -1.0), "back": ("forward", -1.0)}
        aim = next((axes[a] for a in aims if a in axes), None)
        length = take_quantities(tokens[at : at + 2])[0].length
        if aim is not None and length is not None and said is not None:
            place[aim[0]] += aim[1] * length
            found += 1
    return GoTo(place["forward"], place["left"], in_world=False, speed=speed) if found else None


def _adjusted(clause: Clause, maker: StepMaker, present: Plan | None) -> Move | None:
    """'Faster' and 'slow down' for what is being done; None: the clause says something else.

    'After two metres' ends what is done so far, and what follows goes on from there.
    """
    factor = next((_COMPARATIVES[w] for w in clause.words if w in _COMPARATIVES), None)
    pairs = zip(clause.words, clause.words[1:], strict=False)
    factor = factor or next((_ADJUSTMENTS[p] for p in pairs if p in _ADJUSTMENTS), None)
    said = clause.said
    last = maker.steps[-1] if maker.steps else present.steps[-1] if present else None
    if said.speed_factor is not None and not set(clause.verbs) - {"carry"} and last is not None:
        factor = said.speed_factor
    if factor is None or clause.has("left", "right", "backward", "back"):
        return None
    later = "after" in clause.words and bool(said.length or said.steps or said.time)
    if not later and (said.length or said.steps or said.time):
        return None
    if not isinstance(last, Move) or not last.endless:
        if later:
            return None
        speed = said.speed or maker.manner.usual_speed(factor)
        return None if clause.verbs and not clause.does("carry") else Move(Velocity(speed))
    v = last.velocity
    changed = v._replace(
        speed=v.speed * factor, turn_rate=v.turn_rate * factor, lateral=v.lateral * factor
    )
    wanted = _said_speed(clause, maker)
    if wanted is not None and v.speed:
        ratio = wanted / abs(v.speed)
        changed = v._replace(speed=math.copysign(wanted, v.speed), turn_rate=v.turn_rate * ratio)
    if maker.steps:
        maker.steps.pop()
    if later:
        distance = said.length or length_of(said.steps)
        maker.steps.append(dataclasses.replace(last, distance=distance, duration=said.time))
    return Move(changed)


def _said_speed(clause: Clause, maker: StepMaker) -> float | None:
    """Speed [m/s] that a change is to end with: in numbers, or as slow as a crawl."""
    if clause.said.speed is not None:
        return clause.said.speed
    crawls = clause.has("very") and clause.has("slow")
    return maker.manner.speed(clause, "walk") if crawls else None


def _resolved(sentence: str, clause: Clause) -> Clause:
    """The clause with a meaning for its unknown words.

    Raises:
        GoalError: they have none that can be carried out.
    """
    if not clause.unknown:
        return clause
    names = ", ".join(f"'{word}'" for word in clause.unknown)
    meanings = installed_meanings()
    if meanings is not None and not set(clause.verbs) - {"carry"}:
        meaning = meanings.of(" ".join(w for w in clause.words if w.isalpha()))
        if meaning is not None:
            return dataclasses.replace(clause, verbs=(meaning, *clause.verbs), unknown=())
    raise GoalError(f"'{sentence}': {names} is not understood; nearest: {_offers(sentence)}")


def _offers(sentence: str) -> str:
    """The nearest things that could be said."""
    meanings = installed_meanings()
    nearest = list(_USUAL_OFFERS)
    if meanings is not None and sentence:
        nearest = [likeness.meaning for likeness in meanings.ranked(sentence)[:_OFFERED]]
    return "; ".join(NEAREST[meaning] for meaning in nearest)
