# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Recorder: subscribes to what is on the graph and writes the bytes as they are into a bag."""

import fnmatch
import time
from collections.abc import Callable, Sequence

from rclpy.node import Node
from rclpy.qos import (
    DurabilityPolicy,
    HistoryPolicy,
    LivelinessPolicy,
    QoSProfile,
    ReliabilityPolicy,
)
from rclpy.topic_endpoint_info import TopicEndpointInfo

from kinesis_ros.graph import NAMESPACE, printable
from kinesis_ros.nodes.message_types import MissingTypeError, full_definition, message_type
from kinesis_ros.recording import BagWriter, Qos, Topic

_LOOK_PERIOD = 0.2  # [s] between two looks for new topics
_QUEUE = 1000  # messages of a topic that may wait while the disk is slow

# Of all nodes, and of no use to somebody who looks at the body.
_LEFT_OUT = ("/parameter_events", "/rosout")

_HISTORY = {HistoryPolicy.KEEP_LAST: "keep_last", HistoryPolicy.KEEP_ALL: "keep_all"}
_RELIABILITY = {ReliabilityPolicy.BEST_EFFORT: "best_effort"}
_DURABILITY = {DurabilityPolicy.TRANSIENT_LOCAL: "transient_local"}
_LIVELINESS = {LivelinessPolicy.MANUAL_BY_TOPIC: "manual_by_topic"}


class Recorder(Node):
    """Records all topics, or those that match a pattern, as soon as somebody publishes them.

    Args:
        writer: of the bag.
        patterns: names, with * and ? if wanted, in our namespace unless they start with /;
            empty: all topics.
    """

    def __init__(self, writer: BagWriter, patterns: Sequence[str]) -> None:
        super().__init__("recorder", namespace=NAMESPACE, start_parameter_services=False)
        self._writer = writer
        here = self.get_namespace()
        self._patterns = [p if p.startswith("/") else f"{here}/{p}" for p in patterns]
        self._seen: set[str] = set(() if patterns else _LEFT_OUT)
        self._look()
        self.create_timer(_LOOK_PERIOD, self._look)

    def _look(self) -> None:
        for name, kinds in self.get_topic_names_and_types():
            if name not in self._seen and self._is_wanted(name):
                publishers = self.get_publishers_info_by_topic(name)
                if publishers:
                    self._seen.add(name)
                    self._record(name, kinds[0], publishers)

    def _is_wanted(self, name: str) -> bool:
        return not self._patterns or any(fnmatch.fnmatchcase(name, p) for p in self._patterns)

    def _record(self, name: str, kind: str, publishers: Sequence[TopicEndpointInfo]) -> None:
        try:
            definition, message = full_definition(kind), message_type(kind)
        except MissingTypeError as error:
            self.get_logger().warning(printable(f"{name} is not recorded: {error}"))
            return
        offers = [publisher.qos_profile for publisher in publishers]
        type_hash = str(publishers[0].topic_type_hash)
        self._writer.add(Topic(name, kind, definition, tuple(map(_describe, offers)), type_hash))
        self.create_subscription(message, name, self._taker(name), _request(offers), raw=True)

    def _taker(self, name: str) -> Callable[[bytes], None]:
        def take(data: bytes) -> None:
            # When it was sent is not known: Jazzy's events executor breaks on message infos.
            now = time.time_ns()
            self._writer.write(name, data, now, now)

        return take


def _request(offers: Sequence[QoSProfile]) -> QoSProfile:
    """A profile that gets the messages of all publishers, and the latched ones if all latch."""
    reliable = all(o.reliability == ReliabilityPolicy.RELIABLE for o in offers)
    latched = all(o.durability == DurabilityPolicy.TRANSIENT_LOCAL for o in offers)
    return QoSProfile(
        history=HistoryPolicy.KEEP_LAST,
        depth=_QUEUE,
        reliability=ReliabilityPolicy.RELIABLE if reliable else ReliabilityPolicy.BEST_EFFORT,
        durability=DurabilityPolicy.TRANSIENT_LOCAL if latched else DurabilityPolicy.VOLATILE,
    )


def _describe(profile: QoSProfile) -> Qos:
    return Qos(
        history=_HISTORY.get(profile.history, "unknown"),
        depth=profile.depth,
        reliability=_RELIABILITY.get(profile.reliability, "reliable"),
        durability=_DURABILITY.get(profile.durability, "volatile"),
        liveliness=_LIVELINESS.get(profile.liveliness, "automatic"),
        deadline=profile.deadline.nanoseconds,
        lifespan=profile.lifespan.nanoseconds,
        liveliness_lease_duration=profile.liveliness_lease_duration.nanoseconds,
    )
