# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The shipped policy in a gymnasium environment, where one's own may take its place."""

import gymnasium

import kinesis_ros.gym
from kinesis_ros import PolicySession, default_policy, load_body

gymnasium.register_envs(kinesis_ros.gym)  # the import has done it; this says so
env = gymnasium.make("kinesis_ros/Velocity-v0", body="legs80", control="coordinated")
policy = PolicySession.load(default_policy("legs80"), load_body("legs80"))

observation, info = env.reset(seed=0)
total, over = 0.0, False
while not over:
    action = policy.predict(observation)  # or env.action_space.sample(), or your model's
    observation, reward, terminated, truncated, info = env.step(action)
    total, over = total + float(reward), terminated or truncated
print(f"wanted {info['command'].round(2)}, walks {info['velocity'].round(2)}, return {total:.0f}")
