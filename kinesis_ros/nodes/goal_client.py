# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""A short-lived node that gives the graph one goal and hears what becomes of it."""

import time
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from diagnostic_msgs.msg import DiagnosticStatus
from rclpy.executors import Executor
from rclpy.node import Node

from kinesis_ros.core.plans import GoalState
from kinesis_ros.graph import NAMESPACE
from kinesis_ros.nodes import qos
from kinesis_ros.nodes.process import Stop

_NAP = 0.02  # [s]
_HEARD = 50  # statuses that may wait to be read
ENDED = (GoalState.SUCCEEDED, GoalState.FAILED, GoalState.PREEMPTED, GoalState.REFUSED)


class Fate(NamedTuple):
    """What became of a goal.

    Attributes:
        state: its state.
        reason: why, or how far it is.
    """

    state: GoalState
    reason: str


class GoalClient(Node):
    """Publishes goals and listens to goal_status.

    Args:
        executor: it is added to.
        stop: ends waiting.
    """

    def __init__(self, executor: Executor, stop: Stop) -> None:
        super().__init__("goal_client", namespace=NAMESPACE)
        self._executor, self._stop = executor, stop
        executor.add_node(self)
        self._heard: deque[tuple[str, Fate]] = deque(maxlen=_HEARD)
        # Not latched: what became of earlier goals does not matter here.
        self.create_subscription(DiagnosticStatus, "goal_status", self._hear, _HEARD)

    def finds_graph(self, topic: str, kind: type, patience: float) -> bool:
        """Make the publisher of a goal; whether somebody listens within `patience` [s]."""
        self._publisher = self.create_publisher(kind, topic, qos.GOAL)
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline and not self._stop.stopped:
            heard = self.count_publishers("goal_status") > 0
            if self._publisher.get_subscription_count() > 0 and heard:
                return True
            self._executor.spin_once(timeout_sec=_NAP)
        return False

    def publish(self, message: Any) -> None:  # noqa: ANN401 any message
        """Give the goal."""
        self._publisher.publish(message)

    def fates(self, goal: str, patience: float) -> Iterator[Fate]:
        """What becomes of the goal, until it has ended.

        Args:
            goal: its id.
            patience: for each next word of it [s].
        """
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline and not self._stop.stopped:
            self._executor.spin_once(timeout_sec=_NAP)
            while self._heard:
                id, fate = self._heard.popleft()
                if id == goal:
                    deadline = time.monotonic() + patience
                    yield fate
                    if fate.state in ENDED:
                        return

    def wait(self, seconds: float, period: float, tick: Callable[[], None]) -> None:
        """Call `tick` every `period` for so long [s]."""
        end = time.monotonic() + seconds
        following = time.monotonic()
        while time.monotonic() < end and not self._stop.stopped:
            if time.monotonic() >= following:
                tick()
                following += period
            self._executor.spin_once(timeout_sec=_NAP)

    def _hear(self, message: DiagnosticStatus) -> None:
        values = {value.key: value.value for value in message.values}
        try:
            state = GoalState(message.message)
        except ValueError:
            return
        self._heard.append((values.get("id", ""), Fate(state, values.get("reason", ""))))
