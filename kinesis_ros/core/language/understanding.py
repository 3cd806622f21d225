# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""A sentence as a plan, or the reason why not and what could be said instead."""

import dataclasses
import re

from kinesis_ros.core.gait import Velocity
from kinesis_ros.core.language.clause import Clause, read_clause
from kinesis_ros.core.language.clauses import clauses_of
from kinesis_ros.core.language.examples import NEAREST
from kinesis_ros.core.language.lexicon import ADVERBS
from kinesis_ros.core.language.meaning import installed_meanings
from kinesis_ros.core.language.numbers import Token
from kinesis_ros.core.language.quantities import take_quantities
from kinesis_ros.core.language.steps import StepMaker
from kinesis_ros.core.language.tokens import tokens_of
from kinesis_ros.core.plans import CAPABILITIES, Capabilities, GoalError, GoTo, Move, Plan, PlanStep

LONGEST_TEXT = 500  # characters
_OFFERED = 3
_USUAL_OFFERS = ("walk", "turn", "circle")
_FASTER, _SLOWER = 1.3, 0.7

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
    (rf"\b(point|position|coordinates?|location|to)\s+({_NUMBER})\s*,\s*({_NUMBER})", r"\1 \2 \3"),
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
) -> Plan:
    """Read a sentence such as 'walk forward three metres, turn around and jog back'.

    Args:
        text: English.
        walk_speed: of 'walk' without further words [m/s].
        able: what the body can do.
        present: what it is doing, for 'faster' and 'slow down'.

    Raises:
        GoalError: it is not understood or cannot be done; the message says what can.
    """
    sentence = " ".join(text.encode("utf-8", "replace").decode().split())  # no lone surrogates
    if not sentence:
        raise GoalError(f"the text is empty; say for example: {_offers('')}")
    if len(sentence) > LONGEST_TEXT:
        raise GoalError(f"{len(sentence)} characters are too many, {LONGEST_TEXT} are the most")
    plan = Plan(sentence, tuple(_steps(sentence, walk_speed, able, present)))
    plan.check(able)
    return plan


def _steps(
    sentence: str, walk_speed: float, able: Capabilities, present: Plan | None
) -> list[PlanStep]:
    tokens = _tokens(sentence)
    relative = _relative_place(tokens, walk_speed)
    if relative is not None:
        return [relative]
    maker = StepMaker(walk_speed, able)
    for part in clauses_of(tokens):
        clause = _resolved(sentence, read_clause(part))
        adjusted = _adjusted(clause, maker, present)
        if adjusted is not None:
            maker.steps.append(adjusted)
            continue
        if clause.empty and maker.steps:
            continue
        try:
            understood = maker.add(clause)
        except ValueError as error:
            raise GoalError(f"'{sentence}': {error}") from error
        if not understood:
            raise GoalError(f"'{sentence}' does not say what to do; nearest: {_offers(sentence)}")
    if not maker.steps:
        raise GoalError(f"'{sentence}' does not say what to do; nearest: {_offers(sentence)}")
    return maker.steps


def _tokens(sentence: str) -> list[Token]:
    text = sentence.lower()
    for pattern, replacement in _REWRITTEN:
        text = re.sub(pattern, replacement, text)
    tokens: list[Token] = []
    for token in tokens_of(text):
        number = isinstance(token, float)
        if tokens and tokens[-1] == "minus" and number:
            tokens[-1] = -float(token)
        elif tokens and tokens[-1] in ("about", "around", "roughly") and number:
            tokens[-1] = token
        else:
            tokens.append(token)
    return tokens


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
    """'Faster' and 'slow down' for what is being done; None: the clause says something else."""
    factor = next((_COMPARATIVES[w] for w in clause.words if w in _COMPARATIVES), None)
    pairs = zip(clause.words, clause.words[1:], strict=False)
    factor = factor or next((_ADJUSTMENTS[p] for p in pairs if p in _ADJUSTMENTS), None)
    last = maker.steps[-1] if maker.steps else present.steps[-1] if present else None
    if factor is None or clause.has("left", "right", "backward", "back") or clause.said.length:
        return None
    if not isinstance(last, Move) or not last.endless:
        speed = maker.manner.usual_speed(factor)
        return None if clause.verbs and not clause.does("carry") else Move(Velocity(speed))
    v = last.velocity
    if maker.steps:
        maker.steps.pop()
    scaled = v._replace(speed=v.speed * factor, turn_rate=v.turn_rate * factor)
    return Move(scaled._replace(lateral=v.lateral * factor))


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
