# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Parameters of the nodes: frozen records, declared with description, unit and range."""

import dataclasses
from collections.abc import Sequence
from typing import Any, TypeVar

from rcl_interfaces.msg import FloatingPointRange, ParameterDescriptor
from rclpy.exceptions import InvalidParameterTypeException, InvalidParameterValueException
from rclpy.node import Node

from kinesis_ros.core.policy import CONTROLS
from urdf_mjcf.compose import BODY_NAMES
from urdf_mjcf.penalty import SCENES

# Declared by rclpy itself, or by it for each topic.
_FOREIGN = ("use_sim_time", "start_type_description_service", "qos_overrides")

Record = TypeVar("Record")


class ParameterError(ValueError):
    """A parameter is unknown or out of range; the message names it and the choices."""


def _parameter(
    default: Any,  # noqa: ANN401 any parameter type
    description: str,
    *,
    bounds: tuple[float, float] | None = None,
    choices: Sequence[str] = (),
) -> Any:  # noqa: ANN401 a dataclass field
    metadata = {"description": description, "bounds": bounds, "choices": tuple(choices)}
    return dataclasses.field(default=default, metadata=metadata)


@dataclasses.dataclass(frozen=True)
class SimParameters:
    """Parameters of sim_node; each field's description is what ROS tools show."""

    body: str = _parameter("legs80", "body to simulate", choices=BODY_NAMES)
    scene: str = _parameter("none", "what is around it: ball, goal, goalkeeper", choices=SCENES)
    control: str = _parameter(
        "coordinated",
        "commands to follow: joint set-points (coordinated) or muscle excitations (direct)",
        choices=CONTROLS,
    )
    policy: str = _parameter(
        "", "policy file whose embodiment is simulated; empty: the one shipped for the body"
    )
    realtime: bool = _parameter(
        True, "keep pace with the wall clock; otherwise wait for the answer to every state"
    )
    command_deadline: float = _parameter(
        0.02, "real time: wait so long for the answer to a state [s]", bounds=(0.0, 1.0 / 30.0)
    )
    command_timeout: float = _parameter(
        0.3, "relax the muscles after so long without a command [s]", bounds=(0.0, 60.0)
    )
    reset_on_fall: bool = _parameter(True, "stand up again after a fall; otherwise stay down")
    reset_delay: float = _parameter(
        2.0, "lie so long before standing up again [s]", bounds=(0.0, 600.0)
    )
    muscle_rate: float = _parameter(
        15.0, "rate of the muscle topics under coordinated control [Hz]", bounds=(0.1, 30.0)
    )
    marker_rate: float = _parameter(10.0, "rate of the markers [Hz]", bounds=(0.1, 30.0))
    robot_description: bool = _parameter(
        True,
        "publish /robot_description, and its links on /tf; false: robot_state_publisher does",
    )
    duration: float = _parameter(
        0.0, "end after so much simulated time, 0: never [s]", bounds=(0.0, 1e9)
    )
    report_file: str = _parameter("", "keep a JSON summary of the run in this file")


@dataclasses.dataclass(frozen=True)
class PolicyParameters:
    """Parameters of policy_node."""

    body: str = _parameter("legs80", "body that is driven", choices=BODY_NAMES)
    control: str = _parameter("coordinated", "kind of the policy's commands", choices=CONTROLS)
    policy: str = _parameter("", "policy file (ONNX); empty: the one shipped for the body")


@dataclasses.dataclass(frozen=True)
class GoalParameters:
    """Parameters of goal_node."""

    goal: str = _parameter("", "first goal, as on the topic text; empty: stand")
    scene: str = _parameter("none", "what is around the body", choices=SCENES)
    walk_speed: float = _parameter(
        1.1, "speed of 'walk' without further words [m/s]", bounds=(0.1, 1.5)
    )
    cmd_vel_timeout: float = _parameter(
        0.5, "stand after so long without a velocity command [s]", bounds=(0.05, 60.0)
    )
    cmd_vel_stamped: bool = _parameter(False, "take TwistStamped on /cmd_vel instead of Twist")
    goal_heading: bool = _parameter(
        True, "face as /goal_pose says in the end, unless its quaternion is all zeros"
    )
    leash: float = _parameter(
        0.06, "the body pulls the reference along when it is farther away [m]", bounds=(0.05, 10.0)
    )


@dataclasses.dataclass(frozen=True)
class ViewerParameters:
    """Parameters of viewer_node."""

    body: str = _parameter("legs80", "body that is shown", choices=BODY_NAMES)
    control: str = _parameter("coordinated", "how it is controlled", choices=CONTROLS)
    host: str = _parameter("localhost", "address to serve on; 0.0.0.0: all of this machine")
    port: int = _parameter(8080, "port to serve on, or the next free one")
    frame_rate: float = _parameter(
        30.0, "frames per second, fewer when the processor is short [Hz]", bounds=(5.0, 30.0)
    )
    cmd_vel_stamped: bool = _parameter(False, "send TwistStamped on /cmd_vel instead of Twist")
    restart_file: str = _parameter(
        "", "file that asks the supervisor for another body; empty: there is no supervisor"
    )


def declare(node: Node, kind: type[Record]) -> Record:
    """Declare the fields of the dataclass `kind` on `node`, read-only, and return their values.

    Raises:
        ParameterError: a value was given for a parameter that does not exist, or one has the
            wrong type, is out of range or not among its choices.
    """
    fields = dataclasses.fields(kind)  # type: ignore[arg-type]
    known = [field.name for field in fields]
    # rclpy drops values for undeclared parameters silently, and has no public list of them.
    for name in node._parameter_overrides:
        if name not in known and not name.startswith(_FOREIGN):
            raise ParameterError(
                f"parameter '{name}' is not known to {node.get_name()}; it has: {', '.join(known)}"
            )
    values = {}
    for field in fields:
        try:
            value = node.declare_parameter(field.name, field.default, _descriptor(field)).value
        except (InvalidParameterTypeException, InvalidParameterValueException) as error:
            raise ParameterError(f"{error}; it is the {field.metadata['description']}") from error
        choices = field.metadata["choices"]
        if choices and value not in choices:
            raise ParameterError(
                f"parameter '{field.name}' is '{value}'; choose one of {', '.join(choices)}"
            )
        values[field.name] = value
    return kind(**values)


def _descriptor(field: dataclasses.Field) -> ParameterDescriptor:
    descriptor = ParameterDescriptor(
        description=field.metadata["description"],
        additional_constraints=" | ".join(field.metadata["choices"]),
        read_only=True,
    )
    if field.metadata["bounds"] is not None:
        low, high = field.metadata["bounds"]
        descriptor.floating_point_range = [FloatingPointRange(from_value=low, to_value=high)]
    return descriptor
