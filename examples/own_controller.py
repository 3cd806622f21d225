# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""A controller of one's own: it steers the body around a circle and damps the policy's ankles."""

import math

from kinesis_ros import GoalReference, PolicySession, Simulation, default_policy, load_body
from kinesis_ros.core.body.kinematic_state import LEG_JOINTS
from kinesis_ros.core.rollout import Lockstep

body = load_body("legs80")
policy = PolicySession.load(default_policy("legs80"), body)
goals = GoalReference()
lockstep = Lockstep(Simulation(body), goals)
ankles = [LEG_JOINTS.index(f"ankle_angle_{side}") for side in "rl"]
radius = 2.0  # [m] of a circle about the origin

for _ in range(300):  # control steps of 1/30 s
    # Steering: turn towards a radius of 2 m, the more the farther it is off. As on /cmd_vel.
    x, y = lockstep.state[:2]
    goals.drive(speed=0.8, turn_rate=0.4 + 0.2 * (math.hypot(x, y - radius) - radius))
    # Deciding: `output.setpoint` [rad] may come from anywhere; here the policy's is changed.
    frames, now = lockstep.look()
    output = policy.act(lockstep.state, frames, now=now)
    assert output.setpoint is not None  # coordinated control has them
    output.setpoint[ankles] -= 0.005 * lockstep.state[27:41][ankles]  # joint velocities [rad/s]
    lockstep.advance(output)

x, y = lockstep.state[:2]
print(f"fell: {lockstep.fell_at}; {math.hypot(x, y - radius):.2f} m from the circle's middle")
