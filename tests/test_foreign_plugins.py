# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The tests run in a shell that has sourced ROS, whose plugins are for other versions of pytest."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def collect(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Collect this very file with `folder` in PYTHONPATH, as ROS's setup.bash puts it there."""
    return subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", *arguments, __file__],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("name", ["launch_testing", "launch_ros", "launch_pytest", "another"])
def test_plugins_of_a_sourced_ros_are_left_out(name: str, tmp_path: Path) -> None:
    (tmp_path / "foreign_plugin.py").write_text("raise RuntimeError('a plugin for pytest 7')\n")
    entry = tmp_path / "foreign-1.0.dist-info"
    entry.mkdir()
    (entry / "METADATA").write_text("Metadata-Version: 2.1\nName: foreign\nVersion: 1.0\n")
    (entry / "entry_points.txt").write_text(f"[pytest11]\n{name} = foreign_plugin\n")
    done = collect(tmp_path)
    if name == "another":  # the plugin would be loaded if it were not left out
        assert "a plugin for pytest 7" in done.stdout + done.stderr
    else:
        assert done.returncode == 0, done.stdout + done.stderr
