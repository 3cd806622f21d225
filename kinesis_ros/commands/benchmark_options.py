# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What the benchmarks of a body have in common: their options, the body, and their tables."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from kinesis_ros.console import CommandError
from kinesis_ros.core.policy import CONTROLS, PolicyContractError
from urdf_mjcf.registry import BODY_NAMES

Body = Annotated[str, typer.Option(help=f"One of {', '.join(BODY_NAMES)}.")]
Control = Annotated[str, typer.Option(help=f"One of {', '.join(CONTROLS)}.")]
Policy = Annotated[Path | None, typer.Option(help="ONNX policy; default: the shipped one.")]
Bodiless = Annotated[
    bool,
    typer.Option("--reference", help="The reference alone, without a body: the plan's own errors."),
]
JsonFile = Annotated[Path | None, typer.Option("--json", help="Write the measurement there.")]


def check_choice(what: str, value: str, choices: Sequence[str]) -> None:
    """Refuse what does not exist.

    Args:
        what: is chosen, e.g. 'body'.
        value: as given.
        choices: that there are.

    Raises:
        CommandError: `value` is none of them.
    """
    if value not in choices:
        raise CommandError(f"{what} '{value}' does not exist; choose {', '.join(choices)}")


def load_rollout(
    body: str,
    control: str,
    policy: Path | None,
    reference: Any = None,  # noqa: ANN401 a Reference
    scene: str = "none",
) -> Any:  # noqa: ANN401 a Rollout
    """A body and its policy.

    Args:
        body: name of the body.
        control: mode of control.
        policy: ONNX file; None: the shipped one.
        reference: that is followed; None: stand and wait for goals.
        scene: what is around the body.

    Raises:
        CommandError: there is no such body, control mode or policy.
    """
    from kinesis_ros.core.rollout import GoalReference, Rollout

    check_choice("body", body, BODY_NAMES)
    check_choice("control", control, CONTROLS)
    try:
        return Rollout.load(reference or GoalReference(), body, control, policy, scene)
    except PolicyContractError as error:
        raise CommandError(str(error)) from error


def print_rows(
    console: Console,
    title: str,
    rows: Sequence[Any],
    names: Sequence[str],
    most: int | None = None,
) -> None:
    """Print a table of the first rows; nothing when there are none.

    Args:
        console: to print on.
        title: of the table.
        rows: records.
        names: of their attributes, the columns.
        most: rows shown; None: all.
    """
    if not rows:
        return
    table = Table(*(name.replace("_", " ") for name in names), title=title)
    for row in rows[:most]:
        values = [getattr(row, name) for name in names]
        table.add_row(*(f"{v:.3g}" if isinstance(v, float) else str(v) for v in values))
    console.print(table)
    if most is not None and len(rows) > most:
        console.print(f"and {len(rows) - most} more")
