# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Holds the fields of a dataclass against their limits."""

import math
from typing import Any

from kinesis_ros.options.fields import Option, Range, options_of


def check(config: Any, error: type[Exception] = ValueError) -> None:  # noqa: ANN401 a dataclass
    """Refuse values outside their limits; for `__post_init__`.

    Args:
        config: instance of a dataclass; None is within all limits.
        error: is raised.

    Raises:
        ValueError: or `error`: names the field, its value and what it may be.
    """
    for option in options_of(type(config)).values():
        value = getattr(config, option.name)
        for each in value if option.many else (value,):
            complaint = None if each is None else _complaint(option, each)
            if complaint:
                raise error(complaint)


def _complaint(option: Option, value: Any) -> str | None:  # noqa: ANN401 of any field
    name = option.name.replace("_", " ")
    if option.choices and value not in option.choices:
        return f"{name} '{value}' does not exist; choose {', '.join(option.choices)}"
    if option.range and not _is_within(value, option.range):
        return f"{name} must be {_in_words(option.range)}, it is {value}"
    return None


def _is_within(value: float, limits: Range) -> bool:
    least = -math.inf if limits.least is None else limits.least
    most = math.inf if limits.most is None else limits.most
    return math.isfinite(value) and least <= value <= most


def _in_words(limits: Range) -> str:
    if limits.most is None:
        return f"{limits.least:g} or more"
    if limits.least is None:
        return f"{limits.most:g} or less"
    return f"from {limits.least:g} to {limits.most:g}"
