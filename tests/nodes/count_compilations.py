# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Prints the compiled functions that a node first needs after its warm-up: there should be none.

Run as a program, `count_compilations.py goal|policy`, because other tests compile them, too.
"""

import sys

import numpy as np
import rclpy
from rclpy.node import Node
from sensor_msgs.msg import JointState
from std_msgs.msg import String

from kinesis_ros.core.body import CONTROL_RATE, COORDINATES, write_coordinates
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.reference.planner import PLANNED
from kinesis_ros.nodes.goal_node import GoalNode
from kinesis_ros.nodes.messages import JointStateMessage, ReferenceMessage
from kinesis_ros.nodes.policy_node import PolicyNode

STEPS = 90  # a start and several steps


def overloads() -> dict[str, int]:
    """Number of compiled signatures of every numba function of the package."""
    return {
        f"{module}.{name}": len(function.signatures)
        for module, content in list(sys.modules.items())
        if module.startswith("kinesis_ros")
        for name, function in vars(content).items()
        if hasattr(function, "signatures") and hasattr(function, "py_func")
    }


def state_message(tick: int, state: np.ndarray) -> JointState:
    """body_state as sim_node would publish it."""
    writer = JointStateMessage(COORDINATES)
    write_coordinates(state, writer.position, writer.velocity)
    return writer.stamp(tick)


def exercise(node: Node, walk: np.ndarray) -> None:
    """Give the node the messages of a walk."""
    if isinstance(node, GoalNode):
        node._take_text(String(data="walk forward"))
    for tick in range(STEPS):
        if isinstance(node, PolicyNode):
            window = walk[tick : tick + PLANNED]
            node._take_reference(ReferenceMessage(PLANNED).write(tick, window))
        node._take_state(state_message(tick, walk[tick]))


def gliding() -> np.ndarray:
    """Upright at 1 m/s, (frames, STATE_SIZE): made without any compiled function."""
    walk = np.zeros((STEPS + PLANNED, ks.STATE_SIZE))
    walk[:, 0] = np.arange(len(walk)) / CONTROL_RATE
    walk[:, 2], walk[:, 3], walk[:, 7] = 0.93, 1.0, 1.0
    return walk


def main() -> None:
    """Compare before and after."""
    walk = gliding()
    state_message(0, walk[0])  # what the sender of the messages compiles does not count
    rclpy.init()
    node: Node = {"goal": GoalNode, "policy": PolicyNode}[sys.argv[1]]()
    before = overloads()
    exercise(node, walk)
    after = overloads()
    print(*(name for name, count in after.items() if count != before.get(name, 0)))
    rclpy.shutdown()


if __name__ == "__main__":
    main()
