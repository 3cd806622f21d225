# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The ROS graph as data, without ROS: `kinesis sim` and sim.launch.py start the same one."""

import dataclasses
import importlib.util
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from kinesis_ros.core.policy import CONTROLS
from urdf_mjcf.compose import BODY_NAMES
from urdf_mjcf.penalty import SCENES

NAMESPACE = "kinesis"
PACKAGE = "kinesis_ros"

_ROOT = Path(__file__).parent

ParameterValue = bool | int | float | str


class GraphError(ValueError):
    """Options that no graph can be made of; the message names the culprit and the choices."""


@dataclasses.dataclass(frozen=True)
class GraphOptions:
    """What a user may choose.

    Attributes:
        body: name of the body.
        control: 'coordinated' or 'direct'.
        policy: policy file; empty: the shipped one.
        goal: first goal in words; empty: stand.
        scene: what is around the body, one of `SCENES`.
        use_viewer: start the web viewer.
        host: address that the viewer serves on.
        port: port that it serves on, or the next free one.
        realtime: keep pace with the wall clock; otherwise lockstep.
        params_file: ROS parameter file; the options here win over it.
        duration: end after so much simulated time, 0: never [s].
        report_file: where the simulation keeps its summary; empty: nowhere.
        restart_file: where the viewer asks for another body; empty: it does not.
    """

    body: str = "legs80"
    control: str = "coordinated"
    policy: str = ""
    goal: str = ""
    scene: str = "none"
    use_viewer: bool = False
    host: str = "localhost"
    port: int = 8080
    realtime: bool = True
    params_file: str = ""
    duration: float = 0.0
    report_file: str = ""
    restart_file: str = ""

    def __post_init__(self) -> None:
        for field, choices in (
            ("body", BODY_NAMES),
            ("control", CONTROLS),
            ("scene", SCENES),
        ):
            value = getattr(self, field)
            if value not in choices:
                raise GraphError(f"{field} '{value}' does not exist; choose {', '.join(choices)}")
        for field in ("policy", "params_file"):
            path = getattr(self, field)
            if path and not Path(path).is_file():
                raise GraphError(f"{field.replace('_', ' ')} '{path}' does not exist")
        if not 0.0 <= self.duration < float("inf"):
            raise GraphError(f"duration must be 0 or more seconds, it is {self.duration}")
        if not 1 <= self.port <= 65535:
            raise GraphError(f"port must be from 1 to 65535, it is {self.port}")


@dataclasses.dataclass(frozen=True)
class LaunchArgument:
    """An argument of sim.launch.py, in the form that `launch` wants: text.

    Attributes:
        name: of a field of `GraphOptions`.
        default: value when it is not given.
        description: what `ros2 launch --show-args` prints.
        choices: allowed values; empty: any.
    """

    name: str
    default: str
    description: str
    choices: tuple[str, ...] = ()


_SWITCH = ("true", "false")

LAUNCH_ARGUMENTS = (
    LaunchArgument("body", "legs80", "body to simulate", BODY_NAMES),
    LaunchArgument("policy", "", "policy file (ONNX); empty: the one shipped for the body"),
    LaunchArgument(
        "control", "coordinated", "joint set-points (coordinated) or muscles (direct)", CONTROLS
    ),
    LaunchArgument("goal", "", "first goal in words, e.g. 'walk forward'; empty: stand"),
    LaunchArgument("scene", "none", "ball and goal, and a goalkeeper, or none", SCENES),
    LaunchArgument("use_viewer", "true", "start the web viewer where it is installed", _SWITCH),
    LaunchArgument("params_file", "", "ROS parameter file, see config/default.yaml"),
    LaunchArgument("realtime", "true", "keep pace with the wall clock; false: lockstep", _SWITCH),
)


# Of the launch file alone: RViz comes with a ROS installation only.
RVIZ_ARGUMENT = LaunchArgument("use_rviz", "false", "start RViz with rviz/kinesis.rviz", _SWITCH)


def options_from_text(texts: Mapping[str, str]) -> GraphOptions:
    """Read options from launch arguments.

    Raises:
        GraphError: a value is not among its choices.
    """
    values: dict[str, str | bool] = {}
    for argument in LAUNCH_ARGUMENTS:
        text = texts.get(argument.name, argument.default)
        if argument.choices and text not in argument.choices:
            choices = ", ".join(argument.choices)
            raise GraphError(f"{argument.name} '{text}' does not exist; choose {choices}")
        values[argument.name] = text == "true" if argument.choices is _SWITCH else text
    return GraphOptions(**values)  # type: ignore[arg-type]


@dataclasses.dataclass(frozen=True)
class NodeDescription:
    """One process of the graph.

    Attributes:
        name: of the node, and of its executable.
        module: Python module that runs it.
        parameters: ROS parameters.
        params_file: ROS parameter file, read before `parameters`; empty: none.
    """

    name: str
    module: str
    parameters: Mapping[str, ParameterValue]
    params_file: str = ""

    def command(self) -> list[str]:
        """Command line that starts the node with the running Python."""
        arguments = ["-r", f"__node:={self.name}", "-r", f"__ns:=/{NAMESPACE}"]
        if self.params_file:
            arguments += ["--params-file", self.params_file]
        for name, value in self.parameters.items():
            arguments += ["-p", f"{name}:={_yaml(value)}"]
        # -P: modules in the current directory must not replace installed ones.
        return [sys.executable, "-P", "-m", self.module, "--ros-args", *arguments]


def describe(options: GraphOptions) -> tuple[NodeDescription, ...]:
    """List the nodes of the graph."""

    def node(name: str, module: str, **parameters: ParameterValue) -> NodeDescription:
        return NodeDescription(name, module, parameters, options.params_file)

    def ours(name: str, **parameters: ParameterValue) -> NodeDescription:
        return node(name, f"{PACKAGE}.nodes.{name}", **parameters)

    body, control = options.body, options.control
    nodes = [
        ours(
            "sim_node",
            body=body,
            control=control,
            policy=options.policy,
            scene=options.scene,
            realtime=options.realtime,
            duration=float(options.duration),
            report_file=options.report_file,
        ),
        ours("policy_node", body=body, control=control, policy=options.policy, use_sim_time=True),
        ours("goal_node", goal=options.goal, scene=options.scene, use_sim_time=True),
    ]
    if options.use_viewer and viewer_exists():
        nodes.append(
            ours(
                "viewer_node",
                body=body,
                control=control,
                host=options.host,
                port=options.port,
                restart_file=options.restart_file,
                use_sim_time=True,
            )
        )
    return tuple(nodes)


def viewer_exists() -> bool:
    """Whether this installation has what the web viewer needs."""
    return importlib.util.find_spec("viser") is not None


def fast_dds_settings(base: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Environment that makes Fast DDS discover quickly, unless the user has a profile."""
    if {"FASTRTPS_DEFAULT_PROFILES_FILE", "FASTDDS_DEFAULT_PROFILES_FILE"} & base.keys():
        return {}
    return {"FASTRTPS_DEFAULT_PROFILES_FILE": str(_ROOT / "data" / "fastdds.xml")}


def environment(base: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Environment of the nodes when there may be no ROS installation; the user's settings stay.

    ROS from wheels does not know where it is. Discovery stays on this machine. Compiled maths
    runs in one thread, for the nodes share the cores.
    """
    ours = {
        **fast_dds_settings(base),
        "AMENT_PREFIX_PATH": sys.prefix,
        "ROS_AUTOMATIC_DISCOVERY_RANGE": "LOCALHOST",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "NUMBA_NUM_THREADS": "1",
        "PYTHONUNBUFFERED": "1",
    }
    paths = [str(_ROOT.parent), *filter(None, [base.get("PYTHONPATH")])]
    return {**ours, **base, "PYTHONPATH": os.pathsep.join(paths)}


def _yaml(value: ParameterValue) -> str:
    """The value as rcl's YAML reads it: strings in quotes, or 'off' would become false."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return repr(value)
