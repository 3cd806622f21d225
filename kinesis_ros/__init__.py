# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""A muscle-driven human body on the ROS 2 graph, and in Python without ROS.

    from kinesis_ros import GoalReference, Rollout

    walk = Rollout.load(GoalReference("walk forward")).run(duration=5.0)
    print(walk.state[-1, 0], "m")

| name | what it is |
| --- | --- |
| `Rollout` | body, policy and reference in lockstep: run it, push it, record it |
| `GoalReference`, `ClipReference` | what the body is to do: goals in words or plans, or a clip |
| `Clip` | one motion at the control rate |
| `Push` | a wrench on a body part for a moment |
| `load_body` | the model with its joints and muscles by name |
| `Simulation` | the body alone: set-points or excitations in, state out |
| `PolicySession`, `default_policy` | a policy file and its checked contract; the shipped files |
| `MotionGenerator` | an endless reference at a velocity |
| `read_recording` | a recorded run of the ROS graph as arrays |

Environments for reinforcement learning are in `kinesis_ros.gym`. The names are imported when they
are first used: `import kinesis_ros` itself loads the standard library only, for the launch file
and the command line start with it.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kinesis_ros.core.body import load_body
    from kinesis_ros.core.gait import MotionGenerator
    from kinesis_ros.core.motion import Clip
    from kinesis_ros.core.policy import PolicySession, default_policy
    from kinesis_ros.core.rollout import ClipReference, GoalReference, Rollout
    from kinesis_ros.core.simulation import Push, Simulation
    from kinesis_ros.recording import read_recording

__version__ = "0.1.0"

__all__ = [
    "Clip",
    "ClipReference",
    "GoalReference",
    "MotionGenerator",
    "PolicySession",
    "Push",
    "Rollout",
    "Simulation",
    "default_policy",
    "load_body",
    "read_recording",
]

_ROOMS = {
    "kinesis_ros.core.body": ("load_body",),
    "kinesis_ros.core.gait": ("MotionGenerator",),
    "kinesis_ros.core.motion": ("Clip",),
    "kinesis_ros.core.policy": ("PolicySession", "default_policy"),
    "kinesis_ros.core.rollout": ("ClipReference", "GoalReference", "Rollout"),
    "kinesis_ros.core.simulation": ("Push", "Simulation"),
    "kinesis_ros.recording": ("read_recording",),
}
_ROOM_OF = {name: room for room, names in _ROOMS.items() for name in names}


def __getattr__(name: str) -> Any:  # noqa: ANN401 a class or a function
    """Import what is asked for (PEP 562)."""
    if name not in _ROOM_OF:
        raise AttributeError(f"module 'kinesis_ros' has no '{name}'; it has: {', '.join(__all__)}")
    value = getattr(importlib.import_module(_ROOM_OF[name]), name)
    globals()[name] = value  # the next time it is found without coming here
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
