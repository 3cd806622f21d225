# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Who else publishes what only one node of a graph should: two bodies would be mixed up."""

from collections.abc import Iterable

from rclpy.node import Node


def doubled(node: Node, topics: Iterable[str]) -> str:
    """One line about the first of `topics` with several publishers; empty: there is none."""
    for topic in topics:
        publishers = node.get_publishers_info_by_topic(topic)
        if len(publishers) > 1:
            names = sorted(f"{p.node_namespace.rstrip('/')}/{p.node_name}" for p in publishers)
            return f"{len(names)} nodes publish {topic}: {', '.join(names)}"
    return ""
