# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Dependencies point one way: nodes -> core <- training."""

import ast
import importlib
import subprocess
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
LEARNING = {"torch", "tensorboard", "filelock", "msgspec", "onnx", "onnxscript"}
READING_TEXT = {"safetensors", "tokenizers"}
READING_MARKERS = {"ezc3d"}
COMPUTING = {"numpy", "scipy", "numba", "llvmlite", "mujoco", "onnxruntime"}
COMPUTING |= READING_TEXT | READING_MARKERS

# The rooms of the house, from the ground up: each imports rooms that stand before it, only.
ROOMS = (
    "kinesis_ros.files",
    "kinesis_ros.options",
    "kinesis_ros.console",
    "urdf_mjcf",
    "kinesis_ros.core.compiled",
    "kinesis_ros.core.maths",
    "kinesis_ros.core.body",
    "kinesis_ros.core.leg",
    "kinesis_ros.core.muscles",
    "kinesis_ros.core.policy",
    "kinesis_ros.core.motion",
    "kinesis_ros.core.dynamics",
    "kinesis_ros.core.simulation",
    "kinesis_ros.core.gait",
    "kinesis_ros.core.retargeting",
    "kinesis_ros.core.plans",
    "kinesis_ros.core.kick",
    "kinesis_ros.core.reference",
    "kinesis_ros.core.language",
    "kinesis_ros.core.goals",
    "kinesis_ros.core.rollout",
    "kinesis_ros.physiology",
    "kinesis_ros.bodies",
    "kinesis_ros.graph",
    "kinesis_ros.recording",
    "kinesis_ros.pictures",
    "kinesis_ros.reports",
    "kinesis_ros.viewer",
    "kinesis_ros.nodes",
    "kinesis_ros.benchmarks",
    "kinesis_ros.commands",
    "kinesis_training.fitting",
    "kinesis_training.clips",
    "kinesis_training.environment",
    "kinesis_training.parallel",
    "kinesis_training.networks",
    "kinesis_training.checkpoints",
    "kinesis_training.learning",
    "kinesis_training.refinement",
    "kinesis_training.runs",
    "kinesis_training.commands",
    "kinesis_ros.gym",
)
# Rooms whose files are looked up one by one, as `kinesis_ros.cli` does with commands: no face.
FACELESS = {
    "urdf_mjcf",
    "kinesis_ros.benchmarks",
    "kinesis_ros.commands",
    "kinesis_ros.nodes",
    "kinesis_ros.pictures",
    "kinesis_ros.reports",
    "kinesis_ros.viewer",
    "kinesis_training.commands",
}

# The one look-up of the training: `kinesis benchmark speed` measures it, too, when it runs.
DOOR = {"kinesis_ros/commands/benchmark.py": {"kinesis_training.runs.speed.measure_environment"}}

# What every file may import: rooms that need the standard library alone.
GROUND = {"kinesis_ros.files", "kinesis_ros.options"}

# What the files of a folder may import besides that and the standard library.
ALLOWED = {
    "kinesis_ros/core": COMPUTING | {"kinesis_ros.core", "urdf_mjcf"},
    "kinesis_ros/graph": {
        "urdf_mjcf",
        "kinesis_ros.core",
        "kinesis_ros.graph",
    },
    "kinesis_ros/console": {
        "typer",
        "rich",
        "kinesis_ros.console",
        "kinesis_ros.options",
    },
    "kinesis_ros/bodies": {
        "numpy",
        "kinesis_ros.core",
        "kinesis_ros.bodies",
        "urdf_mjcf",
    },
    "kinesis_ros/files": set(),
    "kinesis_ros/options": set(),
    "kinesis_ros/physiology": {"numpy", "scipy", "kinesis_ros.core", "kinesis_ros.physiology"},
    "kinesis_ros/viewer": {"numpy", "mujoco", "viser", "kinesis_ros.core", "kinesis_ros.viewer"},
    "kinesis_ros/gym": {
        *("numpy", "gymnasium", "kinesis_ros.core", "kinesis_ros.pictures", "kinesis_ros.gym"),
        *("kinesis_training.clips", "kinesis_training.environment", "urdf_mjcf.registry"),
    },
    "kinesis_ros/nodes": ROS | {"numpy", "mujoco", "kinesis_ros", "urdf_mjcf"},
    "urdf_mjcf": {
        "mujoco",
        "myo_sim",
        "numpy",
        "kinesis_ros.options",
        "urdf_mjcf",
    },
    "kinesis_training": COMPUTING
    | LEARNING
    | {
        "typer",
        "rich",
        "kinesis_training",
        "kinesis_ros.cli",  # its commands by `python -m kinesis_training`, for torchrun
        "kinesis_ros.core",
        "kinesis_ros.console",
        "kinesis_ros.physiology",
        "urdf_mjcf.registry",  # by `python -m kinesis_training`, which is `kinesis train`
    },
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
    known = allowed | GROUND | set(sys.stdlib_module_names)
    strangers = {name for name in imported(ROOT / file) if not is_within(name, known)}
    assert not strangers, f"{file} imports {', '.join(sorted(strangers))}"


def room_of(name: str) -> str | None:
    """The room that a module, or a name in it, belongs to."""
    return next((room for room in ROOMS if is_within(name, {room})), None)


def folder_of(room: str) -> Path:
    return ROOT / Path(*room.split("."))


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_rooms_below_it(room: str) -> None:
    below = set(ROOMS[: ROOMS.index(room) + 1])
    for path in sorted(folder_of(room).rglob("*.py")):
        names = imported(path) - DOOR.get(str(path.relative_to(ROOT)), set())
        up = {name for name in names if (room_of(name) or room) not in below}
        assert not up, f"{path.relative_to(ROOT)} imports {', '.join(sorted(up))} from above"


def test_every_folder_of_code_is_a_room() -> None:
    packages = {
        ".".join(path.parent.relative_to(ROOT).parts)
        for top in ("kinesis_ros", "kinesis_training", "urdf_mjcf")
        for path in (ROOT / top).rglob("*.py")
    }
    within = {name for name in packages if any(is_within(name, {room}) for room in ROOMS)}
    assert packages - within == {"kinesis_ros", "kinesis_ros.core", "kinesis_training"}


@pytest.mark.parametrize("room", [room for room in ROOMS if room not in FACELESS])
def test_the_face_of_a_room_is_its_map(room: str) -> None:
    """Its docstring says what is in it, and `__all__` names what it offers, sorted by Ruff."""
    if room == "kinesis_ros.gym":
        pytest.importorskip("gymnasium", reason="pip install 'kinesis_ros[gym]'")
    face = importlib.import_module(room)
    assert face.__doc__
    assert face.__all__
    missing = [name for name in face.__all__ if not hasattr(face, name)]
    assert not missing


@pytest.mark.parametrize(
    "file", [file for file in files("kinesis_ros") if not file.startswith("kinesis_ros/gym/")]
)
def test_only_environments_for_learning_import_torch_or_the_training(file: str) -> None:
    strangers = {
        name for name in imported(ROOT / file) if is_within(name, LEARNING | {"kinesis_training"})
    }
    assert not strangers - DOOR.get(file, set()), f"{file} imports {', '.join(sorted(strangers))}"


def test_the_door_to_the_training_is_closed_until_its_command_runs() -> None:
    for file in DOOR:
        module = file.removesuffix(".py").replace("/", ".")
        code = f"import sys, {module}; print('kinesis_training' in sys.modules)"
        result = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        )
        assert result.stdout.strip() == "False", f"{module} imports the training at once"


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
