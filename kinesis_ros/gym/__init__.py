# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Environments for reinforcement learning with gymnasium: `pip install 'kinesis_ros[gym]'`.

    import gymnasium
    import kinesis_ros.gym

    env = gymnasium.make("kinesis_ros/Velocity-v0", body="legs80", control="coordinated")

| id | task | class |
| --- | --- | --- |
| `kinesis_ros/Imitation-v0` | be where a clip is, frame by frame | `ClipEnv` |
| `kinesis_ros/Velocity-v0` | walk with a velocity | `VelocityEnv` |
| `kinesis_ros/Target-v0` | walk to a place and stay there | `TargetEnv` |

Each takes any body and both kinds of control; `BodyEnv` has what they share. Importing this package
registers them. `gymnasium.make_vec` of the first one makes an `ImitationVectorEnv`: many bodies in
compiled code, the environment of this project's own training. What a policy sees and decides is the
same everywhere (contract), so the shipped policies run in all of them.

contract -> environment (with camera) -> imitation, velocity, target; vector.
"""

try:
    import gymnasium
except ImportError as error:
    raise ImportError(
        "kinesis_ros.gym needs gymnasium, which is not installed: pip install 'kinesis_ros[gym]'"
    ) from error

from kinesis_ros.gym.contract import Contract
from kinesis_ros.gym.environment import BodyEnv
from kinesis_ros.gym.imitation import ClipEnv
from kinesis_ros.gym.target import TargetEnv
from kinesis_ros.gym.vector import ImitationVectorEnv
from kinesis_ros.gym.velocity import VelocityEnv

__all__ = ["BodyEnv", "ClipEnv", "Contract", "ImitationVectorEnv", "TargetEnv", "VelocityEnv"]

EPISODE = 300  # control steps, 10 s: then `truncated`

gymnasium.register(
    "kinesis_ros/Imitation-v0",
    entry_point="kinesis_ros.gym.imitation:ClipEnv",
    vector_entry_point="kinesis_ros.gym.vector:ImitationVectorEnv",
    max_episode_steps=EPISODE,
)
gymnasium.register(
    "kinesis_ros/Velocity-v0",
    entry_point="kinesis_ros.gym.velocity:VelocityEnv",
    max_episode_steps=EPISODE,
)
gymnasium.register(
    "kinesis_ros/Target-v0",
    entry_point="kinesis_ros.gym.target:TargetEnv",
    max_episode_steps=EPISODE,
)
