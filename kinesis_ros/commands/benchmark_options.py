# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What the benchmarks of a body have in common: their options, the body, and their tables."""

import dataclasses
import signal
import threading
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from types import FrameType
from typing import Annotated, Any, TypeVar

import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from kinesis_ros.console import CommandError, json_option, takes
from kinesis_ros.core.policy import DEFAULT_CONTROL, ControlName, PolicyContractError
from kinesis_ros.options import check
from urdf_mjcf.registry import DEFAULT_BODY, DEFAULT_SCENE, BodyName

_Case = TypeVar("_Case")


@dataclasses.dataclass(frozen=True)
class Subject:
    """Who is measured.

    Attributes:
        body: body to measure.
        control: joint set-points (coordinated) or muscle excitations (direct).
        policy: ONNX policy; default: the shipped one.
    """

    body: BodyName = DEFAULT_BODY
    control: ControlName = DEFAULT_CONTROL
    policy: Path | None = None

    def __post_init__(self) -> None:
        check(self)

    def rollout(
        self,
        reference: Any = None,  # noqa: ANN401 a Reference
        scene: str = DEFAULT_SCENE,
    ) -> Any:  # noqa: ANN401 a Rollout
        """The body with its policy.

        Args:
            reference: that is followed; None: stand and wait for goals.
            scene: what is around the body.

        Raises:
            CommandError: the policy does not exist or does not fit.
        """
        from kinesis_ros.core.rollout import GoalReference, Rollout

        try:
            return Rollout.load(
                reference or GoalReference(), self.body, self.control, self.policy, scene
            )
        except PolicyContractError as error:
            raise CommandError(str(error)) from error


takes_subject = takes(Subject, "body", "control", "policy", into="subject")

Bodiless = Annotated[
    bool,
    typer.Option(
        "--reference", help="Measure the reference alone, without a body: the plan's own errors."
    ),
]
JsonFile = Annotated[Path | None, json_option("Write the measurements to this file.")]


def until_stopped(cases: Iterable[_Case], what: str, console: Console) -> Iterator[_Case]:
    """Cases one after another, with a bar, until they end or Ctrl-C (or SIGTERM) comes.

    Then the case that is under way is still finished, and what has been measured is reported as
    usual. A second Ctrl-C ends at once.
    """
    cases = list(cases)
    stopped = False

    def stop(signum: int, frame: FrameType | None) -> None:
        nonlocal stopped
        del signum, frame
        if stopped:
            raise KeyboardInterrupt
        stopped = True

    is_main = threading.current_thread() is threading.main_thread()
    signals = (signal.SIGINT, signal.SIGTERM) if is_main else ()
    before = {number: signal.signal(number, stop) for number in signals}
    try:
        for done, case in enumerate(track(cases, what, console=console, transient=True)):
            if stopped:
                console.print(f"stopped: {what}, {done} of {len(cases)} done", style="yellow")
                break
            yield case
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


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
