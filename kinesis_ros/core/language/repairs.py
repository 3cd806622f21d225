# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""People correct themselves: 'turn left, no, to the right', 'walk three, I mean four metres'."""

import re

from kinesis_ros.core.language.clauses import acts
from kinesis_ros.core.language.lexicon import ADVERBS, VERBS
from kinesis_ros.core.language.numbers import Token
from kinesis_ros.core.language.quantities import UNITS

REPAIR = "repaired"  # the token that stands where somebody corrects what was said before
_SAID = (
    r"(?:no(?:[\s,]+wait(?=[\s,]+\w))?|wait,?\s+no|nope|nah|sorry|oops|whoops|correction|"
    r"scratch that|strike that|never ?mind(?: that)?|i mean(?:t)?|i meant to say|or rather|rather|"
    r"make (?:that|it)|actually)"
)
_AS_A_WORD = r"(?!\s+(?:more|further|farther|less|faster|slower|longer|fast|slow|than|matter)\b)"
_REPAIR = re.compile(
    rf"(?:\s*[,.;!-]+\s*|\s+(?=i mean|or rather|make that|correction)){_SAID}\b"
    rf"{_AS_A_WORD}(?:[\s,.;!-]+{_SAID}\b{_AS_A_WORD})*[\s,.;:!-]*"
)
_BEGINS = re.compile(rf"^(?:no|nope|sorry|oops|actually|i mean)\b{_AS_A_WORD}[\s,.;:!-]+")
_SIDES = ("left", "right", "forward", "backward", "back", "sideways")


def mark_repairs(text: str) -> str:
    """The text with a token of its own where somebody begins to correct what was said."""
    return _REPAIR.sub(f" . {REPAIR} ", _BEGINS.sub("", text))


def repaired(clauses: list[list[Token]]) -> list[list[Token]]:
    """The clauses as they were meant: a correction takes the place of what it corrects."""
    result: list[list[Token]] = []
    for clause in clauses:
        said = [token for token in clause if token != ","]
        if REPAIR not in said:
            result.append(clause)
        elif len(said) > 1:
            before = result.pop() if result else []
            result.append(_merged(before, [token for token in said if token != REPAIR]))
    return result


def _merged(before: list[Token], after: list[Token]) -> list[Token]:
    if before and len(after) == 1 and str(after[0]) in UNITS:  # 'three metres, I mean steps'
        return [after[0] if str(token) in UNITS else token for token in before]
    verbs = [word for word in after if VERBS.get(str(word), "carry") != "carry"]
    if verbs or not before:
        return after
    sides = any(ADVERBS.get(str(token)) in _SIDES for token in after)
    numbers = any(isinstance(token, float) for token in after)
    units = any(str(token) in UNITS for token in after)
    kept = [
        token
        for token in before
        if not (sides and ADVERBS.get(str(token)) in _SIDES)
        and not (numbers and isinstance(token, float))
        and not (units and str(token) in UNITS)
    ]
    if numbers and not units:  # 'three metres, no, four': the number takes its old place
        at = next((i for i, token in enumerate(before) if isinstance(token, float)), len(before))
        return [*before[:at], *after, *before[at + 1 :]]
    if not (sides or numbers or units) and acts(after):
        return after
    return [*kept, *after]
