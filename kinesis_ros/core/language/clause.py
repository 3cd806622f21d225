# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""One clause: its quantities, what its words mean, and the words that nobody knows."""

import dataclasses
import difflib
import math

from kinesis_ros.core.language.compass import direction_of
from kinesis_ros.core.language.examples import IMPOSSIBLE
from kinesis_ros.core.language.lexicon import ADVERBS, VERB_SPEED, VERBS, is_known
from kinesis_ros.core.language.numbers import Token
from kinesis_ros.core.language.quantities import UNITS, Quantities, take_quantities

_SHORTEST_TYPO = 4  # letters: shorter words have too many neighbours
_LIKENESS = 0.74  # of a mistyped word
_KEY = {  # where the keys are, each row shifted against the one above
    letter: (x + 0.25 * y, float(y))
    for y, row in enumerate(("qwertyuiop", "asdfghjkl", "zxcvbnm"))
    for x, letter in enumerate(row)
}
_NEAR = 1.3  # keys
_MEANT_AS_WRITTEN = frozenset(word for phrase in IMPOSSIBLE for word in phrase.split())


@dataclasses.dataclass(frozen=True)
class Clause:
    """What a clause says.

    Attributes:
        words: without numbers.
        said: what it says in numbers.
        verbs: meanings of its verbs in their order.
        manners: meanings of its adverbs.
        verb_speed: of the first verb that implies one [m/s].
        unknown: words without a known meaning.
        direction: of the compass [rad], counter-clockwise from x, which is east.
    """

    words: tuple[str, ...]
    said: Quantities
    verbs: tuple[str, ...]
    manners: frozenset[str]
    verb_speed: float | None
    unknown: tuple[str, ...]
    direction: float | None = None

    @property
    def empty(self) -> bool:
        """Whether it says nothing at all."""
        says = self.verbs or self.manners or self.unknown or self.direction is not None
        return not says and self.said == Quantities()

    def does(self, *verbs: str) -> bool:
        """Whether one of its verbs has one of these meanings."""
        return any(verb in self.verbs for verb in verbs)

    def has(self, *manners: str) -> bool:
        """Whether one of its adverbs has one of these meanings."""
        return bool(self.manners.intersection(manners))


def read_clause(tokens: list[Token]) -> Clause:
    """Read the tokens of a clause."""
    said, words = take_quantities([spelled(t) if isinstance(t, str) else t for t in tokens])
    directions = [angle for word in words if (angle := direction_of(word)) is not None]
    words = [word for word in words if word != "," and direction_of(word) is None]
    if said.angle is not None and said.angle < 0.0:
        said.angle = -said.angle
        words.append("right")
    unknown = [word for word in words if not is_known(word) and not _is_mood(word)]
    if "here" in unknown and any(VERBS.get(word) in ("stop", "stand") for word in words):
        unknown.remove("here")
    return Clause(
        words=tuple(words),
        said=said,
        verbs=tuple(VERBS[word] for word in words if word in VERBS),
        manners=frozenset(ADVERBS[word] for word in words if word in ADVERBS),
        verb_speed=next((VERB_SPEED[word] for word in words if word in VERB_SPEED), None),
        unknown=tuple(unknown) if len(directions) < 2 else (*unknown, "two directions"),
        direction=directions[0] if directions else None,
    )


def _is_mood(word: str) -> bool:
    """Whether it is an adverb in -ly, such as 'merrily': what is unknown of them is harmless."""
    return word.endswith("ly") and len(word) > 4


def spelled(word: str) -> str:
    """The known word that a mistyped one was meant to be; others stay."""
    if is_known(word) or word in UNITS or len(word) < _SHORTEST_TYPO or word in _MEANT_AS_WRITTEN:
        return word
    near = [known for known in (*VERBS, *ADVERBS, *UNITS) if _may_be_meant(word, known)]
    return next(iter(difflib.get_close_matches(word, near, 1, _LIKENESS)), word)


def _may_be_meant(word: str, known: str) -> bool:
    """Whether one word is a slip of the other: letters swapped, one missing, doubled or beside."""
    if len(known) < _SHORTEST_TYPO or abs(len(word) - len(known)) > 1:
        return False
    if len(word) == len(known):
        swapped = any(
            word[:i] + word[i + 1] + word[i] + word[i + 2 :] == known for i in range(len(word) - 1)
        )
        return (
            swapped
            or (word[0] == known[0] and sorted(word) == sorted(known))
            or _beside(word, known)
        )
    if word[0] != known[0]:
        return False
    long, short = sorted((word, known), key=len, reverse=True)
    return len(short) >= _SHORTEST_TYPO and any(
        long[:i] + long[i + 1 :] == short for i in range(len(long))
    )


def _beside(word: str, known: str) -> bool:
    """Whether one letter of a long word was hit beside its key; short ones would be others."""
    wrong = [(a, b) for a, b in zip(word, known, strict=True) if a != b]
    if len(word) <= _SHORTEST_TYPO or len(wrong) != 1:
        return False
    a, b = (_KEY.get(letter) for letter in wrong[0])
    return a is not None and b is not None and math.dist(a, b) < _NEAR
