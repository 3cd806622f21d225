# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Walk to a place and stop on it: a goal in words, and what came of it."""

from kinesis_ros import GoalReference, Rollout

# The goal is understood as on the topic `text`; another body is "full416".
rollout = Rollout.load(GoalReference("go to (2, 1)"), body="legs80")
trajectory = rollout.run(duration=6.0)

for time, event in trajectory.events:
    print(f"{time:4.1f} s  {event.state.value}: {event.reason}")
x, y, _ = trajectory.state[-1, :3]  # the state begins with the position of the pelvis
print(f"after {trajectory.time[-1]:.1f} s the body is at ({x:.2f}, {y:.2f}) m")
