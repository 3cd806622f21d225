# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Walk with a velocity."""

from typing import Any, Unpack

import numpy as np

from kinesis_ros.core.body import CONTROL_RATE
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.gait import Velocity
from kinesis_ros.core.maths import rotations
from kinesis_ros.core.plans import CAPABILITIES
from kinesis_ros.core.rollout import GoalReference
from kinesis_ros.gym.environment import BodyEnv, BodyOptions, Info, refuse_unknown

_LINEAR_SHARE = 0.7  # of the reward; the rest is for the turn rate
_TOLERANCE = 0.25  # [m^2/s^2], [rad^2/s^2] squared error at which a share has fallen to 1/e


class VelocityEnv(BodyEnv):
    """Walk with a velocity that is drawn anew now and then: `kinesis_ros/Velocity-v0`.

    The reference is what the shipped goals and gaits make of the velocity, as on `/cmd_vel`.

    reward = 0.7 exp(-|dv|^2 / 0.25) + 0.3 exp(-dw^2 / 0.25) - effort_weight * effort

    with dv [m/s] the error of the horizontal velocity of the pelvis in its heading frame, dw
    [rad/s] that of its turn rate (as Rudin et al. 2022, arXiv:2109.11978). The info holds

    | key | |
    | --- | --- |
    | `command` | (3,) wanted: forward [m/s], turn rate [rad/s], lateral [m/s], to the left |
    | `velocity` | (3,) the same of the body |

    `reset(options={"command": (1.0, 0.0, 0.0)})` chooses one for the whole episode, limited to
    `core.plans.Driving`.

    Example:
        >>> import gymnasium
        >>> import kinesis_ros.gym
        >>> env = gymnasium.make("kinesis_ros/Velocity-v0")
        >>> observation, info = env.reset(options={"command": (1.0, 0.0, 0.0)})
        >>> observation, reward, terminated, truncated, info = env.step(env.action_space.sample())
        >>> observation.shape, env.action_space.shape, info["command"]
        ((152,), (14,), array([1., 0., 0.]))

    Args:
        command_period: of new commands [s].
        options: of every environment, see `BodyEnv`.
    """

    def __init__(self, command_period: float = 5.0, **options: Unpack[BodyOptions]) -> None:
        if not command_period > 0.0:
            raise ValueError(f"command_period must be positive, it is {command_period}")
        self._goals = GoalReference()
        super().__init__(self._goals, **options)
        self._period = max(1, round(command_period * CONTROL_RATE))
        self._command, self._chosen = Velocity(), False

    def _choose(self, options: dict[str, Any]) -> None:
        refuse_unknown(options, "command")
        self._chosen = "command" in options
        if self._chosen:
            self._command = CAPABILITIES.driving.limited(Velocity(*map(float, options["command"])))

    def _instruct(self) -> None:
        if not self._chosen and self.lockstep.frame % self._period == 0:
            self._command = CAPABILITIES.driving.sample(self.np_random)
        self._goals.drive(*self._command)

    def _reward(self, action: np.ndarray, target: np.ndarray) -> float:
        errors = np.square(self._velocity() - self._command)
        linear, turning = errors[0] + errors[2], errors[1]
        shares = np.exp(-np.array([linear, turning]) / _TOLERANCE)
        return float(_LINEAR_SHARE * shares[0] + (1.0 - _LINEAR_SHARE) * shares[1])

    def _tell(self) -> Info:
        return {"command": np.array(self._command), "velocity": self._velocity()}

    def _velocity(self) -> np.ndarray:
        """Forward, turn rate and lateral, as `Velocity`."""
        state = self.lockstep.state
        heading = rotations.heading(state[ks.QUATERNION])
        x, y, _ = state[ks.LINEAR_VELOCITY]
        c, s = np.cos(heading), np.sin(heading)
        return np.array([c * x + s * y, state[ks.ANGULAR_VELOCITY][2], -s * x + c * y])
