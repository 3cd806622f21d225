# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What all training loops share: they iterate, checkpoint every few minutes and resume exactly."""

import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import torch

from kinesis_training.checkpoints import (
    environment_tensors,
    read_checkpoint,
    restore_environment,
    write_checkpoint,
)
from kinesis_training.environment import ImitationEnv
from kinesis_training.learning.interruption import Interruption
from kinesis_training.parallel import Rows, present


class Loop(ABC):
    """A training loop on an imitation environment.

    Args:
        env: where the experience comes from.
        folder: run folder for checkpoints.
        seed: of everything random but the environment.
        checkpoint_minutes: time between checkpoints [min].

    Raises:
        ValueError: several ranks cannot run it.
    """

    unit: ClassVar[str]  # what it counts
    columns: ClassVar[tuple[str, ...]]  # of its progress, for a line on the screen
    shares_bodies: ClassVar[bool] = False  # whether several ranks can make its iterations together

    def __init__(
        self, env: ImitationEnv, folder: Path, seed: int, checkpoint_minutes: float
    ) -> None:
        self.ranks = present()
        if self.ranks.size > 1 and not self.shares_bodies:
            raise ValueError(f"{type(self).__name__} runs on one rank: start it without torchrun")
        self.env, self.folder = env, folder
        self.iteration = 0
        self.count = 0  # of `unit`, so far
        self._minutes = checkpoint_minutes
        self._generator = torch.Generator().manual_seed(seed)
        self._observation = torch.from_numpy(env.reset())

    def train(
        self, total: int, on_progress: Callable[[Any], None] = lambda _progress: None
    ) -> None:
        """Iterate until `total` of `unit` have been made in all, with checkpoints on the way.

        Every checkpoint is of whole iterations, so that a run goes on bit for bit as if nothing
        had happened: what an error or a second signal breaks off is made again.

        Args:
            total: where to stop.
            on_progress: is told what each iteration showed.

        Raises:
            KeyboardInterrupt: Ctrl-C or SIGTERM has come, to any rank; the iteration was brought
                to its end and checkpointed.
            RankLostError: another rank has ended.
        """
        saved_at = time.monotonic()
        asked = False
        with Interruption(announces=self.ranks.leads) as interruption:
            while self.count < total and not asked:
                self._prepare(self.count / total)
                on_progress(self.iterate())
                if self.ranks.decided(time.monotonic() - saved_at > 60.0 * self._minutes):
                    self.save()
                    saved_at = time.monotonic()
                asked = self.ranks.any(interruption.asked)
            self.save()
        if asked or interruption.asked:
            raise KeyboardInterrupt

    @property
    def rows(self) -> Rows:
        """Which samples of the bodies of all ranks are this one's."""
        return Rows(self.env.first, self.env.num_envs, self.env.total)

    @abstractmethod
    def iterate(self) -> Any:  # noqa: ANN401 each loop has its own figures
        """One iteration; returns what it showed."""

    def save(self) -> None:
        """Write the checkpoint, rank 0 for all of them."""
        common = {
            "iteration": self.iteration,
            "count": self.count,
            "clips": list(self.env.corpus.names),
            "generator": self._generator.get_state(),
            "environment": environment_tensors(self.env, self.ranks),
        }
        content = common | self._content()
        if self.ranks.leads:
            write_checkpoint(self.folder, content)

    def resume(self) -> bool:
        """Continue from the run folder's checkpoint; returns whether there was one.

        Raises:
            ValueError: the checkpoint does not fit this run.
        """
        saved = read_checkpoint(self.folder)
        if saved is None:
            return False
        try:
            clips, names = saved["clips"], list(self.env.corpus.names)
            if clips != names:
                raise ValueError(
                    f"the checkpoint in '{self.folder}' was made with {len(clips)} clips, "
                    f"now there are {len(names)} or others: start a new run folder"
                )
            self._restore(saved)
        except KeyError as error:
            raise ValueError(
                f"the checkpoint in '{self.folder}' is from another version: start a new run "
                "folder --from it"
            ) from error
        self.iteration, self.count = saved["iteration"], saved["count"]
        self._generator.set_state(saved["generator"])
        self._observation = restore_environment(self.env, saved["environment"], self.ranks)
        return True

    def _prepare(self, done: float) -> None:
        """Before an iteration; `done` is the share of the run that is over. By default nothing."""
        del done

    @abstractmethod
    def _content(self) -> dict[str, Any]:
        """What else a checkpoint holds; its networks' weights are called 'network'.

        All ranks are asked, rank 0 writes what it answers.
        """

    @abstractmethod
    def _restore(self, saved: dict[str, Any]) -> None:
        """Undo `_content`."""
