# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""`kinesis replay`: a recording on the graph again, for the viewer and RViz."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.live import Live
from rich.markup import escape
from rich.text import Text

from kinesis_ros.commands.ros import Namespace, set_up_ros
from kinesis_ros.console import FAILED, CommandError
from kinesis_ros.graph import (
    NAMESPACE,
    GraphError,
    GraphOptions,
    NodeDescription,
    Supervisor,
    describe,
)
from kinesis_ros.recording import (
    BagError,
    BagSummary,
    RecordingError,
    read_bag,
    read_body_name,
    summarise,
)
from urdf_mjcf.registry import DEFAULT_BODY

if TYPE_CHECKING:
    from kinesis_ros.nodes.player import Player
    from kinesis_ros.nodes.process import Stop

_REFRESH = 0.25  # [s]
_NAP = 0.02  # [s] a signal is noticed at the latest after this
_MATCHING = 1.0  # [s] for publishers and subscribers to find each other
_VIEWER_PATIENCE = 30.0  # [s] for the viewer to listen


def replay(
    file: Annotated[Path, typer.Argument(help="Recording, NAME.mcap.")],
    rate: Annotated[
        float, typer.Option(min=0.01, max=100.0, help="Speed: seconds of the recording per second.")
    ] = 1.0,
    loop: Annotated[bool, typer.Option("--loop", help="Start over at the end.")] = False,
    no_viewer: Annotated[
        bool, typer.Option("--no-viewer", help="Do not start the viewer; end with the recording.")
    ] = False,
    namespace: Namespace = NAMESPACE,
) -> None:
    """Publish a recording's messages on their topics, /clock included, and start the viewer.

    Recordings of ros2 bag (storage mcap) can be played too. Ctrl-C ends it.

    Example: kinesis replay run.mcap --rate 0.5 --loop
    """
    try:
        summary, body = summarise(file), read_body_name(file, namespace)
    except (BagError, RecordingError) as error:
        raise CommandError(str(error)) from error
    if summary.count == 0:
        raise CommandError(f"'{file}' has no messages")
    set_up_ros()
    try:
        options = GraphOptions(
            body=body or DEFAULT_BODY, use_viewer=not no_viewer, namespace=namespace
        )
    except GraphError as error:
        raise CommandError(f"'{file}': {error}") from error
    viewer = [node for node in describe(options) if node.name == "viewer_node"]
    if not (viewer or no_viewer):
        typer.echo("no web viewer: pip install 'kinesis_ros[viewer]' brings it", err=True)
    _play(file, summary, viewer, rate, loop=loop)


def _play(
    file: Path, summary: BagSummary, viewer: Sequence[NodeDescription], rate: float, *, loop: bool
) -> None:
    from kinesis_ros.nodes.player import Player
    from kinesis_ros.nodes.process import ros

    console = Console(stderr=True)

    def show(node: str, text: str) -> None:
        console.print(f"[dim]{node}[/dim] {escape(text)}", highlight=False, soft_wrap=True)

    with ros() as (executor, stop):
        player = Player(summary.topics)
        executor.add_node(player)
        for topic in player.skipped:
            show("replay", f"left out: {topic}")
        time.sleep(_MATCHING)
        _refuse_company(player)
        line = Live(Text(""), console=console, transient=True, auto_refresh=False)
        with Supervisor(viewer, show) as supervisor, line:
            watch = _Watch(supervisor, stop)
            if viewer:
                watch.until(player.has_listener, _VIEWER_PATIENCE)
            played = True
            while played and not watch.ended:
                for left in player.play(read_bag(file), rate):
                    if watch.refresh_is_due():
                        line.update(_status_line(summary, player.time, rate), refresh=True)
                    if watch.ended:
                        break
                    if left > 0.0:
                        time.sleep(min(left, _NAP))
                played = loop
            if viewer and not watch.ended:
                line.update(Text("the recording has ended; Ctrl-C stops the viewer"), refresh=True)
                watch.until(lambda: False, float("inf"))


class _Watch:
    """Looks after signals and the viewer while a recording plays."""

    def __init__(self, supervisor: Supervisor, stop: "Stop") -> None:
        self._supervisor, self._stop = supervisor, stop
        self._refreshed = -_REFRESH

    @property
    def ended(self) -> bool:
        """Whether a signal has come."""
        return self._stop.stopped or self._supervisor.stopping

    def refresh_is_due(self) -> bool:
        """Pass on what the viewer says; True a few times a second.

        Raises:
            CommandError: the viewer has ended.
        """
        now = time.monotonic()
        if now - self._refreshed < _REFRESH:
            return False
        self._refreshed = now
        ended = self._supervisor.wait(0.0)
        if ended is not None:
            raise CommandError(f"{ended}: {ended.last_line}", FAILED)
        return True

    def until(self, done: Callable[[], bool], patience: float) -> None:
        """Wait until something is done, a signal comes or patience [s] is over."""
        deadline = time.monotonic() + patience
        while not (done() or self.ended) and time.monotonic() < deadline:
            self.refresh_is_due()
            time.sleep(_NAP)


def _refuse_company(player: "Player") -> None:
    """Two bodies on one graph would be mixed up.

    Raises:
        CommandError: somebody else publishes what the recording has.
    """
    others = player.others()
    if others:
        raise CommandError(
            f"'{others[0]}' is already being published; end the other graph, "
            "or give this one another ROS_DOMAIN_ID",
            FAILED,
        )


def _status_line(summary: BagSummary, now: int, rate: float) -> Text:
    return Text.assemble(
        (f"{1e-9 * (now - summary.start):7.1f}", "bold"),
        f" of {summary.duration:.1f} s  x{rate:g}  ",
        ("playing", "green"),
        "; Ctrl-C stops",
    )
