# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Dependencies point one way: nodes -> core <- training."""

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

ROS = {
    "rclpy",
    "ament_index_python",
    "builtin_interfaces",
    "rcl_interfaces",
    "rosgraph_msgs",
    "std_srvs",
    "tf2_msgs",
    *(
        f"{kind}_msgs"
        for kind in (
            "diagnostic",
            "geometry",
            "nav",
            "sensor",
            "std",
            "trajectory",
            "visualization",
        )
    ),
}
LEARNING = {"torch", "tensorboard", "filelock", "onnx", "onnxscript"}
READING_TEXT = {"safetensors", "tokenizers"}
COMPUTING = {"numpy", "scipy", "numba", "llvmlite", "mujoco", "onnxruntime"} | READING_TEXT

# What the files of a folder may import besides the standard library.
ALLOWED = {
    "kinesis_ros/core": COMPUTING | {"kinesis_ros.core", "urdf_mjcf"},
    "kinesis_ros/physiology": {"numpy", "scipy", "kinesis_ros.core", "kinesis_ros.physiology"},
    "kinesis_ros/viewer": {"numpy", "mujoco", "viser", "kinesis_ros.core", "kinesis_ros.viewer"},
    "kinesis_ros/nodes": ROS | {"numpy", "mujoco", "kinesis_ros", "urdf_mjcf"},
    "urdf_mjcf": {"mujoco", "myo_sim", "numpy", "urdf_mjcf"},
    "kinesis_training": COMPUTING
    | LEARNING
    | {"typer", "rich", "kinesis_training", "kinesis_ros.core", "kinesis_ros.commands"}
    | {"kinesis_ros.physiology"},
}


def imported(path: Path) -> set[str]:
    """Full names of the modules that a file imports, wherever in the file."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} has a relative import"
            assert node.module is not None
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names


def is_within(name: str, modules: set[str]) -> bool:
    return any(name == module or name.startswith(f"{module}.") for module in modules)


def files(folder: str) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in sorted((ROOT / folder).rglob("*.py"))]


@pytest.mark.parametrize(
    ("file", "allowed"),
    [(file, allowed) for folder, allowed in ALLOWED.items() for file in files(folder)],
)
def test_a_file_imports_only_what_its_layer_may(file: str, allowed: set[str]) -> None:
    known = allowed | set(sys.stdlib_module_names)
    strangers = {name for name in imported(ROOT / file) if not is_within(name, known)}
    assert not strangers, f"{file} imports {', '.join(sorted(strangers))}"


def runs_the_body(file: str) -> bool:
    """Everything but the benchmarks, which measure training as well."""
    return "benchmark" not in file


@pytest.mark.parametrize("file", [*filter(runs_the_body, files("kinesis_ros"))])
def test_nothing_that_runs_the_body_imports_torch_or_the_training(file: str) -> None:
    strangers = {
        name for name in imported(ROOT / file) if is_within(name, LEARNING | {"kinesis_training"})
    }
    assert not strangers, f"{file} imports {', '.join(sorted(strangers))}"


def test_the_guard_sees_imports_inside_functions(tmp_path: Path) -> None:
    path = tmp_path / "late.py"
    path.write_text("def f():\n    import torch.nn\n    from rclpy.node import Node\n")
    assert imported(path) == {"torch.nn", "rclpy.node.Node"}


@pytest.mark.parametrize(
    "file", [f for folder in (*ALLOWED, "kinesis_ros", "tests") for f in files(folder)]
)
def test_every_file_says_who_wrote_it_and_under_which_licence(file: str) -> None:
    lines = (ROOT / file).read_text(encoding="utf-8").splitlines()
    assert lines[:2] == [
        "# Copyright 2026 The kinesis_ros authors",
        "# SPDX-License-Identifier: Apache-2.0",
    ]
