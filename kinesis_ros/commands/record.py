# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""`kinesis record`: what is on the graph, into a file that ROS 2's tools read."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.live import Live
from rich.text import Text

from kinesis_ros.commands.ros import Namespace, set_up_ros
from kinesis_ros.console import FAILED, CommandError
from kinesis_ros.graph import NAMESPACE, remapping_arguments
from kinesis_ros.recording import BagError, BagWriter

if TYPE_CHECKING:
    from rclpy.executors import Executor

    from kinesis_ros.nodes.process import Stop

_REFRESH = 0.5  # [s]
_WAIT = 0.1  # [s] a signal is noticed at the latest after this
_SUFFIX = ".mcap"


def record(
    out: Annotated[Path, typer.Argument(help="File to write, NAME.mcap.")],
    topics: Annotated[
        list[str] | None,
        typer.Option(
            help="Record only these topics, separated by commas; * and ? match any characters. "
            "Names that do not start with / are in the namespace. Default: all except "
            "/rosout and /parameter_events."
        ),
    ] = None,
    duration: Annotated[
        float,
        typer.Option(min=0.0, help="Stop this long after the first message [s]; 0: at Ctrl-C."),
    ] = 0.0,
    namespace: Namespace = NAMESPACE,
) -> None:
    """Record the graph's messages as they are, for `kinesis replay` and for ros2 bag.

    Topics are recorded as soon as they appear. Until it is complete, the file is called
    NAME.mcap.partial; what a crash leaves behind can be read up to where it ends.

    Example: kinesis record run.mcap --topics body_state,reference,/clock --duration 60
    """
    if out.suffix != _SUFFIX:
        raise CommandError(f"a recording is an MCAP file: call it '{out.with_suffix(_SUFFIX)}'")
    patterns = [part.strip() for text in topics or [] for part in text.split(",") if part.strip()]
    if topics and not patterns:
        raise CommandError("--topics names no topic; give for example body_state,/clock")
    set_up_ros()
    from kinesis_ros.nodes.process import ros  # takes its time: before a file is there

    try:
        with BagWriter(out) as writer, ros(remapping_arguments(namespace)) as (executor, stop):
            span = _record(writer, patterns, duration, executor, stop)
    except BagError as error:
        raise CommandError(str(error)) from error
    except OSError as error:
        raise CommandError(f"cannot write '{out}': {error.strerror}", FAILED) from error
    count = sum(writer.counts.values())
    if count == 0:
        what = f"on {', '.join(patterns)}" if patterns else "from anybody"
        raise CommandError(f"nothing was recorded: no message came {what}", FAILED)
    heard = sum(1 for number in writer.counts.values() if number)
    typer.echo(
        f"{count} messages on {heard} topics in {span:.1f} s, "
        f"{1e-6 * out.stat().st_size:.1f} MB in '{out}'"
    )


def _record(
    writer: BagWriter, patterns: list[str], duration: float, executor: "Executor", stop: "Stop"
) -> float:
    """Record until told to stop; the time since the first message [s]."""
    from kinesis_ros.nodes.recorder import Recorder

    executor.add_node(Recorder(writer, patterns))
    first: float | None = None
    shown, passed = -_REFRESH, 0.0
    console = Console(stderr=True)
    with Live(Text(""), console=console, transient=True, auto_refresh=False) as line:
        while not stop.stopped and (duration == 0.0 or passed < duration):
            executor.spin_once(timeout_sec=_WAIT)
            now = time.monotonic()
            if first is None and any(writer.counts.values()):
                first = now
            passed = 0.0 if first is None else now - first
            if now - shown >= _REFRESH:
                shown = now
                line.update(_status_line(writer, passed), refresh=True)
    return passed


def _status_line(writer: BagWriter, passed: float) -> Text:
    counts = writer.counts
    messages = sum(counts.values())
    if messages == 0:
        return Text("waiting for messages; Ctrl-C stops", style="yellow")
    return Text.assemble(
        (f"{passed:7.1f} s", "bold"),
        f"  {sum(1 for n in counts.values() if n)} topics  {messages} messages  "
        f"{1e-6 * writer.size:.1f} MB  ",
        ("recording", "green"),
        "; Ctrl-C stops",
    )
