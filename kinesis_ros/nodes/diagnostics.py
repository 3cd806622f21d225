# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Health reports of the nodes on /diagnostics."""

import enum
from collections.abc import Mapping

from builtin_interfaces.msg import Time
from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus, KeyValue
from rclpy.node import Node

from kinesis_ros.graph import NAMESPACE
from kinesis_ros.nodes import qos

PERIOD = 1.0  # [s] between two reports, as diagnostic_updater does


class Level(enum.Enum):
    """How well a node is."""

    OK = DiagnosticStatus.OK
    WARN = DiagnosticStatus.WARN
    ERROR = DiagnosticStatus.ERROR


def status(
    name: str,
    level: Level,
    message: str,
    values: Mapping[str, object],
    hardware: str = NAMESPACE,
) -> DiagnosticStatus:
    """Build a status; values become text, floats with six significant digits."""
    return DiagnosticStatus(
        level=level.value,
        name=name,
        message=message,
        hardware_id=hardware,
        values=[KeyValue(key=key, value=_text(value)) for key, value in values.items()],
    )


class DiagnosticsPublisher:
    """Publishes the status of one node, named 'node: task' as diagnostic_updater does it.

    The hardware is the body, by its namespace: bodies share the topic.

    Args:
        node: whose name and clock are used.
        task: what it does.
    """

    def __init__(self, node: Node, task: str) -> None:
        self._node = node
        self._name = f"{node.get_name()}: {task}"
        self._publisher = node.create_publisher(DiagnosticArray, "/diagnostics", qos.SHARED)

    def report(
        self,
        level: Level,
        message: str,
        values: Mapping[str, object],
        stamp: Time | None = None,
    ) -> None:
        """Publish the state of the node at `stamp`, by default its clock's time."""
        array = DiagnosticArray()
        array.header.stamp = stamp or self._node.get_clock().now().to_msg()
        array.status = [status(self._name, level, message, values, hardware_of(self._node))]
        self._publisher.publish(array)


def hardware_of(node: Node) -> str:
    """The body that a node belongs to."""
    return node.get_namespace().strip("/")


def _text(value: object) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)
