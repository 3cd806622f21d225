# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""`kinesis sim` for real: figures, clear errors, no orphans, and a second start at once."""

import importlib
import importlib.util
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kinesis_ros.graph import description

PATIENCE = 60.0  # [s]

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("rclpy") is None,
    reason="rclpy is not installed: pip install 'kinesis_ros[ros]'",
)


@pytest.fixture(scope="module")
def policy_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from standing_fakes import write_policy

    return write_policy(tmp_path_factory.mktemp("policy") / "standing.onnx")


def start(*arguments: str) -> subprocess.Popen:
    variables = {**description.environment(), "ROS_DOMAIN_ID": str(1 + os.getpid() % 100)}
    return subprocess.Popen(
        [sys.executable, "-c", "from kinesis_ros.cli import main; main()", "sim", *arguments],
        env=variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(*arguments: str) -> tuple[int, str, str]:
    process = start(*arguments)
    out, err = process.communicate(timeout=PATIENCE)
    return process.returncode, out, err


def children(pid: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        if parent == pid:
            found.append(int(stat.parent.name))
    return found


def wait_for(process: subprocess.Popen, what: str) -> None:
    assert process.stderr is not None
    for line in process.stderr:
        if what in line:
            return
    pytest.fail(f"'{what}' never came")


def test_a_lockstep_run_ends_by_itself_with_its_figures(policy_file: Path, tmp_path: Path) -> None:
    file = tmp_path / "run.json"
    options = ("--goal", "walk forward", "--duration", "3", "--lockstep", "--headless")
    status, out, err = run(*options, "--policy", str(policy_file), "--json", str(file))
    assert status == 0, err
    assert out.startswith("3.0 s simulated in ")
    figures = json.loads(file.read_text())
    assert list(figures) == [
        *("sim_time_s", "wall_s", "rtf", "fell", "distance_m", "mean_speed_m_s"),
        *("latency_ms", "missed_deadlines", "nodes"),
    ]
    assert figures["sim_time_s"] == 3.0
    assert figures["missed_deadlines"] == 0
    assert figures["fell"] is True  # the standing policy does not balance
    assert list(figures["nodes"]) == ["sim_node", "policy_node", "goal_node"]
    assert all(n["cpu_s"] > 0.0 and n["rss_mb"] > 10.0 for n in figures["nodes"].values())
    assert figures["latency_ms"]["p50"] <= figures["latency_ms"]["p99"]


def test_a_killed_command_leaves_no_node_and_the_next_start_works(policy_file: Path) -> None:
    process = start("--headless", "--goal", "walk", "--policy", str(policy_file))
    wait_for(process, "accepted")
    nodes = children(process.pid)
    assert len(nodes) == 3
    process.kill()
    process.wait()
    deadline = time.monotonic() + 5.0
    while any(Path(f"/proc/{pid}").exists() for pid in nodes) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not [pid for pid in nodes if Path(f"/proc/{pid}").exists()]

    again = start("--headless", "--goal", "walk", "--policy", str(policy_file))
    wait_for(again, "fell")  # it runs
    again.send_signal(signal.SIGINT)
    out, _ = again.communicate(timeout=PATIENCE)
    assert again.returncode == 0
    assert "s simulated in" in out


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("--body", "legs81"), "legs81"),
        (("--control", "telepathy"), "telepathy"),
        (("--goal", "make coffee"), "'make coffee': 'coffee' is not understood; nearest:"),
        (("--policy", "nowhere.onnx"), "policy 'nowhere.onnx' does not exist"),
        (("--duration", "-1"), "duration"),
    ],
)
def test_bad_input_is_one_line_and_status_two(arguments: tuple[str, ...], complaint: str) -> None:
    status, _, err = run("--headless", *arguments)
    assert status == 2
    assert complaint in err
    assert len(err.strip().splitlines()) == 1


def test_a_file_that_is_no_policy_is_named(tmp_path: Path) -> None:
    file = tmp_path / "broken.onnx"
    file.write_bytes(b"not a network")
    status, _, err = run("--headless", "--policy", str(file))
    assert status == 2
    assert f"policy file '{file}' cannot be read" in err.strip().splitlines()[-1]
    assert "Traceback" not in err
