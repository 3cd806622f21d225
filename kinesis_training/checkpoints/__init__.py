# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Weights on disk: checkpoints of runs, shipped files, and mixtures put together from several."""

from kinesis_training.checkpoints.assembly import (
    Replacement,
    mean_network,
    read_replacements,
    replace_experts,
)
from kinesis_training.checkpoints.checkpoint import (
    environment_tensors,
    read_checkpoint,
    restore_environment,
    write_checkpoint,
)
from kinesis_training.checkpoints.weights import (
    WeightsError,
    load_actor,
    load_expert,
    load_mixture,
    load_network,
    load_parts,
    load_world_model,
    save_weights,
)

__all__ = [
    "Replacement",
    "WeightsError",
    "environment_tensors",
    "load_actor",
    "load_expert",
    "load_mixture",
    "load_network",
    "load_parts",
    "load_world_model",
    "mean_network",
    "read_checkpoint",
    "read_replacements",
    "replace_experts",
    "restore_environment",
    "save_weights",
    "write_checkpoint",
]
