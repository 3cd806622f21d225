# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Starts the nodes of a graph, one process each, and never leaves one behind.

However it ends, its nodes end: it stops them itself on every way out, and when it is killed the
kernel does (`lifeline`). Nodes have process groups of their own, so Ctrl-C reaches only the
supervisor, which then stops them in peace.
"""

import dataclasses
import os
import selectors
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType, TracebackType
from typing import IO, Self

from kinesis_ros.graph.description import NodeDescription, environment
from kinesis_ros.graph.printable import printable
from kinesis_ros.graph.shared_memory import remove_stale_segments

_GRACE = 3.0  # [s] for a node to end by itself
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_MEGABYTE = 1e6


@dataclasses.dataclass(frozen=True)
class NodeUsage:
    """What a node has used.

    Attributes:
        cpu: processor time [s].
        rss: resident memory [MB].
    """

    cpu: float
    rss: float


@dataclasses.dataclass(frozen=True)
class NodeExit:
    """A node that has ended.

    Attributes:
        name: of the node.
        status: exit status; negative: the signal that killed it.
        last_line: last line that it wrote.
    """

    name: str
    status: int
    last_line: str

    def __str__(self) -> str:
        """Say how it ended."""
        if self.status < 0:
            return f"{self.name} was killed by {signal.Signals(-self.status).name}"
        return f"{self.name} ended with status {self.status}"


class Supervisor:
    """Runs nodes as a context manager; all have ended when the context is left.

    Args:
        nodes: to start.
        show: called with (node, line) for every line that a node writes.
    """

    def __init__(self, nodes: Sequence[NodeDescription], show: Callable[[str, str], None]) -> None:
        self._nodes = nodes
        self._show = show
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._usage: dict[str, NodeUsage] = {}
        self._last_line: dict[str, str] = {}
        self._rest: dict[str, bytes] = {}
        self._output = selectors.DefaultSelector()
        self._handlers: dict[int, Callable[[int, FrameType | None], object] | int | None] = {}
        self.stopping = False

    def __enter__(self) -> Self:
        """Start all nodes."""
        remove_stale_segments()
        for number in _SIGNALS:
            self._handlers[number] = signal.signal(number, self._on_signal)
        variables = environment()
        try:
            for node in self._nodes:
                self._start(node, variables)
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop all nodes."""
        try:
            self._stop()
        finally:
            for number, handler in self._handlers.items():
                signal.signal(number, handler)

    @property
    def processes(self) -> dict[str, int]:
        """Process id of every node."""
        return {name: process.pid for name, process in self._processes.items()}

    def wait(self, timeout: float) -> NodeExit | None:
        """Pass on the nodes' output for `timeout` [s]; return at once when one has ended.

        A node that the body can do without may end with status 0.
        """
        deadline = time.monotonic() + timeout
        while not self.stopping:
            left = max(0.0, deadline - time.monotonic())
            self._pass_on(min(left, 0.1))
            for name, process in self._processes.items():
                self._measure(name, process.pid)
                if process.poll() is not None and not self._may_end(name, process.returncode):
                    self._pass_on(0.0)
                    return NodeExit(name, process.returncode, self._last_line.get(name, ""))
            if left == 0.0:
                break
        return None

    def _may_end(self, name: str, status: int) -> bool:
        return status == 0 and not next(n for n in self._nodes if n.name == name).essential

    def usage(self) -> dict[str, NodeUsage]:
        """What every node has used up to the last `wait`."""
        return dict(self._usage)

    def _start(self, node: NodeDescription, variables: dict[str, str]) -> None:
        process = subprocess.Popen(
            node.command(),
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            process_group=0,
        )
        self._processes[node.name] = process
        if process.stdout is not None:
            os.set_blocking(process.stdout.fileno(), False)
            self._output.register(process.stdout, selectors.EVENT_READ, node.name)

    def _on_signal(self, *_: object) -> None:
        self.stopping = True

    def _stop(self) -> None:
        self.stopping = True
        running = [p for p in self._processes.values() if p.poll() is None]
        for process in running:
            process.terminate()
        deadline = time.monotonic() + _GRACE
        while any(p.poll() is None for p in running) and time.monotonic() < deadline:
            self._pass_on(0.05)  # a node must not block on a full pipe while it ends
        for process in running:
            if process.poll() is None:
                process.kill()
            process.wait()
        for process in self._processes.values():
            if process.stdout is not None:
                process.stdout.close()
        self._output.close()

    def _pass_on(self, timeout: float) -> None:
        if not self._output.get_map():
            time.sleep(timeout)
            return
        for key, _ in self._output.select(timeout):
            stream: IO[bytes] = key.fileobj  # type: ignore[assignment]
            block = stream.read(1 << 16)
            if not block:
                if block is not None:  # the node has closed its output
                    self._output.unregister(stream)
                continue
            *lines, self._rest[key.data] = (self._rest.get(key.data, b"") + block).split(b"\n")
            for line in lines:
                text = printable(line.decode("utf-8", "replace").rstrip().replace("\t", " "))
                if text:
                    self._last_line[key.data] = text
                    self._show(key.data, text)

    def _measure(self, name: str, pid: int) -> None:
        """Read /proc; where there is none, nothing is known."""
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return
        ticks, pages = int(fields[11]) + int(fields[12]), int(fields[21])
        if pages > 0:  # a process that has ended but is not yet reaped has none
            rss = pages * os.sysconf("SC_PAGE_SIZE") / _MEGABYTE
            self._usage[name] = NodeUsage(ticks / os.sysconf("SC_CLK_TCK"), rss)
