# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Parameters of the nodes: frozen records, declared with description, unit and range.

What ROS tools show of a parameter is its entry under `Attributes:`.
"""

import dataclasses
import sys
from typing import Annotated, TypeVar

from rcl_interfaces.msg import FloatingPointRange, IntegerRange, ParameterDescriptor
from rclpy.exceptions import InvalidParameterTypeException, InvalidParameterValueException
from rclpy.node import Node

from kinesis_ros.core.policy import DEFAULT_CONTROL, ControlName
from kinesis_ros.graph import DEFAULT_HOST, DEFAULT_PORT, PortNumber
from kinesis_ros.options import Option, Range, options_of
from urdf_mjcf.registry import DEFAULT_BODY, DEFAULT_SCENE, BodyName, SceneName

_MOST = 2**63 - 1  # of ROS integers
# Declared by rclpy itself, or by it for each topic.
_FOREIGN = ("use_sim_time", "start_type_description_service", "qos_overrides")

Record = TypeVar("Record")


class ParameterError(ValueError):
    """A parameter is unknown or out of range; the message names it and the choices."""


@dataclasses.dataclass(frozen=True)
class SimParameters:
    """Parameters of sim_node.

    Attributes:
        body: body to simulate
        scene: what is around the body: nothing, a ball and a goal, a goalkeeper as well
        control: commands to follow: joint set-points (coordinated) or muscle excitations (direct)
        policy: policy file whose embodiment is simulated; empty: the one shipped for the body
        realtime: keep pace with the wall clock; otherwise wait for the answer to every state
        command_deadline: in real time, longest wait for the answer to a state [s]
        command_timeout: without a command for this long, the muscles relax [s]
        reset_on_fall: stand up again after a fall; otherwise stay down
        reset_delay: time on the floor before standing up again [s]
        muscle_rate: rate of the muscle topics under coordinated control [Hz]
        marker_rate: rate of the markers [Hz]
        robot_description: publish /robot_description and its links on /tf; false:
            robot_state_publisher does
        duration: end after this much simulated time [s]; 0: never
        report_file: keep a JSON summary of the run in this file
    """

    body: BodyName = DEFAULT_BODY
    scene: SceneName = DEFAULT_SCENE
    control: ControlName = DEFAULT_CONTROL
    policy: str = ""
    realtime: bool = True
    command_deadline: Annotated[float, Range(0.0, 1.0 / 30.0)] = 0.02
    command_timeout: Annotated[float, Range(0.0, 60.0)] = 0.3
    reset_on_fall: bool = True
    reset_delay: Annotated[float, Range(0.0, 600.0)] = 2.0
    muscle_rate: Annotated[float, Range(0.1, 30.0)] = 15.0
    marker_rate: Annotated[float, Range(0.1, 30.0)] = 10.0
    robot_description: bool = True
    duration: Annotated[float, Range(0.0)] = 0.0
    report_file: str = ""


@dataclasses.dataclass(frozen=True)
class PolicyParameters:
    """Parameters of policy_node.

    Attributes:
        body: body to drive
        control: kind of the policy's commands
        policy: policy file (ONNX); empty: the one shipped for the body
    """

    body: BodyName = DEFAULT_BODY
    control: ControlName = DEFAULT_CONTROL
    policy: str = ""


@dataclasses.dataclass(frozen=True)
class GoalParameters:
    """Parameters of goal_node.

    Attributes:
        goal: first goal in words; empty: stand
        scene: what is around the body
        walk_speed: speed of 'walk' when no speed is given [m/s]
        cmd_vel_timeout: without a velocity command for this long, the body stands [s]
        cmd_vel_stamped: take TwistStamped on /cmd_vel instead of Twist
        goal_heading: turn to the heading of /goal_pose in the end, unless its quaternion is all
            zeros
        leash: when the body is farther away than this, the reference waits for it [m]
    """

    goal: str = ""
    scene: SceneName = DEFAULT_SCENE
    walk_speed: Annotated[float, Range(0.1, 1.5)] = 1.1
    cmd_vel_timeout: Annotated[float, Range(0.05, 60.0)] = 0.5
    cmd_vel_stamped: bool = False
    goal_heading: bool = True
    leash: Annotated[float, Range(0.05, 10.0)] = 0.06


@dataclasses.dataclass(frozen=True)
class ViewerParameters:
    """Parameters of viewer_node.

    Attributes:
        body: body to show
        control: how the body is controlled
        host: address to serve on; 0.0.0.0: every address of this machine
        port: port to serve on; if it is taken, the next free one
        frame_rate: most frames per second; fewer on a busy machine [Hz]
        cmd_vel_stamped: send TwistStamped on /cmd_vel instead of Twist
        restart_file: file that asks the supervisor to start another body; empty: no supervisor
    """

    body: BodyName = DEFAULT_BODY
    control: ControlName = DEFAULT_CONTROL
    host: str = DEFAULT_HOST
    port: PortNumber = DEFAULT_PORT
    frame_rate: Annotated[float, Range(5.0, 30.0)] = 30.0
    cmd_vel_stamped: bool = False
    restart_file: str = ""


def declare(node: Node, kind: type[Record]) -> Record:
    """Declare the fields of the dataclass `kind` on `node`, read-only, and return their values.

    Raises:
        ParameterError: a value was given for a parameter that does not exist, or one has the
            wrong type, is out of range or not among its choices.
    """
    known = options_of(kind)
    # rclpy drops values for undeclared parameters silently, and has no public list of them.
    for name in node._parameter_overrides:
        if name not in known and not name.startswith(_FOREIGN):
            raise ParameterError(
                f"parameter '{name}' is not known to {node.get_name()}; it has: {', '.join(known)}"
            )
    values = {}
    for name, option in known.items():
        try:
            value = node.declare_parameter(name, option.default, _descriptor(option)).value
        except (InvalidParameterTypeException, InvalidParameterValueException) as error:
            raise ParameterError(f"{error}; it is the {option.help}") from error
        if option.choices and value not in option.choices:
            raise ParameterError(
                f"parameter '{name}' is '{value}'; choose one of {', '.join(option.choices)}"
            )
        values[name] = value
    return kind(**values)


def _descriptor(option: Option) -> ParameterDescriptor:
    descriptor = ParameterDescriptor(
        description=option.help,
        additional_constraints=" | ".join(option.choices),
        read_only=True,
    )
    if option.range is not None:
        low, high = option.range.least, option.range.most
        if option.type is int:
            limits = (-_MOST if low is None else int(low), _MOST if high is None else int(high))
            descriptor.integer_range = [IntegerRange(from_value=limits[0], to_value=limits[1])]
        else:
            least = -sys.float_info.max if low is None else low
            most = sys.float_info.max if high is None else high
            descriptor.floating_point_range = [FloatingPointRange(from_value=least, to_value=most)]
    return descriptor
