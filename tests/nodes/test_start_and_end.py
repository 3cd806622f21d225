# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Nodes end soon and with the right status, whenever they are told to, and leave no orphan.

KINESIS_ROUNDS=50 repeats the start and end of a whole graph so many times: what is rare shows.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from rclpy.executors import SingleThreadedExecutor
from rclpy.node import Node
from std_srvs.srv import SetBool

from kinesis_ros.graph import NAMESPACE, GraphOptions, NodeDescription, describe
from kinesis_ros.graph.description import environment

ROUNDS = int(os.environ.get("KINESIS_ROUNDS", "2"))
SOON = 5.0  # [s] within which everything has ended
PATIENCE = 300.0  # [s] for a start on a busy machine

pytestmark = pytest.mark.timeout(600 + 60 * ROUNDS)


def wait_for(done: Callable[[], object], what: str, patience: float = PATIENCE) -> None:
    deadline = time.monotonic() + patience
    while not done():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.05)


def listens(pid: int, number: int) -> bool:
    """Whether the process has a handler for a signal of its own."""
    status = Path(f"/proc/{pid}/status").read_text()
    mask = next(line.split()[1] for line in status.splitlines() if line.startswith("SigCgt"))
    return bool(int(mask, 16) >> (number - 1) & 1)


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def is_gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


class Started:
    """Processes of nodes, each with a file for what it writes.

    Args:
        nodes: to start.
        folder: for their output.
        **variables: of their environment, besides the usual.
    """

    def __init__(self, nodes: list[NodeDescription], folder: Path, **variables: str) -> None:
        self.output = [folder / f"{node.name}.log" for node in nodes]
        self.processes: list[subprocess.Popen] = []
        for node, path in zip(nodes, self.output, strict=True):
            with path.open("w") as stream:
                self.processes.append(
                    subprocess.Popen(
                        node.command(),
                        env={**environment(), **variables},
                        stdout=stream,
                        stderr=subprocess.STDOUT,
                    )
                )

    def end(self, number: int) -> list[int]:
        """Signal all at once; their statuses. Who has not ended in time fails the test."""
        for process in self.processes:
            process.send_signal(number)
        deadline = time.monotonic() + SOON
        return [p.wait(timeout=max(0.0, deadline - time.monotonic())) for p in self.processes]

    def said(self, words: str) -> bool:
        return any(words in path.read_text() for path in self.output)

    def kill(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait()


Start = Callable[..., Started]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    started: list[Started] = []

    def begin(nodes: list[NodeDescription], **variables: str) -> Started:
        started.append(Started(nodes, tmp_path, **variables))
        return started[-1]

    yield begin
    for processes in started:
        processes.kill()


@pytest.fixture
def graph(policy_file: Path, tmp_path: Path) -> list[NodeDescription]:
    report = tmp_path / "report.json"
    options = GraphOptions(policy=str(policy_file), use_viewer=False, report_file=str(report))
    return list(describe(options))


def sim_node(graph: list[NodeDescription]) -> list[NodeDescription]:
    return [node for node in graph if node.name == "sim_node"]


def moves(report: Path) -> bool:
    return report.exists() and '"sim_time_s": 0.0' not in report.read_text()


def test_a_graph_that_is_ended_ends(
    start: Start, graph: list[NodeDescription], tmp_path: Path
) -> None:
    report = tmp_path / "report.json"
    for _ in range(ROUNDS):
        report.unlink(missing_ok=True)
        started = start(graph)
        wait_for(lambda: moves(report), "the body to move")
        assert started.end(signal.SIGTERM) == [0, 0, 0]
        assert not started.said("Traceback")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_node_that_is_still_loading_ends(
    start: Start, graph: list[NodeDescription], number: int
) -> None:
    started = start(graph)
    pids = [process.pid for process in started.processes]
    wait_for(lambda: all(listens(pid, number) for pid in pids), "handlers of signals")
    assert started.end(number) == [0, 0, 0]
    assert not started.said("Traceback")


def test_a_node_that_is_compiling_ends(
    start: Start, graph: list[NodeDescription], tmp_path: Path
) -> None:
    started = start(sim_node(graph), NUMBA_CACHE_DIR=str(tmp_path / "compiled"))
    wait_for(lambda: list(tmp_path.glob("compiled/**/*.nbi")), "a first compiled function")
    assert started.end(signal.SIGINT) == [0]
    assert not started.said("Traceback")


def test_a_paused_body_ends(
    start: Start, graph: list[NodeDescription], tmp_path: Path, ros: None
) -> None:
    node, executor = Node("pauser", namespace=NAMESPACE), SingleThreadedExecutor()
    executor.add_node(node)
    pause = node.create_client(SetBool, "pause")
    started = start(graph)
    wait_for(lambda: moves(tmp_path / "report.json"), "the body to move")
    answer = pause.call_async(SetBool.Request(data=True))
    wait_for(lambda: executor.spin_once(timeout_sec=0.05) or answer.done(), "the pause")
    node.destroy_node()
    assert started.end(signal.SIGINT) == [0, 0, 0]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("running", [False, True])
def test_kinesis_sim_ends_with_all_its_nodes(
    policy_file: Path, tmp_path: Path, number: int, running: bool
) -> None:
    log = tmp_path / "sim.log"
    program = "from kinesis_ros.cli import main; main()"
    command = [sys.executable, "-c", program, "sim", "--headless"]
    with log.open("w") as stream:
        process = subprocess.Popen(
            [*command, "--policy", str(policy_file)],
            env=environment(),
            stdout=stream,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        wait_for(lambda: len(children(process.pid)) == 3, "three nodes")
        nodes = children(process.pid)
        if running:
            wait_for(lambda: "fell" in log.read_text(), "the fall of a body without a policy")
        process.send_signal(number)
        assert process.wait(timeout=SOON) == 0, log.read_text()
        assert [pid for pid in nodes if not is_gone(pid)] == []
        assert "Traceback" not in log.read_text()
    finally:
        process.kill()
        process.wait()
