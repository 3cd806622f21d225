# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""A sentence as tokens: lower case, without ornaments, units as one word, numbers as numbers."""

import re

from kinesis_ros.core.language.notation import plain, with_decimal_points
from kinesis_ros.core.language.numbers import Token, with_numbers

# Order matters: what is written first is rewritten first.
_REWRITTEN = (
    ("[\\u2019\\u00b4`]", "'"),
    ("[\\u2013\\u2014]", "-"),
    (r"\bcan't\b", "can not"),
    (r"\bwon't\b", "will not"),
    (r"n't\b", " not"),
    (r"\b(you|we|i|they)'(ve|re|ll|d|m)\b", r"\1"),
    (r"\b(let|that|it|here|there)'s\b", r"\1"),
    (r"'s\b", ""),
    (r"°", " degrees "),
    (r"\b(deg|degrees?)\s*(/|per|a)\s*(s|sec|seconds?)\b", " degps "),
    (r"\b(rad|radians?)\s*(/|per|a)\s*(s|sec|seconds?)\b", " radps "),
    (r"(?<=\d)\s*(m|met(?:er|re)s?)\s*/\s*s(?:ec|econd)?\b", " mps "),
    (r"\b(m|met(?:er|re)s?)\s*(?:/|per|a|every)\s*s(?:ec|econd)?\b", " mps "),
    (r"(?<=\d)\s*(km|k)\s*/\s*h(?:r|our)?\b", " kmh "),
    (r"\b(?:km|kms|kilomet(?:er|re)s?)\s*(?:/|per|an|a)\s*h(?:r|our)?\b", " kmh "),
    (r"(?<=\d)\s*(kph|kmph|km/h)\b", " kmh "),
    (r"\bmiles?\s*(?:/|per|an)\s*h(?:r|our)?\b", " mph "),
    # Other lengths per time are one word: 'ftpers'.
    (
        r"(?<![a-z])(ft|feet|foot|yards?|yd|cm|km|kilomet(?:er|re)s?|centimet(?:er|re)s?|"
        r"met(?:er|re)s?|m)\s*(?:/|\bper\b|\ban?\b|\bevery\b)\s*"
        r"(seconds?|sec|s|minutes?|min|hours?|hr|h)(?![a-z])",
        r" \1per\2 ",
    ),
    (r"\bu[\s-]?turn\b", "uturn"),
    (r"\babout[\s-](face|turn)\b", "aboutface"),
    (r"\bside[\s-]?step", "sidestep"),
    (r"\b(counter|anti)[\s-]*clock[\s-]?wise\b", "counterclockwise"),
    (r"\btip[\s-]?toe", "tiptoe"),
    (r"\bpower[\s-]walk", "powerwalk"),
    (r"\bstand[\s-]?still\b", "standstill"),
    (r"\bfigure[\s-](of[\s-])?(eight|8)s?\b", "figureeight"),
    (
        r"\b(?:an|the\s+(?:number|digit))\s+(?:eight|8)"
        r"(?=\s*(?:$|[,.;!?]|(?:and|then|on|with|to|in|by)\b))",
        "figureeight",
    ),
    (r"\bs[\s-]*(?:curve|shape|bend|line)[ds]?\b", "scurve"),
    (r"\b(?:an|(?:the\s+)?letter)\s+s\b", "scurve"),
    (r"\bzig[\s-]?zag", "zigzag"),
    (r"\bsemi[\s-]?circle\b", "half circle"),
    (r"\bo'?\s*clock\b", "oclock"),
)
_TOKEN = re.compile(r"(?:(?<![\w.)])-)?\d*\.?\d+|[a-z]+|[,;.!?:/]")
_MARKS = {"!": ".", "?": ".", ";": ",", ":": ","}


def tokens_of(text: str) -> list[Token]:
    """Words (str), numbers (float), ',' and '.' of a sentence.

    Raises:
        GoalError: something in it is no word and no number.
    """
    text = with_decimal_points(plain(text))
    for pattern, replacement in _REWRITTEN:
        text = re.sub(pattern, replacement, text)
    return with_numbers([_token(match[0]) for match in _TOKEN.finditer(text)])


def _token(text: str) -> Token:
    return float(text) if re.search(r"\d", text) else _MARKS.get(text, text)
