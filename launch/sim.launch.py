# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Start the body on the ROS graph: ros2 launch kinesis_ros sim.launch.py goal:="walk forward"."""

from collections.abc import Callable
from pathlib import Path

from launch import LaunchContext, LaunchDescription
from launch.actions import DeclareLaunchArgument, OpaqueFunction, Shutdown
from launch.substitutions import LaunchConfiguration
from launch_ros.actions import Node

from kinesis_ros.graph import (
    LAUNCH_ARGUMENTS,
    PACKAGE,
    RVIZ_ARGUMENT,
    NodeDescription,
    describe,
    node_settings,
    options_from_text,
)

RVIZ_FILE = Path(__file__).parent / "rviz" / "kinesis.rviz"


def ending_of(node: NodeDescription) -> Callable:
    """What happens when a node's process has ended."""

    def end(event: object, _: LaunchContext) -> Shutdown | None:
        status = event.returncode  # type: ignore[attr-defined]
        if node.essential or status != 0:
            return Shutdown(reason=f"{node.name} has ended with status {status}")
        return None

    return end


def start_nodes(context: LaunchContext) -> list[Node]:
    """List the nodes that the launch arguments ask for; when one of the body's ends, all do."""
    settings = node_settings()
    arguments = (*LAUNCH_ARGUMENTS, RVIZ_ARGUMENT)
    texts = {a.name: LaunchConfiguration(a.name).perform(context) for a in arguments}
    nodes = [
        Node(
            package=PACKAGE,
            executable=node.name,
            name=node.name,
            namespace=node.namespace,
            remappings=list(node.remappings),
            parameters=[*filter(None, [node.params_file]), dict(node.parameters)],
            output="screen",
            additional_env=settings,
            on_exit=ending_of(node),
        )
        for node in describe(options_from_text(texts))
    ]
    if texts[RVIZ_ARGUMENT.name] == "true":
        nodes.append(
            Node(
                package="rviz2",
                executable="rviz2",
                arguments=["-d", str(RVIZ_FILE)],
                parameters=[{"use_sim_time": True}],
            )
        )
    return nodes


def generate_launch_description() -> LaunchDescription:
    """Called by ros2 launch."""
    return LaunchDescription(
        [
            *(
                DeclareLaunchArgument(
                    argument.name,
                    default_value=argument.default,
                    description=argument.description,
                    choices=argument.choices or None,
                )
                for argument in (*LAUNCH_ARGUMENTS, RVIZ_ARGUMENT)
            ),
            OpaqueFunction(function=start_nodes),
        ]
    )
