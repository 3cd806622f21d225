# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Health reports of the nodes on /diagnostics."""

import enum
from collections.abc import Mapping

from builtin_interfaces.msg import Time
from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus, KeyValue
from rclpy.node import Node

from kinesis_ros.nodes import qos

PERIOD = 1.0  # [s] between two reports, as diagnostic_updater does


class Level(enum.Enum):
    """How well a node is."""

    OK = DiagnosticStatus.OK
    WARN = DiagnosticStatus.WARN
    ERROR = DiagnosticStatus.ERROR


def status(name: str, level: Level, message: str, values: Mapping[str, object]) -> DiagnosticStatus:
    """Build a status; values become text, floats with six significant digits."""
    return DiagnosticStatus(
        level=level.value,
        name=name,
        message=message,
        hardware_id="kinesis",
        values=[KeyValue(key=key, value=_text(value)) for key, value in values.items()],
    )


class DiagnosticsPublisher:
    """Publishes the status of one node.

    Args:
        node: whose name and clock are used.
    """

    def __init__(self, node: Node) -> None:
        self._node = node
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
        name = f"kinesis: {self._node.get_name()}"
        array.status = [status(name, level, message, values)]
        self._publisher.publish(array)


def _text(value: object) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)
