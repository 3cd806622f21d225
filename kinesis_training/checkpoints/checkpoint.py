# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Checkpoints of long runs: written beside the old one, read without pickles."""

import os
from pathlib import Path
from typing import Any

import numpy as np
import torch

from kinesis_training.environment import ImitationEnv

FILE_NAME = "checkpoint.pt"


def write_checkpoint(folder: Path, content: dict[str, Any]) -> None:
    """Replace the checkpoint of a run folder at once, so that there is always a whole one."""
    folder.mkdir(parents=True, exist_ok=True)
    beside = folder / f".{FILE_NAME}.partial"
    torch.save(content, beside)
    os.replace(beside, folder / FILE_NAME)


def read_checkpoint(folder: Path) -> dict[str, Any] | None:
    """The checkpoint of a run folder, None if there is none yet."""
    path = folder / FILE_NAME
    return torch.load(path, weights_only=True) if path.exists() else None


def environment_tensors(env: ImitationEnv) -> dict[str, torch.Tensor]:
    """An environment's checkpoint as tensors, which torch.load reads without pickles."""
    return {
        name: torch.from_numpy(array.astype(np.int64) if array.dtype == np.uint64 else array)
        for name, array in env.checkpoint().items()
    }


def restore_environment(env: ImitationEnv, saved: dict[str, torch.Tensor]) -> torch.Tensor:
    """Undo `environment_tensors`; returns the observations (num_envs, size)."""
    arrays = {name: tensor.numpy() for name, tensor in saved.items()}
    arrays["random"] = arrays["random"].astype(np.uint64)
    return torch.from_numpy(env.restore(arrays))
