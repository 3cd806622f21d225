# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Quality of service of every topic, by what the topic is for."""

from rclpy.qos import DurabilityPolicy, HistoryPolicy, QoSProfile, ReliabilityPolicy


def _profile(depth: int, durability: DurabilityPolicy = DurabilityPolicy.VOLATILE) -> QoSProfile:
    return QoSProfile(
        history=HistoryPolicy.KEEP_LAST,
        depth=depth,
        reliability=ReliabilityPolicy.RELIABLE,
        durability=durability,
    )


# The newest state is the only one worth acting on.
STATE = _profile(1)

# In lockstep every state is acted on: a node that is slower than the others misses none.
EVERY_STATE = _profile(10)

# The policy tracks the reference before the newest one, which must not be overwritten.
REFERENCE = _profile(5)

# As states: an old command is worse than none.
COMMAND = _profile(1)

# Sentences and velocities from people and robot stacks, whose publishers are often volatile and
# short-lived: a latching subscription would not even be matched with them.
GOAL = _profile(10)

# What a late subscriber has to know: names, whether the body has fallen, the plan.
LATCHED = _profile(1, DurabilityPolicy.TRANSIENT_LOCAL)

# As above, but one goal's end and the next one's beginning come together: both have to arrive.
STATUS = _profile(10, DurabilityPolicy.TRANSIENT_LOCAL)

# Pictures and measurements for people; reliable because RViz asks for that.
DISPLAY = _profile(1)

# What tf2 and diagnostics tools expect: several publishers share the topic, none is dropped.
SHARED = _profile(100)

# For subscriptions that only show: waiting for a reader that is busy would hold up the simulation.
WATCHING = QoSProfile(
    history=HistoryPolicy.KEEP_LAST,
    depth=1,
    reliability=ReliabilityPolicy.BEST_EFFORT,
    durability=DurabilityPolicy.VOLATILE,
)


def state(*, realtime: bool) -> QoSProfile:
    """Of what the nodes act on, in real time or in lockstep."""
    return STATE if realtime else EVERY_STATE
