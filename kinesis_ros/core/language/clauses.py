# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""A sentence as clauses in the order in which they happen."""

import itertools

from kinesis_ros.core.language.compass import direction_of
from kinesis_ros.core.language.lexicon import ADVERBS, VERBS
from kinesis_ros.core.language.numbers import Token

_BREAKS = frozenset(
    (".", "then", "afterwards", "afterward", "finally", "lastly", "next", "thereafter")
)
_JOINTS = frozenset({",", "and", "but", "plus"})
_PHRASES = {
    ("after", "that"): ["then"],
    ("after", "this"): ["then"],
    ("after", "which"): ["then"],
    ("followed", "by"): ["then"],
    ("as", "soon", "as"): ["when"],
    ("once", "you"): ["when", "you"],
    ("once", "there"): ["then"],
    ("once", "done"): ["then"],
    ("when", "done"): ["then"],
    ("when", "finished"): ["then"],
    ("at", "the", "end"): ["then"],
    ("in", "the", "end"): ["then"],
    ("at", "the", "same", "time"): ["while"],
    ("prior", "to"): ["before"],
    ("as", "well", "as"): ["and"],
    ("as", "you"): ["while", "you"],
}
# Changes of what is being done.
ADJUSTING = frozenset({("slow", "down"), ("speed", "up"), ("hurry", "up")})
_NOT_ACTS = frozenset({"end"})


def clauses_of(tokens: list[Token]) -> list[list[Token]]:
    """Split into clauses, each with an action of its own, in the order of happening."""
    result: list[list[Token]] = []
    for part in _split(_with_phrases(tokens), _BREAKS):
        for ordered in _in_order(part):
            result += _at_joints(ordered)
    return [clause for clause in result if any(token != "," for token in clause)]


def acts(tokens: list[Token]) -> bool:
    """Whether tokens say what to do: a verb, or a direction with a number."""
    words = [token for token in tokens if isinstance(token, str)]
    if any(word in VERBS and word not in _NOT_ACTS for word in words):
        return True
    if any(pair in ADJUSTING for pair in itertools.pairwise(words)):
        return True
    if any(direction_of(word) is not None for word in words):
        return True
    numbers = len(words) < len(tokens) or bool({"a", "step"} <= set(words))
    aims = any(
        ADVERBS.get(word) in ("forward", "backward", "back", "left", "right", "sideways")
        for word in words
    )
    return (aims and numbers) or words == ["back"]


def _with_phrases(tokens: list[Token]) -> list[Token]:
    result: list[Token] = []
    at = 0
    while at < len(tokens):
        for phrase, replacement in _PHRASES.items():
            if tuple(tokens[at : at + len(phrase)]) == phrase:
                result += replacement
                at += len(phrase)
                break
        else:
            result.append(tokens[at])
            at += 1
    return result


def _split(tokens: list[Token], at: frozenset[str]) -> list[list[Token]]:
    parts: list[list[Token]] = [[]]
    for token in tokens:
        if token in at:
            parts.append([])
        else:
            parts[-1].append(token)
    return [part for part in parts if part]


def _in_order(part: list[Token]) -> list[list[Token]]:
    """Put 'before', 'after' and 'when' aside: what they join, first things first."""
    for at, word in enumerate(part):
        if word not in ("before", "after", "when"):
            continue
        head, tail = part[:at], part[at + 1 :]
        leading = not any(isinstance(t, float) or t in VERBS or t in ADVERBS for t in head)
        if leading and "," in tail:
            comma = tail.index(",")
            first, second = tail[:comma], tail[comma + 1 :]
        elif leading:
            first, second = _at_second_verb(tail)
        else:
            first, second = tail, head
        if not acts(first) or not acts(second):
            continue
        if word == "before":
            first, second = second, first
        return [*_in_order(first), *_in_order(second)]
    return [part]


def _at_second_verb(part: list[Token]) -> tuple[list[Token], list[Token]]:
    """'Walking two metres | turn left': people leave the comma out."""
    meanings = [VERBS.get(token) if isinstance(token, str) else None for token in part]
    verbs = [i for i, meaning in enumerate(meanings) if meaning not in (None, "carry")]
    cut = verbs[1] if len(verbs) > 1 else len(part)
    return part[:cut], part[cut:]


def _at_joints(part: list[Token]) -> list[list[Token]]:
    """Split at commas and 'and' where what follows is an action of its own."""
    result: list[list[Token]] = [[]]
    for piece in _pieces(part):
        joint, rest = piece[0], piece[1:]
        begins = joint in _JOINTS and acts(rest) and acts(result[-1]) and "while" not in rest
        if begins:
            result.append(list(rest))
        else:
            result[-1] += list(piece)
    return result


def _pieces(part: list[Token]) -> list[list[Token]]:
    """The part cut before each joint."""
    pieces: list[list[Token]] = [[","]]
    for token in part:
        if token in _JOINTS:
            pieces.append([])
        pieces[-1].append(token)
    return [piece for piece in pieces if len(piece) > 1]
