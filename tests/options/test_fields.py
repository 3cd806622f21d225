# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""A dataclass is all that there is to say about an option."""

import dataclasses
from typing import Annotated

import pytest

from kinesis_ros.graph import GraphOptions
from kinesis_ros.options import Choices, Range, check, options_of


@dataclasses.dataclass(frozen=True, kw_only=True)
class Base:
    """What all have.

    Attributes:
        speed: how fast it goes,
            at the most [m/s].
        name: what it is called.

    Example:
        >>> Base(name="a")
    """

    speed: Annotated[float, Range(0.5, 2.0)] = 1.0
    name: str

    def __post_init__(self) -> None:
        check(self)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Special(Base):
    """One of them.

    Attributes:
        name: its own name.
        gait: how it goes.
        levels: one or more.
        place: where it is; default: nowhere.
    """

    gait: Annotated[str, Choices(("walk", "run"))] = "walk"
    levels: Annotated[tuple[int, ...], Range(0)] = (1, 2)
    place: Annotated[float | None, Range(most=9.0)] = None


def test_fields_tell_their_type_default_help_and_limits() -> None:
    options = options_of(Special)
    assert list(options) == ["speed", "name", "gait", "levels", "place"]
    assert options["speed"].help == "how fast it goes, at the most [m/s]."
    assert options["speed"].range == Range(0.5, 2.0)
    assert options["name"].help == "its own name."
    assert options["name"].default is dataclasses.MISSING
    assert options["gait"].choices == ("walk", "run")
    assert (options["levels"].type, options["levels"].many) == (int, True)
    assert (options["place"].type, options["place"].optional) == (float, True)


@pytest.mark.parametrize(
    ("values", "complaint"),
    [
        ({"speed": 2.1}, "speed must be from 0.5 to 2, it is 2.1"),
        ({"speed": float("nan")}, "speed must be from 0.5 to 2, it is nan"),
        ({"gait": "fly"}, "gait 'fly' does not exist; choose walk, run"),
        ({"levels": (0, -1)}, "levels must be 0 or more, it is -1"),
        ({"place": 10.0}, "place must be 9 or less, it is 10.0"),
    ],
)
def test_values_outside_their_limits_are_named_with_the_choices(
    values: dict, complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint):
        Special(name="x", **values)


def test_values_at_their_limits_are_taken() -> None:
    Special(name="x", speed=2.0, levels=(), place=9.0)
    Special(name="x", speed=0.5, levels=(0,), place=None)


def test_every_option_of_the_graph_has_help() -> None:
    assert all(option.help for option in options_of(GraphOptions).values())
