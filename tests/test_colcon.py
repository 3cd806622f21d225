# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""colcon builds and installs the package as a ROS 2 workspace wants it, linked or copied."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NAME = "kinesis_ros"
EXECUTABLES = ("kinesis", "sim_node", "policy_node", "goal_node", "viewer_node")

pytestmark = pytest.mark.skipif(
    shutil.which("colcon") is None,
    reason="colcon is not installed: pip install colcon-common-extensions, in its own environment",
)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """The package in the src/ of a workspace, as a clone has it."""
    files = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if files.returncode != 0:
        pytest.skip("not a git repository")
    source = tmp_path / "src" / NAME
    for name in filter(None, files.stdout.decode().split("\0")):
        if (ROOT / name).is_file() and not name.startswith(("docs/", "tests/")):
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, source / name)
    return source


@pytest.mark.parametrize("options", [[], ["--symlink-install"]])
def test_colcon_builds_and_installs_it(options: list[str], source: Path, tmp_path: Path) -> None:
    variables = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    built = subprocess.run(
        ["colcon", "--log-base", "log", "build", *options],
        cwd=tmp_path,
        env=variables,
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stdout + built.stderr
    prefix = tmp_path / "install" / NAME
    share = prefix / "share" / NAME
    for name in ("package.xml", "launch/sim.launch.py", "launch/config/default.yaml"):
        assert (share / name).read_bytes() == (source / name).read_bytes()
    assert (share / "launch" / "rviz" / "kinesis.rviz").is_file()
    assert (prefix / "share/ament_index/resource_index/packages" / NAME).is_file()
    for name in EXECUTABLES:
        assert os.access(prefix / "lib" / NAME / name, os.X_OK), name
    code = f"import {NAME}; print({NAME}.__file__)"
    sourced = subprocess.run(
        ["bash", "-c", f"source install/setup.bash && python3 -P -c '{code}'"],
        cwd=tmp_path,
        env=variables,
        capture_output=True,
        text=True,
        check=False,
    )
    assert sourced.returncode == 0, sourced.stderr
    assert str(tmp_path) in sourced.stdout
