# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The ROS graph without ROS: its description as data, and the supervisor that runs it."""

from kinesis_ros.graph.description import (
    DEFAULT_HOST,
    DEFAULT_PORT,
    LAUNCH_ARGUMENTS,
    NAMESPACE,
    PACKAGE,
    RVIZ_ARGUMENT,
    GraphError,
    GraphOptions,
    NodeDescription,
    PortNumber,
    check_namespace,
    describe,
    node_settings,
    options_from_text,
    remapping_arguments,
)
from kinesis_ros.graph.lifeline import die_with_parent
from kinesis_ros.graph.printable import printable
from kinesis_ros.graph.restart import RestartError, request_restart, take_request
from kinesis_ros.graph.supervisor import NodeExit, NodeUsage, Supervisor

__all__ = [
    "DEFAULT_HOST",
    "DEFAULT_PORT",
    "LAUNCH_ARGUMENTS",
    "NAMESPACE",
    "PACKAGE",
    "RVIZ_ARGUMENT",
    "GraphError",
    "GraphOptions",
    "NodeDescription",
    "NodeExit",
    "NodeUsage",
    "PortNumber",
    "RestartError",
    "Supervisor",
    "check_namespace",
    "describe",
    "die_with_parent",
    "node_settings",
    "options_from_text",
    "printable",
    "remapping_arguments",
    "request_restart",
    "take_request",
]
