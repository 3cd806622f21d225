# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Player: publishes the messages of a bag on the topics that they came from, at their pace."""

import time
from collections.abc import Iterable, Iterator

from rclpy.node import Node
from rclpy.publisher import Publisher
from rclpy.qos import DurabilityPolicy, HistoryPolicy, QoSProfile, ReliabilityPolicy

from kinesis_ros.graph import NAMESPACE
from kinesis_ros.nodes.message_types import MissingTypeError, message_type
from kinesis_ros.recording import BagMessage, Topic

_DEPTH = 10  # messages, as rosbag2 does for publishers whose history it does not know


class Player(Node):
    """Publishes bytes as they are; latched topics are latched again.

    Args:
        topics: of the bag.

    Attributes:
        skipped: topics that are not published, with the reason.
        time: of the newest message, as in the bag [ns].
    """

    def __init__(self, topics: Iterable[Topic]) -> None:
        super().__init__("player", namespace=NAMESPACE, start_parameter_services=False)
        self._publishers_of: dict[str, Publisher] = {}
        self.skipped: list[str] = []
        self.time = 0
        for topic in topics:
            try:
                kind = message_type(topic.type)
            except MissingTypeError:
                self.skipped.append(f"{topic.name} ({topic.type} is not installed)")
                continue
            self._publishers_of[topic.name] = self.create_publisher(kind, topic.name, _offer(topic))

    def others(self) -> list[str]:
        """Topics of the bag that somebody else publishes as well."""
        return [name for name in self._publishers_of if self.count_publishers(name) > 1]

    def has_listener(self) -> bool:
        """Whether somebody listens to the body."""
        return self.count_subscribers("body_state") > 0

    def play(self, messages: Iterable[BagMessage], rate: float) -> Iterator[float]:
        """Publish messages when they are due; the caller may do something between them.

        Args:
            messages: in the order of time.
            rate: seconds of the bag per second.

        Yields:
            Time until the next message is due [s], 0 after each message.
        """
        start: tuple[float, int] | None = None
        for message in messages:
            start = start or (time.monotonic(), message.log_time)
            due = start[0] + 1e-9 * (message.log_time - start[1]) / rate
            while (left := due - time.monotonic()) > 0.0:
                yield left
            self.time = message.log_time
            if message.topic.name in self._publishers_of:
                self._publishers_of[message.topic.name].publish(message.data)
            yield 0.0


def _offer(topic: Topic) -> QoSProfile:
    """What the publishers offered if they agreed, and the usual if they did not."""
    latched = topic.qos and all(q.durability == "transient_local" for q in topic.qos)
    best_effort = any(q.reliability == "best_effort" for q in topic.qos)
    return QoSProfile(
        history=HistoryPolicy.KEEP_LAST,
        depth=_DEPTH,
        reliability=ReliabilityPolicy.BEST_EFFORT if best_effort else ReliabilityPolicy.RELIABLE,
        durability=DurabilityPolicy.TRANSIENT_LOCAL if latched else DurabilityPolicy.VOLATILE,
    )
