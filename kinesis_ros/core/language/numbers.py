# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Numbers in words become numbers: 'two and a half', 'a couple of', 'one eighty', 'twenty-five'."""

from collections.abc import Sequence

Token = str | float

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
)
_TENTHS = "twenty thirty forty fifty sixty seventy eighty ninety"
_SMALL = {word: float(value) for value, word in enumerate(_ONES.split())}
_TENS = {word: 10.0 * value for value, word in enumerate(_TENTHS.split(), start=2)}
_BELOW = _SMALL | _TENS
_SCALES = {"hundred": 100.0, "thousand": 1000.0}
_FRACTIONS = {
    "half": 0.5,
    "halves": 0.5,
    "third": 1.0 / 3.0,
    "thirds": 1.0 / 3.0,
    "quarter": 0.25,
    "quarters": 0.25,
}
_PHRASES: dict[tuple[str, ...], float] = {
    ("half", "a", "dozen"): 6.0,
    ("a", "couple", "of"): 2.0,
    ("a", "couple"): 2.0,
    ("couple", "of"): 2.0,
    ("a", "pair", "of"): 2.0,
    ("a", "few"): 3.0,
    ("few",): 3.0,
    ("some", "few"): 3.0,
    ("several",): 4.0,
    ("a", "dozen"): 12.0,
    ("dozen",): 12.0,
    ("half", "of", "a"): 0.5,
    ("half", "an"): 0.5,
    ("half", "a"): 0.5,
    ("a", "half"): 0.5,
    ("a", "quarter", "of", "a"): 0.25,
    ("quarter", "of", "a"): 0.25,
    ("a", "quarter"): 0.25,
    ("three", "quarters", "of", "a"): 0.75,
    ("three", "quarters", "of"): 0.75,
    ("a", "hundred"): 100.0,
    ("a", "thousand"): 1000.0,
}
_LONGEST_PHRASE = max(map(len, _PHRASES))


def with_numbers(tokens: Sequence[Token]) -> list[Token]:
    """The tokens, each run of number words replaced by its value."""
    result: list[Token] = []
    at = 0
    while at < len(tokens):
        value, used = _number(tokens, at)
        if used and value is not None:
            result.append(value)
            at += used
        else:
            result.append(tokens[at])
            at += 1
    return result


def _number(tokens: Sequence[Token], at: int) -> tuple[float | None, int]:
    """The number that begins at a token and how many tokens it takes; (None, 0): none does."""
    value, used = _phrase(tokens, at)
    if used and value is not None:
        value, used = _rest(value, tokens, at, used)
    else:
        value, used = _cardinal(tokens, at)
    if not used or value is None:
        return None, 0
    fraction, more = _and_a_fraction(tokens, at + used)
    return value + fraction, used + more


def _phrase(tokens: Sequence[Token], at: int) -> tuple[float | None, int]:
    for size in range(_LONGEST_PHRASE, 0, -1):
        words = tuple(tokens[at : at + size])
        if words in _PHRASES:
            return _PHRASES[words], size  # type: ignore[index]
    return None, 0


def _cardinal(tokens: Sequence[Token], at: int) -> tuple[float | None, int]:
    token = tokens[at]
    if isinstance(token, float):
        return _scaled(token, tokens, at, 1)
    if token in _FRACTIONS:
        return _FRACTIONS[token], 1
    if token in _SMALL or token in _TENS:
        return _words(tokens, at)
    return None, 0


def _words(tokens: Sequence[Token], at: int) -> tuple[float, int]:
    """A number in words: tens, ones, 'one eighty', hundreds, 'point five', 'three quarters'."""
    first = str(tokens[at])
    value, used = _BELOW[first], 1
    following = _word(tokens, at + 1)
    if first in _TENS and 1.0 <= _SMALL.get(following, 0.0) <= 9.0:
        value, used = value + _SMALL[following], 2
    elif 1.0 <= value <= 9.0 and following in _TENS:  # one eighty, three sixty
        value, used = 100.0 * value + _TENS[following], 2
    elif following in _FRACTIONS and _FRACTIONS[following] < 0.5:  # three quarters
        return value * _FRACTIONS[following], 2
    if _word(tokens, at + used) == "point" and _word(tokens, at + used + 1) in _SMALL:
        return value + 0.1 * _SMALL[_word(tokens, at + used + 1)], used + 2
    return _scaled(value, tokens, at, used)


def _scaled(value: float, tokens: Sequence[Token], at: int, used: int) -> tuple[float, int]:
    """The value times the 'hundred' and 'thousand' that follow, and what they are followed by."""
    while _word(tokens, at + used) in _SCALES:
        value *= _SCALES[_word(tokens, at + used)]
        used += 1
    return _rest(value, tokens, at, used)


def _rest(value: float, tokens: Sequence[Token], at: int, used: int) -> tuple[float, int]:
    """Whole hundreds and the number after them: 'two hundred and ten'."""
    skip = 1 if _word(tokens, at + used) == "and" else 0
    if value >= 100.0 and value % 100.0 == 0.0 and _word(tokens, at + used + skip) in _BELOW:
        rest, more = _words(tokens, at + used + skip)
        return value + rest, used + skip + more
    return value, used


def _and_a_fraction(tokens: Sequence[Token], at: int) -> tuple[float, int]:
    """'and a half' after a number."""
    if _word(tokens, at) != "and":
        return 0.0, 0
    article = 1 if _word(tokens, at + 1) in ("a", "one") else 0
    fraction = _word(tokens, at + 1 + article)
    parts = _word(tokens, at + 2)
    if fraction in _SMALL and parts in _FRACTIONS:  # 'and three quarters'
        return _SMALL[fraction] * _FRACTIONS[parts], 3
    return (_FRACTIONS[fraction], 2 + article) if fraction in _FRACTIONS else (0.0, 0)


def _word(tokens: Sequence[Token], at: int) -> str:
    token = tokens[at] if at < len(tokens) else ""
    return token if isinstance(token, str) else ""
