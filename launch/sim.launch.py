# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Start the body on the ROS graph: ros2 launch kinesis_ros sim.launch.py goal:="walk forward"."""

from launch import LaunchContext, LaunchDescription
from launch.actions import (
    DeclareLaunchArgument,
    EmitEvent,
    OpaqueFunction,
    RegisterEventHandler,
    SetEnvironmentVariable,
)
from launch.event_handlers import OnProcessExit
from launch.events import Shutdown
from launch.substitutions import LaunchConfiguration
from launch_ros.actions import Node

from kinesis_ros.graph import (
    LAUNCH_ARGUMENTS,
    NAMESPACE,
    PACKAGE,
    describe,
    fast_dds_settings,
    options_from_text,
)


def start_nodes(context: LaunchContext) -> list[Node | RegisterEventHandler]:
    """List the nodes that the launch arguments ask for; when one ends, all do."""
    texts = {a.name: LaunchConfiguration(a.name).perform(context) for a in LAUNCH_ARGUMENTS}
    nodes = [
        Node(
            package=PACKAGE,
            executable=node.name,
            name=node.name,
            namespace=NAMESPACE,
            parameters=[*filter(None, [node.params_file]), dict(node.parameters)],
            output="screen",
        )
        for node in describe(options_from_text(texts))
    ]
    end = [EmitEvent(event=Shutdown(reason="a node has ended"))]
    return [
        *nodes,
        *(RegisterEventHandler(OnProcessExit(target_action=n, on_exit=end)) for n in nodes),
    ]


def generate_launch_description() -> LaunchDescription:
    """Called by ros2 launch."""
    return LaunchDescription(
        [
            *(SetEnvironmentVariable(name, value) for name, value in fast_dds_settings().items()),
            *(
                DeclareLaunchArgument(
                    a.name,
                    default_value=a.default,
                    description=a.description,
                    choices=list(a.choices) or None,
                )
                for a in LAUNCH_ARGUMENTS
            ),
            OpaqueFunction(function=start_nodes),
        ]
    )
