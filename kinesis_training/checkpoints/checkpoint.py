# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Checkpoints of long runs: there is always a whole one, read without pickles."""

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import torch

from kinesis_ros.files import written_whole
from kinesis_training.environment import ImitationEnv
from kinesis_training.parallel import ALONE, Ranks

FILE_NAME = "checkpoint.pt"
_OF_ALL = {"start_probability"}  # in an environment's checkpoint: no row for each body
_WRONG = "'{}' is damaged or no checkpoint of a run; put a copy back, or remove it to begin anew"


class CheckpointError(ValueError):
    """A checkpoint cannot be read; the message names the file and says what to do."""


def first_line(error: Exception) -> str:
    """What an error of torch says, without the advice that follows."""
    return str(error).strip().partition("\n")[0].partition(". ")[0] or type(error).__name__


def write_checkpoint(folder: Path, content: dict[str, Any]) -> None:
    """Replace the checkpoint of a run folder at once, so that there is always a whole one."""
    folder.mkdir(parents=True, exist_ok=True)
    save_tensors(folder / FILE_NAME, content)


def save_tensors(path: Path, content: dict[str, Any]) -> None:
    """Write a file that `torch.load` reads, and wait until the disk has it.

    Raises:
        WriteError: it cannot be written.
    """
    # Into a stream: to a path, torch tells of a full disk as a RuntimeError about its insides.
    with written_whole(path, durable=True) as beside, beside.open("wb") as stream:
        torch.save(content, stream)


def read_checkpoint(folder: Path) -> dict[str, Any] | None:
    """The checkpoint of a run folder, None if there is none yet.

    Raises:
        CheckpointError: it is damaged, or not a checkpoint.
    """
    path = folder / FILE_NAME
    if not path.exists():
        return None
    try:
        saved = torch.load(path, weights_only=True)
    except (RuntimeError, EOFError, pickle.UnpicklingError, ValueError, KeyError) as error:
        raise CheckpointError(f"{_WRONG.format(path)}: {first_line(error)}") from error
    if not isinstance(saved, dict):
        raise CheckpointError(_WRONG.format(path))
    return saved


def environment_tensors(env: ImitationEnv, ranks: Ranks = ALONE) -> dict[str, torch.Tensor]:
    """An environment's checkpoint as tensors, which torch.load reads without pickles.

    On rank 0 it holds the bodies of all ranks, as if it had stepped them alone.
    """
    own = {
        name: torch.from_numpy(array.astype(np.int64) if array.dtype == np.uint64 else array)
        for name, array in env.checkpoint().items()
    }
    return {
        name: tensor if name in _OF_ALL else torch.cat(ranks.gathered(tensor) or [tensor])
        for name, tensor in own.items()
    }


def restore_environment(
    env: ImitationEnv, saved: dict[str, torch.Tensor], ranks: Ranks = ALONE
) -> torch.Tensor:
    """Undo `environment_tensors`, whatever number of ranks it was; returns the observations."""
    if ranks.size > 1:
        own = slice(env.first, env.first + env.num_envs)
        saved = {name: all_ if name in _OF_ALL else all_[own] for name, all_ in saved.items()}
    arrays = {name: tensor.numpy() for name, tensor in saved.items()}
    arrays["random"] = arrays["random"].astype(np.uint64)
    return torch.from_numpy(env.restore(arrays))
