# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""`kinesis sim`: the ROS graph, one process a node, with a status line."""

import dataclasses
import importlib.util
import json
import operator
import tempfile
import time
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.live import Live
from rich.markup import escape
from rich.text import Text

from kinesis_ros.console import (
    BAD_INPUT,
    FAILED,
    CommandError,
    Flag,
    json_option,
    takes,
    write_json,
)
from kinesis_ros.core.compiled import progress
from kinesis_ros.core.language import understand
from kinesis_ros.core.plans import GoalError
from kinesis_ros.core.policy import PolicyContractError, default_policy
from kinesis_ros.graph import (
    GraphOptions,
    NodeExit,
    NodeUsage,
    RestartError,
    Supervisor,
    describe,
    take_request,
)

_REFRESH = 0.5  # [s] between two looks at the report
_START_PATIENCE = 300.0  # [s] for the first step of the simulation, also on a busy machine
_NO_VIEWER = (
    "no web viewer: pip install 'kinesis_ros[viewer]' brings it, --headless hides this line"
)
_STALL_PATIENCE = 30.0  # [s] without a new report


@takes(
    GraphOptions,
    "body",
    "control",
    "goal",
    "scene",
    Flag("policy", kind=Path),
    Flag(
        "use_viewer",
        ("--headless", "--no-viewer"),
        shown=operator.not_,
        taken=lambda _, headless: not headless,
        help="Do not serve the web page.",
    ),
    "host",
    "port",
    Flag("duration", help="End after this much simulated time [s]; 0: at Ctrl-C."),
    Flag(
        "realtime",
        ("--lockstep",),
        shown=operator.not_,
        taken=lambda _, lockstep: not lockstep,
        help="Wait for every command: repeatable, as fast as the machine allows.",
    ),
    Flag("params_file", kind=Path),
    "namespace",
    "frame_prefix",
)
def sim(
    options: GraphOptions,
    json_file: Annotated[
        Path | None, json_option("Write the figures of the run to this file.")
    ] = None,
) -> None:
    """Start the body on the ROS graph and show how it does. Ctrl-C ends it.

    The body is shown on a web page, whose address is printed.

    Example: kinesis sim --goal "walk forward" --duration 60 --headless --json run.json
    """
    _check_goal(options.goal)
    if importlib.util.find_spec("rclpy") is None:
        raise ModuleNotFoundError("No module named 'rclpy'", name="rclpy")
    with tempfile.TemporaryDirectory(prefix="kinesis-") as folder:
        try:
            options = dataclasses.replace(
                options,
                policy=options.policy or str(default_policy(options.body, options.control)),
                report_file=str(Path(folder) / "report.json"),
                restart_file=str(Path(folder) / "restart.json"),
            )
        except PolicyContractError as error:
            raise CommandError(str(error)) from error
        if options.use_viewer and importlib.util.find_spec("viser") is None:
            typer.echo(_NO_VIEWER, err=True)
        figures, ended = _run(options)
    if json_file is not None and figures:
        write_json(json_file, figures)
    if ended is not None and ended.status != 0:
        status = BAD_INPUT if ended.status == BAD_INPUT else FAILED
        reason = f": {ended.last_line}" if ended.status > 0 and ended.last_line else ""
        raise CommandError(f"{ended}{reason}", status)
    _summarise(figures)


def _check_goal(goal: str) -> None:
    if goal:
        try:
            understand(goal, walk_speed=1.0)
        except GoalError as error:
            raise CommandError(str(error)) from error


def _run(options: GraphOptions) -> tuple[dict[str, Any], NodeExit | None]:
    """Run the graph, and others that the viewer asks for, until one ends.

    Returns:
        The figures of `--json` of the last one, and the node that ended it, if any.
    """
    console = Console(stderr=True)
    while True:
        figures, ended, others = _run_one(options, console)
        if others is None:
            return figures, ended
        console.print(f"restarting: {others.body}, {others.control} control", style="dim")
        Path(options.report_file).unlink(missing_ok=True)
        options = others


def _run_one(
    options: GraphOptions, console: Console
) -> tuple[dict[str, Any], NodeExit | None, GraphOptions | None]:
    """Run one graph: its figures, the node that ended it, and the options of the next one."""
    line = Live(Text(""), console=console, transient=True, auto_refresh=False)

    def show(node: str, text: str) -> None:
        console.print(f"[dim]{node}[/dim] {escape(text)}", highlight=False, soft_wrap=True)

    with Supervisor(describe(options), show) as supervisor, line:
        ended = others = None
        watch = _Watch(Path(options.report_file))
        while ended is None and others is None and not supervisor.stopping:
            ended = supervisor.wait(_REFRESH)
            report = watch.read()
            line.update(_status_line(report) if report else _starting_line(), refresh=True)
            others = _asked_for(options, console)
    return _figures(watch.read(), supervisor.usage()), ended, others


def _asked_for(options: GraphOptions, console: Console) -> GraphOptions | None:
    """What the viewer asks to run instead, with the policy that belongs to it."""
    try:
        others = take_request(Path(options.restart_file), options)
        if others is None:
            return None
        return dataclasses.replace(others, policy=str(default_policy(others.body, others.control)))
    except (RestartError, PolicyContractError) as error:
        console.print(escape(str(error)), style="yellow")
        return None


class _Watch:
    """Reads the simulation's report and notices when it stalls."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._changed = self._started = time.monotonic()
        self._report: dict[str, Any] = {}

    def read(self) -> dict[str, Any]:
        """The newest report, empty before the first.

        Raises:
            CommandError: the simulation does not start, or hangs.
        """
        now = time.monotonic()
        text = self._path.read_text(encoding="utf-8") if self._path.exists() else ""
        report = json.loads(text) if text else {}
        if report and self._path.stat().st_mtime_ns != self._report.get("mtime"):
            self._changed = now
            report["mtime"] = self._path.stat().st_mtime_ns
            self._report = report
        status = self._report.get("status", "no node has reported")
        moving = self._report.get("sim_time_s", 0.0) > 0.0
        if not moving and now - self._started > _START_PATIENCE:
            raise CommandError(f"not started within {_START_PATIENCE:g} s: {status}", FAILED)
        if self._report and now - self._changed > _STALL_PATIENCE:
            raise CommandError(f"sim_node has hung for {_STALL_PATIENCE:g} s: {status}", FAILED)
        return self._report


def _figures(report: dict[str, Any], usage: dict[str, NodeUsage]) -> dict[str, Any]:
    if not report:
        return {}
    extra = ("status", "speed_m_s", "mtime")
    figures = {key: value for key, value in report.items() if key not in extra}
    figures["nodes"] = {
        name: {"cpu_s": round(used.cpu, 2), "rss_mb": round(used.rss, 1)}
        for name, used in usage.items()
    }
    return figures


def _starting_line() -> Text:
    """What the graph is doing before its first report."""
    kept, needed = progress()
    if kept < needed / 2:
        return Text(f"compiling once, about a minute: {kept} of about {needed} functions", "dim")
    return Text("starting", "dim")


def _status_line(report: dict[str, Any]) -> Text:
    latency = report["latency_ms"]
    delay = "-" if latency["p50"] is None else f"{latency['p50']:.1f}/{latency['p99']:.1f} ms"
    text = Text.assemble(
        (f"{report['sim_time_s']:7.1f} s", "bold"),
        f"  {report['speed_m_s']:.2f} m/s  {report['distance_m']:.1f} m",
        f"  real time {report['rtf']:.2f}  latency {delay}",
        f"  missed {report['missed_deadlines']}  ",
        (report["status"], "green" if report["status"] == "running" else "yellow"),
    )
    text.no_wrap = True
    return text


def _summarise(figures: dict[str, Any]) -> None:
    if not figures:
        typer.echo("nothing was simulated")
        return
    p99 = figures["latency_ms"]["p99"]
    typer.echo(
        f"{figures['sim_time_s']:.1f} s simulated in {figures['wall_s']:.1f} s "
        f"(real-time factor {figures['rtf']:.3f}), {figures['distance_m']:.1f} m walked at "
        f"{figures['mean_speed_m_s']:.2f} m/s, {'it fell' if figures['fell'] else 'no fall'}, "
        f"latency p99 {'-' if p99 is None else f'{p99:.1f} ms'}, "
        f"{figures['missed_deadlines']} missed deadlines"
    )
