# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What pip, colcon and a reader are told about the package agrees with itself."""

import importlib
import re
import runpy
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from kinesis_ros import __version__
from kinesis_ros.cli import COMMANDS

ROOT = Path(__file__).parents[1]


@pytest.fixture
def description(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What setup.py gives to setup()."""
    setuptools = pytest.importorskip("setuptools")
    given: dict[str, Any] = {}
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(setuptools, "setup", lambda **arguments: given.update(arguments))
    runpy.run_path("setup.py")
    return given


@pytest.fixture
def manifest() -> ElementTree.Element:
    return ElementTree.parse(ROOT / "package.xml").getroot()


def test_pip_and_ros_are_told_the_same(
    description: dict[str, Any], manifest: ElementTree.Element
) -> None:
    assert manifest.get("format") == "3"
    assert manifest.findtext("export/build_type") == "ament_python"
    assert manifest.findtext("version") == description["version"] == __version__
    for field in ("name", "license", "description"):
        assert (manifest.findtext(field) or "").rstrip(".") == description[field]


def test_the_messages_of_the_ros_extra_are_those_of_the_manifest(
    description: dict[str, Any], manifest: ElementTree.Element
) -> None:
    depends = {element.text for element in manifest.findall("exec_depend")}
    wheels = {
        re.sub(r"^ros-jazzy-|\[.*\]$", "", wheel).replace("-", "_")
        for wheel in description["extras_require"]["ros"]
    }
    # tf2_msgs exists only in a ROS installation; rosgraph_msgs comes with rclpy.
    messages = {name for name in depends if name and name.endswith(("_msgs", "_srvs"))}
    assert messages - wheels == {"tf2_msgs", "rosgraph_msgs"}


def test_every_executable_is_there(description: dict[str, Any]) -> None:
    scripts = dict(script.split(" = ") for script in description["entry_points"]["console_scripts"])
    assert scripts.keys() == {"kinesis", "sim_node", "policy_node", "goal_node", "viewer_node"}
    for target in scripts.values():
        module, function = target.split(":")
        assert callable(getattr(importlib.import_module(module), function))


def test_every_python_package_and_shared_file_is_installed(description: dict[str, Any]) -> None:
    for folder in ("kinesis_ros", "kinesis_training", "urdf_mjcf"):
        for path in (ROOT / folder).rglob("*.py"):
            package = ".".join(path.relative_to(ROOT).parent.parts)
            assert package in description["packages"], f"{path} is in no package"
    installed = {file for _, files in description["data_files"] for file in files}
    launch = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "launch").rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    assert {"resource/kinesis_ros", "package.xml", "launch/sim.launch.py"} <= installed
    assert launch <= installed


def test_training_and_running_bring_each_their_own_libraries(description: dict[str, Any]) -> None:
    extras = description["extras_require"]
    assert set(extras) == {
        *("ros", "language", "viewer", "recording", "pictures", "gym"),
        *("markers", "training", "docs", "test"),
    }
    assert "torch==2.13.0" in extras["training"]
    plain = " ".join(description["install_requires"])
    for heavy in ("torch", "rclpy", "viser", "matplotlib", "pytest"):
        assert heavy not in plain


def test_the_readme_shows_every_command() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for name in COMMANDS:
        assert f"kinesis {name}" in readme
    for command in ("make sim", "make test"):
        assert command in readme
