# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""A controller of one's own: it steers the body onto a circle and damps the policy's ankles."""

import math

from kinesis_ros import GoalReference, PolicySession, Simulation, default_policy, load_body
from kinesis_ros.core.body.kinematic_state import LEG_JOINTS
from kinesis_ros.core.rollout import Lockstep

body = load_body("legs80")
policy = PolicySession.load(default_policy("legs80"), body)
goals = GoalReference()
lockstep = Lockstep(Simulation(body), goals)
ankles = [LEG_JOINTS.index(f"ankle_angle_{side}") for side in "rl"]
speed, radius = 0.8, 2.0  # [m/s], [m] of a circle to the left of the start

for _ in range(300):  # control steps of 1/30 s
    # Steering, as on /cmd_vel: face along the circle, and inwards when outside of it.
    x, y, _, w, _, _, z = lockstep.state[:7]  # of the pelvis: place [m], quaternion
    outside = math.hypot(x, y - radius) - radius
    wanted = math.atan2(y - radius, x) + 0.5 * math.pi + 0.5 * outside
    error = math.remainder(wanted - 2.0 * math.atan2(z, w), math.tau)
    goals.drive(speed, turn_rate=speed / radius + error)
    # Deciding: `output.setpoint` [rad] may come from anywhere; here the policy's is changed.
    frames, now = lockstep.look()
    output = policy.act(lockstep.state, frames, now=now)
    assert output.setpoint is not None  # coordinated control has them
    output.setpoint[ankles] -= 0.005 * lockstep.state[27:41][ankles]  # joint velocities [rad/s]
    lockstep.advance(output)

x, y = lockstep.state[:2]
print(f"fell: {lockstep.fell_at}; {math.hypot(x, y - radius):.2f} m from the circle's middle")
