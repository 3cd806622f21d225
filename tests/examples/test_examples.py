# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Every example runs by itself and prints what it is about."""

import importlib.util
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
PATIENCE = 120.0  # [s] on a busy machine


def environment() -> dict[str, str]:
    paths = [str(ROOT), os.environ.get("PYTHONPATH", "")]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))}


def run(name: str, *arguments: object, variables: dict[str, str] | None = None) -> str:
    command = [sys.executable, str(EXAMPLES / f"{name}.py"), *map(str, arguments)]
    result = subprocess.run(
        command, env=variables or environment(), capture_output=True, text=True, timeout=PATIENCE
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


def number(pattern: str, text: str) -> float:
    match = re.search(pattern, text)
    assert match, text
    return float(match[1])


def test_walk_to_a_place() -> None:
    out = run("walk_to_a_place")
    assert "succeeded" in out
    x, y = (number(rf"the body is at {place}", out) for place in (r"\((.*?),", r"\(.*?, (.*?)\)"))
    assert np.hypot(x - 2.0, y - 1.0) < 0.15


def test_push_recovery() -> None:
    lines = run("push_recovery").splitlines()
    assert len(lines) == 4
    assert "stays up" in lines[0]
    drifts = [number(r"([\d.]+) m to the left", line) for line in lines]
    assert drifts == sorted(drifts)


def test_imitate_a_bvh(tmp_path: Path) -> None:
    out = run("imitate_a_bvh", squatting(tmp_path / "squat.bvh"))
    assert number(r"([\d.]+) s, it looks like", out) == pytest.approx(2.0, abs=0.1)
    assert number(r"imitated for ([\d.]+) s", out) > 1.9
    assert number(r"(\d+) mm", out) < 150.0


def test_own_controller() -> None:
    out = run("own_controller")
    assert "fell: None" in out
    assert number(r"([\d.]+) m from", out) == pytest.approx(2.0, abs=0.3)


def test_gym_env() -> None:
    pytest.importorskip("gymnasium", reason="pip install 'kinesis_ros[gym]'")
    assert number(r"return (\d+)", run("gym_env")) > 200.0


def test_read_a_recording(recording: Path) -> None:
    out = run("read_a_recording", recording)
    assert "2.0 s, fell 0 times" in out
    assert number(r"to ([\d.]+) rad", out) > 0.5  # a walking knee


@pytest.fixture
def graph() -> Iterator[dict[str, str]]:
    """Environment of a graph that is running."""
    if importlib.util.find_spec("rclpy") is None:
        pytest.skip("rclpy is not installed: pip install 'kinesis_ros[ros]'")
    from kinesis_ros import GoalReference, Rollout
    from kinesis_ros.graph import description

    Rollout.load(GoalReference("walk forward")).run(0.1)  # compiles, so that the nodes start fast
    domain = os.environ.get("ROS_DOMAIN_ID", str(1 + os.getpid() % 100))
    variables = {**environment(), **description.environment(), "ROS_DOMAIN_ID": domain}
    code = "from kinesis_ros.cli import main; main()"
    process = subprocess.Popen(
        [sys.executable, "-c", code, "sim", "--headless", "--goal", "walk forward"],
        env=variables,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    yield variables
    process.send_signal(signal.SIGINT)
    try:
        process.wait(30.0)
    except subprocess.TimeoutExpired:
        process.kill()


def test_listen_from_ros(graph: dict[str, str]) -> None:
    lines = run("listen_from_ros", 2, variables=graph).splitlines()
    assert len(lines) == 2
    assert all(re.fullmatch(r" *\d+ s  \(.*\) m, .* m/s", line) for line in lines)


@pytest.mark.parametrize("name", ["imitate_a_bvh", "read_a_recording"])
def test_examples_that_need_a_file_say_so(name: str) -> None:
    command = [sys.executable, str(EXAMPLES / f"{name}.py")]
    result = subprocess.run(command, env=environment(), capture_output=True, text=True)
    assert result.returncode == 1
    assert f"usage: python examples/{name}.py" in result.stderr


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.py")), ids=lambda path: path.stem)
def test_an_example_is_short_says_what_it_is_and_has_a_test(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[1] == "# SPDX-License-Identifier: Apache-2.0"
    assert lines[2].startswith('"""')
    assert len(lines) <= 50
    assert f"test_{path.stem}" in globals()


def squatting(path: Path) -> Path:
    """Two seconds of bending and stretching the knees, as BVH in centimetres, y up."""
    lines = ["HIERARCHY", "ROOT Hips", "{", "OFFSET 0 94 0"]
    lines.append("CHANNELS 6 Xposition Yposition Zposition Zrotation Xrotation Yrotation")
    legs = (("Left", 9.0), ("Right", -9.0))
    for side, aside in legs:
        names = (f"{side}UpLeg", f"{side}Leg", f"{side}Foot", f"{side}ToeBase")
        for name, offset in zip(
            names, (f"{aside} -5 0", "0 -41 0", "0 -40 0", "0 -5 14"), strict=True
        ):
            lines += [f"JOINT {name}", "{", f"OFFSET {offset}"]
            lines.append("CHANNELS 3 Zrotation Xrotation Yrotation")
        lines += ["End Site", "{", "OFFSET 0 0 6", "}", *"}}}}"]
    lines += ["JOINT Neck", "{", "OFFSET 0 45 0", "CHANNELS 3 Zrotation Xrotation Yrotation"]
    lines += ["End Site", "{", "OFFSET 0 10 0", "}", "}", "}"]
    times = np.arange(61) / 30.0
    lines += ["MOTION", f"Frames: {len(times)}", f"Frame Time: {1 / 30:.6f}"]
    for time in times:
        bend = 10.0 * (1.0 - np.cos(2.0 * np.pi * time))  # [deg] of the hips, twice of the knees
        drop = 81.0 * (1.0 - np.cos(np.radians(bend)))
        leg = [0.0, -bend, 0.0, 0.0, 2.0 * bend, 0.0, 0.0, -bend, 0.0, 0.0, 0.0, 0.0]
        row = [0.0, 94.0 - drop, 0.0, 0.0, 0.0, 0.0, *leg, *leg, 0.0, 0.0, 0.0]
        lines.append(" ".join(f"{value:.5f}" for value in row))
    path.write_text("\n".join(lines) + "\n")
    return path
