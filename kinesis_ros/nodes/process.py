# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The life of a node's process: start, signals, memory, end."""

import contextlib
import gc
import os
import signal
import stat
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, TypeVar

import rclpy
from rclpy.executors import Executor, SingleThreadedExecutor
from rclpy.node import Node
from rclpy.signals import SignalHandlerOptions
from rclpy.utilities import ok, try_shutdown

from kinesis_ros.core.policy import PolicyContractError
from kinesis_ros.graph import die_with_parent
from kinesis_ros.graph.deadline import ended_within
from kinesis_ros.nodes.parameters import ParameterError
from kinesis_ros.nodes.start import SIGNALS, leave

_WAIT = 0.1  # [s] a signal is noticed at the latest after this
_TEARDOWN = 2.0  # [s] in which a node must have been taken down
_FAILED, _BAD_INPUT = 1, 2

SomeNode = TypeVar("SomeNode", bound=Node)


class Stop(Protocol):
    """Tells a loop when to end."""

    @property
    def stopped(self) -> bool:
        """Whether to end now."""
        ...


class StopFlag:
    """Set by SIGINT, SIGTERM or SIGHUP.

    Attributes:
        loading: nothing has happened yet that would be lost: a signal ends the process at once.
    """

    def __init__(self) -> None:
        self.stopped = self.loading = False
        for number in SIGNALS:
            signal.signal(number, self._stop)

    def _stop(self, *_: object) -> None:
        if self.loading:
            leave()
        self.stopped = True


def spin(executor: Executor, stop: Stop) -> None:
    """Run callbacks until `stop`."""
    be_prompt()
    while not stop.stopped and ok():
        executor.spin_once(timeout_sec=_WAIT)


def be_prompt() -> None:
    """Answer quickly from here on, also on a busy machine; call it when all is loaded.

    The garbage collector leaves alone what has been loaded: scanning it takes 50 ms. All threads,
    those of the middleware included, get the lowest real-time priority where the system allows
    it (root, or an rtprio limit); they sleep most of the time.
    """
    gc.collect()
    gc.freeze()
    if sys.platform == "linux":
        policy = os.SCHED_RR | os.SCHED_RESET_ON_FORK
        for thread in os.listdir("/proc/self/task"):
            with contextlib.suppress(OSError):
                os.sched_setscheduler(int(thread), policy, os.sched_param(1))


def never_wait_for_readers() -> None:
    """Drop what is written while nobody reads it: a supervisor that is stopped must not stop us.

    A pipe holds 64 kB; then writing waits, and the body falls. Terminals and files stay as they
    are: others share them.
    """
    for stream in (1, 2):
        with contextlib.suppress(OSError):
            if stat.S_ISFIFO(os.fstat(stream).st_mode):
                os.set_blocking(stream, False)


def be_patient() -> None:
    """Undo `be_prompt`'s priority: who hangs from here on must not take a core from everybody."""
    if sys.platform == "linux":
        for thread in os.listdir("/proc/self/task"):
            with contextlib.suppress(OSError):
                os.sched_setscheduler(int(thread), os.SCHED_OTHER, os.sched_param(0))


def run(
    build: Callable[[], SomeNode],
    loop: Callable[[SomeNode, Executor, Stop], None],
) -> None:
    """Run one node in this process and exit.

    Bad parameters or a policy that does not fit end the process with status 2 and one line.

    Args:
        build: makes the node.
        loop: runs it until told to stop.
    """
    die_with_parent()
    never_wait_for_readers()
    try:
        with ros() as (executor, stop):
            stop.loading = True
            node = build()
            executor.add_node(node)
            stop.loading = False
            loop(node, executor, stop)
    except (ParameterError, PolicyContractError) as error:
        print(f"kinesis_ros: {error}", file=sys.stderr, flush=True)
        sys.exit(_BAD_INPUT)


@contextlib.contextmanager
def ros(arguments: Sequence[str] = ()) -> Iterator[tuple[Executor, StopFlag]]:
    """ROS for the duration of a context: an executor, and a flag that signals set.

    Nodes that were added to the executor are destroyed at the end. That can hang inside the
    middleware; after `_TEARDOWN` the process then ends with the status that was meant.

    Args:
        arguments: of ROS, for all nodes of this process, besides those of its command line.
    """
    stop = StopFlag()
    words = [*sys.argv, *(["--ros-args", *arguments] if arguments else [])]
    rclpy.init(args=words, signal_handler_options=SignalHandlerOptions.NO)
    executor = _executor()
    status = 0
    try:
        yield executor, stop
    except BaseException as error:
        status = _status_of(error)
        raise
    finally:
        be_patient()
        with ended_within(_TEARDOWN, status), contextlib.suppress(KeyboardInterrupt):
            nodes = list(executor.get_nodes())
            executor.shutdown(timeout_sec=1.0)
            for node in nodes:
                node.destroy_node()
            try_shutdown()


def _status_of(error: BaseException) -> int:
    """Exit status of a process that ends with `error`."""
    if isinstance(error, ParameterError | PolicyContractError):
        return _BAD_INPUT
    status = getattr(error, "exit_status", getattr(error, "code", _FAILED))
    return status if isinstance(status, int) else _FAILED


def _executor() -> Executor:
    """The events executor where rclpy has it: half the latency and less work per message."""
    try:
        from rclpy.experimental.events_executor import EventsExecutor
    except ImportError:
        return SingleThreadedExecutor()
    return EventsExecutor()
