# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Learning: PPO, the gate over frozen experts, distillation, hard-negative mining."""

from kinesis_training.learning.distillation import DistillationConfig, DistillationEnv, Distiller
from kinesis_training.learning.gating import GateTrainer, GatingConfig
from kinesis_training.learning.loop import Loop
from kinesis_training.learning.mining import Mining, MiningConfig
from kinesis_training.learning.ppo import PPOConfig
from kinesis_training.learning.trainer import Trainer, TrainerConfig

__all__ = [
    "DistillationConfig",
    "DistillationEnv",
    "Distiller",
    "GateTrainer",
    "GatingConfig",
    "Loop",
    "Mining",
    "MiningConfig",
    "PPOConfig",
    "Trainer",
    "TrainerConfig",
]
