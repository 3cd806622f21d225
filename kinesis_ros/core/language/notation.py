# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""How people write: letters of any script, decimal points and commas, fractions, signs.

Everything becomes plain letters and numbers with a decimal point; what could be read in two ways
is refused, for a wrong number is worse than a question.
"""

import re
import unicodedata

from kinesis_ros.core.plans import GoalError

_UNITS = (
    r"(?:m|cm|mm|km|ft|in|s|sec|secs|h|deg|rad|mph|kph|kmh|°|met(?:er|re)s?|centimet(?:er|re)s?|"
    r"kilomet(?:er|re)s?|feet|foot|yards?|seconds?|minutes?|mins?|degrees?|radians?|steps?|paces?|"
    r"laps?|circles?|turns?|times)(?![a-z])"
)
_DASHES = re.compile("[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]")
_FRACTION = re.compile(r"(?<![\d.,/])(?:(\d+)[\s-]*\s)?(\d+)\s*/\s*(\d+)(?![\d.,]*\d|\s*/)")
_OF_A_UNIT = re.compile(r"(\d)\s+of\s+an?\s+(?=[a-z])")  # '3/4 of a metre'
_COMMA_BEFORE_UNIT = re.compile(rf"(?<![\d.,(])(-?\d+),(\d+)(?=\s*-?\s*{_UNITS})")
_PLAIN_COMMA = re.compile(r"(?<![\d.,])(-?\d+),(\d+)(?![\d.,]*\d)")
_THOUSANDS = re.compile(r"(?<![\d.,])[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?(?![\d,]|\.\d)")
_MALFORMED = re.compile(
    r"\d+(?:[.,]\d*){2,}\d|\d/\d*/|\d\s*/\s*\d+\.\d|\d\.\d+\s*/\s*\d|\d/0+(?!\d)"
)
_SEMICOLON = re.compile(r"\([^();]*;[^();]*\)")  # '(1,5; 2)': the commas are decimal ones
_OUTSIDE = "%$\u20ac\u00a3#^*<>@\\|{}\u00d7\u00f7=~_"
_KEPT = "~=*_"  # about, coordinates, and ornaments of chats
_QUOTES = "\u2018\u2019\u201c\u201d\u00b4`'\""


def plain(text: str) -> str:
    """A sentence in lower case, in plain letters, with numbers that have a decimal point.

    >>> plain("Walk 2\u00bd m\u00e8tres")
    'walk 2.5 metres'
    >>> plain("turn left 22,5\u00b0")
    'turn left 22.5\u00b0'

    Raises:
        GoalError: a letter, sign or number in it is none of these.
    """
    text = "".join(_folded(letter) for letter in text.lower())
    text = _DASHES.sub("-", text)
    strange = [c for c in text if not c.isascii() and c not in _QUOTES and c.isalnum()]
    strange += [c for c in text if c in _OUTSIDE and c not in _KEPT]
    if strange:
        raise GoalError(f"'{strange[0]}' is not understood; say it in English words and numbers")
    text = _THOUSANDS.sub(lambda number: number[0].replace(",", ""), text)
    text = _SEMICOLON.sub(lambda place: re.sub(r"(?<=\d),(?=\d)", ".", place[0]), text)
    malformed = _MALFORMED.search(text)
    if malformed and not _is_coordinates(text, malformed.start()):
        raise GoalError(f"'{malformed[0]}' is no number that is understood")
    text = _OF_A_UNIT.sub(r"\1 ", _FRACTION.sub(_value_of_fraction, text))
    return _COMMA_BEFORE_UNIT.sub(r"\1.\2", text)


def with_decimal_points(text: str) -> str:
    """The text with the decimal commas that are left, once coordinates have been taken out."""
    return _PLAIN_COMMA.sub(r"\1.\2", text)


def _is_coordinates(text: str, at: int) -> bool:
    """Whether what stands there is within brackets, as '(1.5,2)' is."""
    return text[:at].count("(") > text[:at].count(")")


def _folded(letter: str) -> str:
    """The letter without accents; a vulgar fraction as 1/2; a digit of any script as ours."""
    if letter.isascii() or letter == "\u00b0":
        return letter
    digit = unicodedata.decimal(letter, None)
    if digit is not None:
        return str(digit)
    apart = unicodedata.normalize("NFKD", letter)
    if "\u2044" in apart:
        return f" {apart.replace(chr(0x2044), '/')} "
    if unicodedata.numeric(letter, None) is not None:  # superscripts, circled numbers
        return letter
    return "".join(c for c in apart if not unicodedata.combining(c))


def _value_of_fraction(match: re.Match[str]) -> str:
    whole, top, bottom = (float(part or 0.0) for part in match.groups())
    if match[1] is not None and top >= bottom:
        raise GoalError(f"'{match[0]}' is no number that is understood")
    return f"{whole + top / bottom:.9g}"
