# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The ROS graph as data, without ROS: `kinesis sim` and sim.launch.py start the same one."""

import dataclasses
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from kinesis_ros.core.controls import DEFAULT_CONTROL, ControlName
from kinesis_ros.graph.lifeline import PARENT_VARIABLE
from kinesis_ros.options import Option, Range, check, options_of
from urdf_mjcf.registry import DEFAULT_BODY, DEFAULT_SCENE, BodyName, SceneName

NAMESPACE = "kinesis"
PACKAGE = "kinesis_ros"

DEFAULT_HOST, DEFAULT_PORT = "localhost", 8080
PortNumber = Annotated[int, Range(1, 65535)]

_ROOT = Path(__file__).parents[1]
_STARTER = f"{PACKAGE}.nodes.start"

ParameterValue = bool | int | float | str


class GraphError(ValueError):
    """Options that no graph can be made of; the message names the culprit and the choices."""


@dataclasses.dataclass(frozen=True)
class GraphOptions:
    """What a user may choose.

    Attributes:
        body: body to simulate.
        control: joint set-points (coordinated) or muscle excitations (direct).
        policy: policy file (ONNX); default: the one shipped for the body.
        goal: first goal in words, e.g. 'walk forward'; default: stand.
        scene: what is around the body: nothing, a ball and a goal, a goalkeeper as well.
        use_viewer: start the web viewer where it is installed.
        host: address of the web page; 0.0.0.0: other machines can open it, too.
        port: port of the web page; if it is taken, the next free one.
        realtime: keep pace with the wall clock; otherwise lockstep: wait for every command,
            repeatable, as fast as the machine allows.
        params_file: ROS parameter file, see config/default.yaml; the options here win over it.
        duration: end after this much simulated time [s]; 0: never.
        report_file: where the simulation keeps its summary; empty: nowhere.
        restart_file: where the viewer asks for another body; empty: it does not.
    """

    body: BodyName = DEFAULT_BODY
    control: ControlName = DEFAULT_CONTROL
    policy: str = ""
    goal: str = ""
    scene: SceneName = DEFAULT_SCENE
    use_viewer: bool = True
    host: str = DEFAULT_HOST
    port: PortNumber = DEFAULT_PORT
    realtime: bool = True
    params_file: str = ""
    duration: Annotated[float, Range(0.0)] = 0.0
    report_file: str = ""
    restart_file: str = ""

    def __post_init__(self) -> None:
        check(self, GraphError)
        for field in ("policy", "params_file"):
            path = getattr(self, field)
            if path and not Path(path).is_file():
                raise GraphError(f"{field.replace('_', ' ')} '{path}' does not exist")


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

    @classmethod
    def of(cls, option: Option) -> "LaunchArgument":
        """The argument that sets a field."""
        if option.type is bool:
            return cls(option.name, str(option.default).lower(), option.help, _SWITCH)
        return cls(option.name, option.default, option.help, option.choices)


_SWITCH = ("true", "false", "True", "False")  # as YAML and as Python write it
_LAUNCHED = ("body", "policy", "control", "goal", "scene", "use_viewer", "params_file", "realtime")

LAUNCH_ARGUMENTS = tuple(LaunchArgument.of(options_of(GraphOptions)[name]) for name in _LAUNCHED)


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
        values[argument.name] = text.lower() == "true" if argument.choices is _SWITCH else text
    return GraphOptions(**values)  # type: ignore[arg-type]


@dataclasses.dataclass(frozen=True)
class NodeDescription:
    """One process of the graph.

    Attributes:
        name: of the node, and of its executable.
        module: Python module that runs it.
        parameters: ROS parameters.
        params_file: ROS parameter file, read before `parameters`; empty: none.
        essential: the body cannot do without it: when it ends, the graph does.
    """

    name: str
    module: str
    parameters: Mapping[str, ParameterValue]
    params_file: str = ""
    essential: bool = True

    def command(self) -> list[str]:
        """Command line that starts the node with the running Python."""
        arguments = ["-r", f"__node:={self.name}", "-r", f"__ns:=/{NAMESPACE}"]
        if self.params_file:
            arguments += ["--params-file", self.params_file]
        for name, value in self.parameters.items():
            arguments += ["-p", f"{name}:={_yaml(value)}"]
        # -P: modules in the current directory must not replace installed ones.
        return [sys.executable, "-P", "-m", _STARTER, self.module, "--ros-args", *arguments]


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
    if options.use_viewer:
        viewer = ours(
            "viewer_node",
            body=body,
            control=control,
            host=options.host,
            port=options.port,
            restart_file=options.restart_file,
            use_sim_time=True,
        )
        nodes.append(dataclasses.replace(viewer, essential=False))
    return tuple(nodes)


def fast_dds_settings(base: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Environment that makes Fast DDS discover quickly, unless the user has a profile."""
    if {"FASTRTPS_DEFAULT_PROFILES_FILE", "FASTDDS_DEFAULT_PROFILES_FILE"} & base.keys():
        return {}
    return {"FASTRTPS_DEFAULT_PROFILES_FILE": str(_ROOT / "data" / "fastdds.xml")}


def node_settings(base: Mapping[str, str] = os.environ) -> dict[str, str]:
    """What the nodes need in their environment, whoever starts them; the user's settings win.

    Compiled maths runs in one thread, for the nodes share the cores. They end when this process,
    which starts them, is killed.
    """
    ours = {
        **fast_dds_settings(base),
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "NUMBA_NUM_THREADS": "1",
        "PYTHONUNBUFFERED": "1",
    }
    settings = {name: value for name, value in ours.items() if name not in base}
    return {**settings, PARENT_VARIABLE: str(os.getpid())}


def environment(base: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Environment of the nodes when there may be no ROS installation; the user's settings stay.

    ROS from wheels does not know where it is. Discovery stays on this machine.
    """
    wheels = {"AMENT_PREFIX_PATH": sys.prefix, "ROS_AUTOMATIC_DISCOVERY_RANGE": "LOCALHOST"}
    paths = [str(_ROOT.parent), *filter(None, [base.get("PYTHONPATH")])]
    return {**wheels, **base, **node_settings(base), "PYTHONPATH": os.pathsep.join(paths)}


def _yaml(value: ParameterValue) -> str:
    """The value as rcl's YAML reads it: strings in quotes, or 'off' would become false."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return repr(value)
