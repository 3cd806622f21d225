# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What the contract of policies says, as spaces: what is seen and what is decided."""

import dataclasses

import numpy as np
from gymnasium.spaces import Box

from kinesis_ros.core.body import Body
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.policy import (
    CONTROLS,
    MUSCLE_SIGNALS,
    OBSERVATION_SIZE,
    PolicyOutput,
    observe,
)
from kinesis_ros.core.simulation import Simulation
from kinesis_training.environment import ImitationConfig

ACTION_SCALE = ImitationConfig().action_scale  # [rad] of set-points per unit of action
LARGEST_OFFSET = 2.0  # units; the shipped policies go to 1.5, as a motion begins


@dataclasses.dataclass(frozen=True)
class Contract:
    """Observations and actions of one body under one kind of control.

    Attributes:
        body: that is driven.
        control: 'coordinated' (an action offsets the joint set-points, which the muscles are
            coordinated to) or 'direct' (an action is the excitations).

    Raises:
        ValueError: `control` is neither.
    """

    body: Body
    control: str

    def __post_init__(self) -> None:
        if self.control not in CONTROLS:
            raise ValueError(f"control '{self.control}' is not one of {', '.join(CONTROLS)}")

    @property
    def observation_space(self) -> Box:
        """Numbers as `core.policy.observation` lists them; direct: the muscles' signals last."""
        muscles = len(self.body.muscles) if self.control == "direct" else 0
        size = OBSERVATION_SIZE + MUSCLE_SIGNALS * muscles
        return Box(-np.inf, np.inf, (size,), np.float32)

    @property
    def action_space(self) -> Box:
        """(14,) set-point offsets in units of `ACTION_SCALE`, or (num_muscles,) excitations."""
        if self.control == "direct":
            return Box(0.0, 1.0, (len(self.body.muscles),), np.float32)
        return Box(-LARGEST_OFFSET, LARGEST_OFFSET, (ks.NUM_JOINTS,), np.float32)

    def observe(self, simulation: Simulation, frames: np.ndarray, now: int) -> np.ndarray:
        """What is seen of the body and of its reference.

        Args:
            simulation: of the body.
            frames: (frames, STATE_SIZE) to follow.
            now: index of the one that is due now.

        Returns:
            As the observation space says.
        """
        seen = observe(simulation.state(), frames, now)
        if self.control == "coordinated":
            return seen
        return np.concatenate([seen, simulation.muscle_signals().astype(np.float32)])

    def decide(self, action: np.ndarray, target: np.ndarray) -> PolicyOutput:
        """What an action makes the muscles do.

        Args:
            action: of the action space; what is beyond it is cut.
            target: (STATE_SIZE,) where the body should be next.
        """
        space = self.action_space
        action = np.clip(action, space.low, space.high)
        alone = np.ones(1)  # the share of the only expert
        if self.control == "direct":
            return PolicyOutput(None, action.astype(np.float64), alone, 0.0)
        setpoint = target[ks.JOINT_POSITION] + ACTION_SCALE * action
        return PolicyOutput(setpoint, None, alone, 0.0)
