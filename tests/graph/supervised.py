# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""A supervisor with two sleeping nodes, as a process of its own that tests can kill."""

from kinesis_ros.graph import NodeDescription, Supervisor

if __name__ == "__main__":
    nodes = [NodeDescription(name, "sleeping_node", {}) for name in ("first", "second")]
    with Supervisor(nodes, lambda node, line: print(node, line, flush=True)) as supervisor:
        print("pids", *supervisor.processes.values(), flush=True)
        while not supervisor.stopping and supervisor.wait(1.0) is None:
            pass
