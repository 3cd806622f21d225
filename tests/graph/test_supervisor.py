# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The supervisor leaves no process behind, however it or a node ends."""

import fcntl
import os
import pty
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kinesis_ros.graph import NodeDescription, Supervisor
from kinesis_ros.graph.description import environment

HERE = Path(__file__).parent


@pytest.fixture(autouse=True)
def _find_the_sleeping_node(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(HERE))


def sleeper(name: str, **parameters: bool) -> NodeDescription:
    return NodeDescription(name, "sleeping_node", parameters)


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def wait_until_gone(pids: list[int], patience: float = 5.0) -> list[int]:
    deadline = time.monotonic() + patience
    while (left := [pid for pid in pids if alive(pid)]) and time.monotonic() < deadline:
        time.sleep(0.02)
    return left


def quiet(_node: str, _line: str) -> None:
    pass


def test_leaving_the_context_stops_the_nodes() -> None:
    with Supervisor([sleeper("a"), sleeper("b")], quiet) as supervisor:
        pids = list(supervisor.processes.values())
        assert supervisor.wait(0.3) is None
        assert all(alive(pid) for pid in pids)
    assert not wait_until_gone(pids, 0.0)


def test_an_error_in_between_stops_the_nodes() -> None:
    supervisor = Supervisor([sleeper("a")], quiet)
    with pytest.raises(TypeError), supervisor:
        supervisor.wait("nonsense")  # type: ignore[arg-type]
    pids = list(supervisor.processes.values())
    assert pids
    assert not wait_until_gone(pids, 0.0)


def test_a_node_that_ends_is_reported_with_its_last_words() -> None:
    lines: list[tuple[str, str]] = []
    nodes = [sleeper("steady"), sleeper("brief", short=True)]
    with Supervisor(nodes, lambda node, line: lines.append((node, line))) as supervisor:
        ended = supervisor.wait(10.0)
    assert ended is not None
    assert (ended.name, ended.status, ended.last_line) == ("brief", 3, "enough")
    assert str(ended) == "brief ended with status 3"
    assert ("brief", "awake") in lines


def test_a_killed_node_is_reported_with_the_signal() -> None:
    with Supervisor([sleeper("a"), sleeper("b")], quiet) as supervisor:
        pids = supervisor.processes
        os.kill(pids["b"], signal.SIGKILL)
        ended = supervisor.wait(10.0)
        assert str(ended) == "b was killed by SIGKILL"
    assert not wait_until_gone(list(pids.values()), 0.0)


def test_a_node_that_ignores_the_request_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kinesis_ros.graph.supervisor._GRACE", 0.3)
    with Supervisor([sleeper("a", stubborn=True)], quiet) as supervisor:
        pids = list(supervisor.processes.values())
        supervisor.wait(0.5)
    assert not wait_until_gone(pids, 0.0)


def test_usage_is_measured() -> None:
    with Supervisor([sleeper("a")], quiet) as supervisor:
        supervisor.wait(0.3)
        used = supervisor.usage()["a"]
    assert 1.0 < used.rss < 1000.0
    assert 0.0 <= used.cpu < 5.0


def test_a_program_that_cannot_start_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[int] = []
    start = Supervisor._start

    def fail_on_second(self: Supervisor, node: NodeDescription, variables: dict) -> None:
        if node.name == "second":
            raise OSError("no more processes")
        start(self, node, variables)
        started.extend(self.processes.values())

    monkeypatch.setattr(Supervisor, "_start", fail_on_second)
    with pytest.raises(OSError, match="no more processes"):
        Supervisor([sleeper("first"), sleeper("second")], quiet).__enter__()
    assert started
    assert not wait_until_gone(started, 0.0)


@pytest.fixture
def terminal() -> Iterator[tuple[int, subprocess.Popen, list[int]]]:
    """A supervisor as the foreground process of a terminal: (terminal, process, node pids)."""
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, str(HERE / "supervised.py")],
        env=environment(),
        stdin=slave,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(slave, termios.TIOCSCTTY, 0),
    )
    os.close(slave)
    assert process.stdout is not None
    pids: list[int] = []
    awake = 0
    for line in process.stdout:
        if line.startswith("pids"):
            pids = [int(word) for word in line.split()[1:]]
        awake += "awake" in line
        if pids and awake == len(pids):
            break
    yield master, process, pids
    process.kill()
    process.wait()
    for pid in filter(alive, pids):
        os.kill(pid, signal.SIGKILL)


Terminal = tuple[int, subprocess.Popen, list[int]]


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signalled_supervisor_leaves_no_orphan(terminal: Terminal, number: int) -> None:
    master, process, pids = terminal
    assert all(alive(pid) for pid in pids)
    process.send_signal(number)
    process.wait(timeout=10.0)
    assert not wait_until_gone(pids)
    assert process.returncode == (-number if number == signal.SIGKILL else 0)
    os.close(master)


def test_a_closed_terminal_leaves_no_orphan(terminal: Terminal) -> None:
    master, process, pids = terminal
    os.close(master)
    process.wait(timeout=10.0)
    assert not wait_until_gone(pids)


def test_ctrl_c_in_the_terminal_stops_everything_in_peace(terminal: Terminal) -> None:
    master, process, pids = terminal
    os.write(master, b"\x03")
    process.wait(timeout=10.0)
    assert process.returncode == 0
    assert not wait_until_gone(pids)
    os.close(master)
