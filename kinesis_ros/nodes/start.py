# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Starts a node's process: signals are heard before anything heavy is imported.

Importing ROS, MuJoCo and the compiler takes seconds, and the first start compiles for a minute.
Whoever presses Ctrl-C in that time wants the process to end, without a traceback. Standard library
only, for the same reason.
"""

import importlib
import os
import signal
import sys

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def leave(*_: object) -> None:
    """End at once: nothing has been begun yet that would have to be brought to an end."""
    os._exit(0)


def start(module: str) -> None:
    """Run `main` of a node's module in this process."""
    for number in SIGNALS:
        signal.signal(number, leave)
    try:
        main = importlib.import_module(module).main
    except ModuleNotFoundError as error:
        if error.name != "viser":
            raise
        print("no web viewer: pip install 'kinesis_ros[viewer]' brings it", flush=True)
        return
    main()


def sim_node() -> None:
    """Run sim_node."""
    start("kinesis_ros.nodes.sim_node")


def policy_node() -> None:
    """Run policy_node."""
    start("kinesis_ros.nodes.policy_node")


def goal_node() -> None:
    """Run goal_node."""
    start("kinesis_ros.nodes.goal_node")


def viewer_node() -> None:
    """Run viewer_node."""
    start("kinesis_ros.nodes.viewer_node")


if __name__ == "__main__":
    start(sys.argv[1])
