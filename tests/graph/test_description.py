# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The graph as data, and the launch file made from it."""

import ast
import dataclasses
import os
import re
import runpy
import subprocess
import sys
import types
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from kinesis_ros import graph
from kinesis_ros.graph import GraphError, GraphOptions, description

ROOT = Path(__file__).parents[2]
LAUNCH_FILE = ROOT / "launch" / "sim.launch.py"


def test_the_graph_has_three_nodes_and_a_viewer_on_request() -> None:
    names = [node.name for node in description.describe(GraphOptions(use_viewer=False))]
    assert names == ["sim_node", "policy_node", "goal_node"]
    with_viewer = description.describe(GraphOptions(use_viewer=True))
    assert [node.name for node in with_viewer if not node.essential] == ["viewer_node"]


def test_every_module_has_an_executable_of_its_name_in_setup() -> None:
    setup = (ROOT / "setup.py").read_text(encoding="utf-8")
    for node in description.describe(GraphOptions(use_viewer=True)):
        assert f'"{node.name} = kinesis_ros.nodes.start:{node.name}"' in setup


def test_options_reach_the_nodes() -> None:
    options = GraphOptions(
        body="back290",
        control="direct",
        goal="walk",
        scene="penalty",
        realtime=False,
        use_viewer=False,
    )
    nodes = {node.name: node.parameters for node in description.describe(options)}
    assert nodes["sim_node"]["body"] == nodes["policy_node"]["body"] == "back290"
    assert nodes["sim_node"]["control"] == nodes["policy_node"]["control"] == "direct"
    assert [nodes[name]["realtime"] for name in nodes] == [False, False, False]
    assert nodes["goal_node"]["goal"] == "walk"
    assert nodes["sim_node"]["scene"] == nodes["goal_node"]["scene"] == "penalty"
    assert [name for name, p in nodes.items() if p.get("use_sim_time")] == [
        "policy_node",
        "goal_node",
    ]


def test_values_are_quoted_so_that_yaml_keeps_their_types() -> None:
    options = GraphOptions(use_viewer=False, goal="don't stop: 'off'", duration=60)
    commands = [" ".join(node.command()) for node in description.describe(options)]
    assert "duration:=60.0" in commands[0]
    assert "realtime:=true" in commands[0]
    assert "goal:='don''t stop: ''off'''" in commands[2]


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"body": "legs81"}, "body 'legs81' does not exist; choose legs80"),
        ({"control": "telepathy"}, "control 'telepathy' does not exist; choose coordinated"),
        ({"policy": "nowhere.onnx"}, "policy 'nowhere.onnx' does not exist"),
        ({"params_file": "nowhere.yaml"}, "params file 'nowhere.yaml' does not exist"),
        ({"duration": -1.0}, "duration must be"),
        ({"duration": float("nan")}, "duration must be"),
    ],
)
def test_impossible_options_are_named_with_the_choices(options: dict, complaint: str) -> None:
    with pytest.raises(GraphError, match=complaint):
        GraphOptions(**options)


def test_a_parameter_file_is_read_before_the_options(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.touch()
    for node in description.describe(GraphOptions(params_file=str(file), use_viewer=False)):
        command = node.command()
        assert command.index("--params-file") < command.index("-p")


def test_a_namespace_holds_all_names_and_prefixes_frames() -> None:
    for node in description.describe(GraphOptions(namespace="anna")):
        assert "__ns:=/anna" in node.command()
        assert "/cmd_vel:=/anna/cmd_vel" in node.command()
        assert node.parameters.get("frame_prefix", "anna/") == "anna/"
    sim, *_ = description.describe(GraphOptions(namespace="anna", frame_prefix="a_"))
    assert sim.parameters["frame_prefix"] == "a_"
    sim, *_ = description.describe(GraphOptions())
    assert sim.remappings == ()
    assert sim.parameters["frame_prefix"] == ""


@pytest.mark.parametrize("namespace", ["", "/anna", "anna bert", "1st", "anna/"])
def test_what_is_no_namespace_is_refused(namespace: str) -> None:
    with pytest.raises(GraphError, match="is not made of letters, digits and _"):
        GraphOptions(namespace=namespace)


def test_every_name_outside_the_namespace_moves_into_another_one() -> None:
    shared = {"/tf", "/tf_static", "/diagnostics"}
    sources = "".join(path.read_text() for path in (ROOT / "kinesis_ros/nodes").glob("*.py"))
    absolute = set(re.findall(r'"(/[a-z_]+)"', sources)) - {"/parameter_events", "/rosout"}
    assert absolute - shared == set(description.USUAL_TOPICS)


def test_what_the_user_has_set_stays() -> None:
    base = {"ROS_DOMAIN_ID": "5", "ROS_AUTOMATIC_DISCOVERY_RANGE": "SUBNET", "PYTHONPATH": "mine"}
    variables = description.environment(base)
    assert variables["ROS_AUTOMATIC_DISCOVERY_RANGE"] == "SUBNET"
    assert variables["ROS_DOMAIN_ID"] == "5"
    assert variables["PYTHONPATH"].split(os.pathsep) == [str(ROOT), "mine"]
    own_profile = description.environment({"FASTDDS_DEFAULT_PROFILES_FILE": "mine.xml"})
    assert "FASTRTPS_DEFAULT_PROFILES_FILE" not in own_profile


def test_the_fast_dds_profile_is_there_and_well_formed() -> None:
    profile = description.fast_dds_settings({})["FASTRTPS_DEFAULT_PROFILES_FILE"]
    assert "participant" in ElementTree.parse(profile).getroot()[0][0].tag


def test_launch_arguments_are_options_with_the_same_defaults() -> None:
    fields = {field.name: field.default for field in dataclasses.fields(GraphOptions)}
    assert {a.name for a in description.LAUNCH_ARGUMENTS} <= fields.keys()
    assert description.options_from_text({}) == GraphOptions()
    assert all(argument.description for argument in description.LAUNCH_ARGUMENTS)


def test_launch_arguments_are_read_from_text() -> None:
    options = description.options_from_text({"realtime": "false", "body": "legs86", "goal": "walk"})
    assert (options.realtime, options.body, options.goal) == (False, "legs86", "walk")
    with pytest.raises(GraphError, match="realtime 'maybe' does not exist; choose true, false"):
        description.options_from_text({"realtime": "maybe"})


def test_the_launch_file_compiles_and_uses_what_the_graph_offers() -> None:
    text = LAUNCH_FILE.read_text(encoding="utf-8")
    tree = ast.parse(text)
    functions = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    assert "generate_launch_description" in functions
    imported = next(
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "kinesis_ros.graph"
    )
    assert all(hasattr(graph, alias.name) for alias in imported.names)
    for attribute in re.findall(r"\bnode\.(\w+)", text):
        fields = {field.name for field in dataclasses.fields(description.NodeDescription)}
        assert attribute in fields or hasattr(description.NodeDescription, attribute)


class Recorder:
    """Stands for any class of launch: keeps what it was made with."""

    def __init__(self, *values: object, **fields: object) -> None:
        self.values, self.fields = values, fields

    def perform(self, texts: dict[str, str]) -> str:
        return texts[str(self.values[0])]


def test_the_launch_file_starts_the_described_nodes(monkeypatch: pytest.MonkeyPatch) -> None:
    kinds = {}
    for name in ("launch", "launch.actions", "launch.substitutions", "launch_ros.actions"):
        module = types.ModuleType(name)
        module.__getattr__ = lambda kind: kinds.setdefault(kind, type(kind, (Recorder,), {}))
        monkeypatch.setitem(sys.modules, name, module)
    launch_file = runpy.run_path(str(LAUNCH_FILE))
    entities = launch_file["generate_launch_description"]().values[0]
    declared = [e for e in entities if isinstance(e, kinds["DeclareLaunchArgument"])]
    assert [e.values[0] for e in declared] == [
        *("body", "policy", "control", "goal", "scene", "use_viewer", "params_file", "realtime"),
        *("namespace", "frame_prefix", "use_rviz"),
    ]
    texts = {str(e.values[0]): e.fields["default_value"] for e in declared}
    nodes = launch_file["start_nodes"]({**texts, "goal": "walk", "use_viewer": "true"})
    assert all(n.fields["additional_env"] == description.node_settings() for n in nodes)
    sim, *_, viewer = (node.fields["on_exit"] for node in nodes)
    ended, killed = types.SimpleNamespace(returncode=0), types.SimpleNamespace(returncode=-9)
    assert sim(ended, None).fields == {"reason": "sim_node has ended with status 0"}
    assert viewer(killed, None).fields == {"reason": "viewer_node has ended with status -9"}
    assert viewer(ended, None) is None  # a machine without viser
    nodes = nodes[:3]
    assert [node.fields["executable"] for node in nodes] == ["sim_node", "policy_node", "goal_node"]
    assert nodes[2].fields["parameters"] == [
        {
            "goal": "walk",
            "scene": "none",
            "realtime": True,
            "frame_prefix": "",
            "use_sim_time": True,
        }
    ]
    *_, rviz = launch_file["start_nodes"]({**texts, "use_viewer": "false", "use_rviz": "true"})
    assert rviz.fields["executable"] == "rviz2"
    assert Path(rviz.fields["arguments"][1]).is_file()


def run_with_the_standard_library_only(program: str) -> None:
    """Run it as the system's Python would: no environment, no site-packages, nothing heavy."""
    program = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
for name in {HEAVY!r}:
    sys.modules[name] = None
{program}
ours = ("kinesis_ros", "kinesis_training", "urdf_mjcf", "launch", "launch_ros")
loaded = {{name.split(".")[0] for name, module in sys.modules.items() if module is not None}}
strangers = loaded - set(sys.stdlib_module_names) - set(ours) - {{"__main__"}}
print(sorted(strangers))
"""
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", program], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "[]\n", "")


HEAVY = ("mujoco", "myo_sim", "numpy", "scipy", "numba", "onnxruntime", "typer", "rclpy", "torch")


def test_the_description_needs_the_standard_library_only() -> None:
    """A launch file offers its choices before anything else is installed."""
    run_with_the_standard_library_only("""
from kinesis_ros.graph.description import LAUNCH_ARGUMENTS, describe, options_from_text
assert describe(options_from_text({}))
""")


def test_ros2_launch_runs_the_file_in_a_python_without_our_libraries() -> None:
    """`ros2` starts with #!/usr/bin/python3: it does not see the virtual environment."""
    run_with_the_standard_library_only(f"""
import runpy, types

class Anything:
    def __init__(self, *values, **fields):
        self.values, self.fields = values, fields
    def perform(self, texts):
        return texts[self.values[0]]

names = "launch", "launch.actions", "launch.substitutions", "launch_ros", "launch_ros.actions"
for name in names:
    sys.modules[name] = module = types.ModuleType(name)
    for kind in ("LaunchContext", "LaunchDescription", "DeclareLaunchArgument", "OpaqueFunction",
                 "Shutdown", "LaunchConfiguration", "Node"):
        setattr(module, kind, Anything)
file = runpy.run_path({str(LAUNCH_FILE)!r})
entities = file["generate_launch_description"]().values[0]
texts = {{e.values[0]: e.fields["default_value"] for e in entities if "default_value" in e.fields}}
assert len(file["start_nodes"](texts)) == 4
""")


def test_nodes_have_the_same_settings_whoever_starts_them() -> None:
    settings = description.node_settings({"OMP_NUM_THREADS": "8"})
    assert "OMP_NUM_THREADS" not in settings  # the user's choice
    assert settings["NUMBA_NUM_THREADS"] == "1"
    assert settings.items() <= description.environment({}).items()


@pytest.mark.parametrize(("text", "value"), [("True", True), ("False", False), ("false", False)])
def test_switches_are_read_as_yaml_and_as_python_write_them(text: str, *, value: bool) -> None:
    assert description.options_from_text({"use_viewer": text}).use_viewer is value
