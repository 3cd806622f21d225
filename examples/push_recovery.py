# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""How hard a push does a walking body bear? The same walk, pushed harder and harder."""

from kinesis_ros import GoalReference, Push, Rollout

rollout = Rollout.load(GoalReference("walk forward"))
for force in (100.0, 200.0, 400.0, 800.0):  # [N] to the left, for 0.1 s, on the pelvis
    rollout.reset()
    rollout.pusher.push(Push((0.0, force, 0.0), duration=0.1), delay=3.0)
    trajectory = rollout.run(duration=5.0)  # it ends early with a fall
    outcome = "stays up" if trajectory.fell_at is None else f"falls at {trajectory.fell_at:.1f} s"
    drift = trajectory.state[:, 1].max()
    print(f"{force:4.0f} N: {outcome}, {drift:.2f} m to the left at most")
