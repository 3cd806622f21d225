# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Commands whose options are the fields of dataclasses."""

import dataclasses
import operator
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.testing import CliRunner

from kinesis_ros.console import CommandError, Flag, takes
from kinesis_ros.options import Range, check


@dataclasses.dataclass(frozen=True)
class Part:
    """A part.

    Attributes:
        size: how large it is [m].
    """

    size: Annotated[float, Range(0.0)] = 1.5

    def __post_init__(self) -> None:
        check(self)


@dataclasses.dataclass(frozen=True)
class Whole:
    """All of it.

    Attributes:
        folder: where it lies.
        count: how many.
        copies: as many again.
        quiet: say nothing.
        labels: kind of it.
        part: of it.
    """

    folder: str
    count: Annotated[int, Range(1)] = 3
    copies: int = 3
    quiet: bool = True
    labels: tuple[str, ...] = ()
    part: Part = dataclasses.field(default_factory=Part)

    def __post_init__(self) -> None:
        check(self)
        if self.count == 13:
            raise ValueError("13 brings bad luck")


FLAGS = (
    Flag("folder", kind=Path),
    Flag("count", also=("copies",)),
    Flag("quiet", ("--loud",), shown=operator.not_, taken=lambda _, loud: not loud),
    Flag("labels", ("--label",)),
    Flag("part.size", shown=lambda m: 100.0 * m, taken=lambda _, cm: 0.01 * cm, help="In cm."),
)


def run(*arguments: str, source: Any = Whole) -> tuple[Any, Any]:  # noqa: ANN401 a dataclass
    """The object that the command gets, and what the command line has answered."""
    taken = []
    app = typer.Typer()

    @app.command()
    @takes(source, *FLAGS)
    def command(options: Whole, times: int = 1) -> None:
        taken.append((options, times))

    result = CliRunner().invoke(app, arguments)
    return (taken[0] if taken else None), result


def test_without_flags_the_defaults_of_the_dataclass_hold() -> None:
    taken, _ = run("--folder", "here")
    assert taken == (Whole("here"), 1)


def test_an_instance_gives_its_own_defaults() -> None:
    source = Whole("there", count=5, copies=5, quiet=False, labels=("a",), part=Part(0.123))
    taken, _ = run(source=source)
    assert taken == (source, 1)  # bit for bit: what is shown rounded is not read back
    taken, _ = run("--size", "20", "--times", "2", source=source)
    assert taken == (dataclasses.replace(source, part=Part(0.2)), 2)


def test_flags_reach_their_fields() -> None:
    taken, _ = run("--folder", "here", "--count", "7", "--loud", "--label", "a", "--label", "b")
    assert taken == (Whole("here", 7, 7, quiet=False, labels=("a", "b")), 1)


def test_a_field_without_default_must_be_given() -> None:
    taken, result = run()
    assert taken is None
    assert "--folder" in result.output


def test_limits_are_held_on_the_command_line_and_in_the_dataclass() -> None:
    _, result = run("--folder", "here", "--count", "0")
    assert "--count" in result.output
    _, result = run("--folder", "here", "--count", "13")
    assert isinstance(result.exception, CommandError)
    assert str(result.exception) == "13 brings bad luck"


def test_help_is_the_docstring() -> None:
    _, result = run("--help")
    words = " ".join(result.output.replace("│", " ").split())
    for text in ("Where it lies.", "How many.", "Kind of it. May", "In cm.", "150.0"):
        assert text in words
