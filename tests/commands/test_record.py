# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""`kinesis record` and `kinesis replay` for real, interrupted and killed, and with bad input."""

import importlib
import importlib.util
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

if importlib.util.find_spec("rclpy") is None:
    pytest.skip("rclpy is not installed: pip install 'kinesis_ros[ros]'", allow_module_level=True)
pytest.importorskip("mcap_ros2", reason="pip install 'kinesis_ros[recording]'")

from kinesis_ros.cli import main
from kinesis_ros.core.body import CONTROL_RATE
from kinesis_ros.graph import description
from kinesis_ros.recording import BagWriter, Topic, read_recording, summarise
from kinesis_ros.recording.bag import PARTIAL

PATIENCE = 150.0  # [s] on a busy machine


@pytest.fixture(scope="module")
def policy_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from standing_fakes import write_policy

    return write_policy(tmp_path_factory.mktemp("policy") / "standing.onnx")


@pytest.fixture
def processes() -> Iterator[list[subprocess.Popen]]:
    """Processes that have ended when the test has."""
    started: list[subprocess.Popen] = []
    yield started
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


def start(processes: list[subprocess.Popen], *arguments: object) -> subprocess.Popen:
    variables = {**description.environment(), "ROS_DOMAIN_ID": str(101 + os.getpid() % 100)}
    code = "from kinesis_ros.cli import main; main()"
    processes.append(
        subprocess.Popen(
            [sys.executable, "-c", code, *map(str, arguments)],
            env=variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
    )
    return processes[-1]


def finish(process: subprocess.Popen) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=PATIENCE)
    return process.returncode, out, err


def test_a_run_is_recorded_whatever_ends_it_and_replayed(
    processes: list[subprocess.Popen], policy_file: Path, tmp_path: Path
) -> None:
    interrupted, killed = tmp_path / "interrupted.mcap", tmp_path / "killed.mcap"
    recorders = [start(processes, "record", path) for path in (interrupted, killed)]
    options = ("--headless", "--goal", "walk", "--policy", policy_file)
    sim = start(processes, "sim", *options, "--duration", "4")
    status, _, err = finish(sim)
    assert status == 0, err
    recorders[0].send_signal(signal.SIGTERM)
    recorders[1].kill()
    status, out, err = finish(recorders[0])
    assert status == 0, err
    assert f"in '{interrupted}'" in out
    recording = read_recording(interrupted)
    assert recording.body == "legs80"
    # Topics are found by and by, and a busy machine may lose a state: only the newest is kept.
    assert 1.0 < recording.duration < 4.0
    assert len(recording.coordinates) > 0.8 * recording.duration * CONTROL_RATE
    finish(recorders[1])
    assert not killed.exists()
    # What did not fit into a whole chunk is lost, and nothing else.
    left = summarise(killed.with_name(killed.name + PARTIAL))
    assert left.count > 0

    status, _, err = finish(start(processes, "replay", interrupted, "--no-viewer", "--rate", "20"))
    assert status == 0, err


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("record", "{tmp}/a.bag"), "call it '{tmp}/a.mcap'"),
        (("record", "{tmp}/there.mcap"), "'{tmp}/there.mcap' exists"),
        (("record", "{tmp}/no/where.mcap"), "cannot write '{tmp}/no/where.mcap'"),
        (("record", "{tmp}/a.mcap", "--topics", " , "), "--topics names no topic"),
        (("record", "{tmp}/a.mcap", "--duration", "-1"), "--duration"),
        (("replay", "{tmp}/nowhere.mcap"), "cannot read '{tmp}/nowhere.mcap'"),
        (("replay", "{tmp}/text.mcap"), "'{tmp}/text.mcap' is not an MCAP file"),
        (("replay", "{tmp}/there.mcap", "--rate", "0"), "--rate"),
    ],
)
def test_bad_input_is_one_line_and_status_two(
    arguments: tuple[str, ...],
    complaint: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(os, "environ", dict(os.environ))  # which the command changes
    (tmp_path / "text.mcap").write_text("not a bag")
    with BagWriter(tmp_path / "there.mcap") as writer:
        writer.add(Topic("/a", "std_msgs/msg/String", "string data\n"))
        writer.write("/a", b"\x00\x01\x00\x00\x01\x00\x00\x00\x00", 1, 1)
    before = sorted(tmp_path.iterdir())
    with pytest.raises(SystemExit) as ended:
        main([argument.format(tmp=tmp_path) for argument in arguments])
    said = capsys.readouterr()
    assert ended.value.code == 2
    assert complaint.format(tmp=tmp_path) in said.err
    assert len(said.err.strip().splitlines()) == 1
    assert not said.out
    assert sorted(tmp_path.iterdir()) == before


def test_nothing_to_record_is_said_and_leaves_no_file(
    processes: list[subprocess.Popen], tmp_path: Path
) -> None:
    recorder = start(processes, "record", tmp_path / "a.mcap", "--topics", "nobody/says/this")
    partial = tmp_path / f"a.mcap{PARTIAL}"
    deadline = time.monotonic() + PATIENCE
    while not partial.exists() and recorder.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)
    recorder.send_signal(signal.SIGINT)
    status, _, err = finish(recorder)
    assert status == 1, err
    assert "nothing was recorded: no message came on nobody/says/this" in err
    assert not list(tmp_path.iterdir())
