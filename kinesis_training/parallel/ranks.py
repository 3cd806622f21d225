# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The processes that train together: torch.distributed, joined from what torchrun sets."""

import contextlib
import dataclasses
import datetime
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.distributed import PrefixStore, Store  # pyright: ignore[reportPrivateImportUsage]
from torch.distributed.rendezvous import rendezvous

_PATIENCE = datetime.timedelta(minutes=30)  # for a rank that has more to do, as evaluation may
_ROLL_CALL = 3.0  # [s] within which the others notice, too, that a rank is gone


class RankLostError(ConnectionError):
    """Another rank has ended; the message says which, or is empty on ranks that need not tell."""


@dataclasses.dataclass(frozen=True)
class Ranks:
    """A process among those that train together; one alone is the same as no others.

    All operations but `share` are collective: every rank has to come to them. Where one rank is
    alone they change nothing, not the last bit.

    Attributes:
        rank: number of this process.
        size: of all of them.
        store: where the ranks have met, to ask who is left when one is gone.
    """

    rank: int = 0
    size: int = 1
    store: Store | None = dataclasses.field(default=None, compare=False, repr=False)

    @property
    def leads(self) -> bool:
        """Whether this one writes files and talks to people."""
        return self.rank == 0

    def share(self, count: int) -> slice:
        """Which of so many things are this rank's: as many as everybody's, or one more."""
        return slice(count * self.rank // self.size, count * (self.rank + 1) // self.size)

    def total(self, values: Tensor) -> Tensor:
        """The sum over all ranks of tensors of one shape."""
        if self.size == 1:
            return values
        values = values.clone()
        self._together(dist.all_reduce, values)
        return values

    def mean(self, values: Sequence[Any] | np.ndarray) -> float:
        """The mean of the values of all ranks, however many each has; 0 where there are none."""
        values = np.asarray(values)
        if self.size == 1:
            return float(np.mean(values)) if values.size else 0.0
        both = torch.tensor([float(values.sum(dtype=np.float64)), float(values.size)]).double()
        total, count = self.total(both).tolist()
        return total / count if count else 0.0

    def moments(self, values: Tensor) -> tuple[int, Tensor, Tensor]:
        """Number, mean and variance (...) of the samples (samples, ...) of all ranks."""
        if self.size == 1:
            return len(values), values.mean(0), values.var(0, unbiased=False)
        count = int(self.total(torch.tensor(len(values))))
        mean = (self.total(values.double().sum(0)) / count).to(values.dtype)
        squares = self.total((values - mean).double().square().sum(0))
        return count, mean, (squares / count).to(values.dtype)

    def add_gradients(self, weights: Iterable[nn.Parameter]) -> None:
        """Sum the gradients over all ranks, in one message.

        Weights that nobody has a gradient of keep none, as an optimiser passes over them.
        """
        if self.size == 1:
            return
        weights = list(weights)
        known = torch.tensor([float(each.grad is not None) for each in weights])
        grads = [torch.zeros_like(each) if each.grad is None else each.grad for each in weights]
        flat = self.total(torch.cat([*(grad.flatten() for grad in grads), known]))
        *sums, known = flat.split([*(each.numel() for each in weights), len(weights)])
        for each, grad, is_known in zip(weights, sums, known.tolist(), strict=True):
            each.grad = grad.view_as(each) if is_known else None

    def broadcast(self, module: nn.Module) -> None:
        """Give every rank the weights and buffers of rank 0."""
        if self.size > 1:
            for each in module.state_dict().values():
                self._together(dist.broadcast, each, 0)

    def gathered(self, rows: Tensor) -> list[Tensor]:
        """The tensors (rows, ...) of all ranks, on rank 0; the others get none."""
        if self.size == 1:
            return [rows]
        counts = torch.zeros(self.size, dtype=torch.int64)
        counts[self.rank] = len(rows)
        counts = self.total(counts).tolist()
        longest = rows.new_zeros(max(counts), *rows.shape[1:])
        longest[: len(rows)] = rows
        own = longest.flatten().view(torch.uint8)  # any type travels as bytes
        everybody = [torch.empty_like(own) for _ in counts] if self.leads else None
        self._together(dist.gather, own, everybody, 0)
        shaped = [each.view(rows.dtype).view_as(longest) for each in everybody or ()]
        return [each[:count] for each, count in zip(shaped, counts, strict=self.leads)]

    def any(self, flag: bool) -> bool:
        """Whether it is so for one of the ranks at least."""
        return bool(self.total(torch.tensor(int(flag))))

    def decided(self, flag: bool) -> bool:
        """What rank 0 finds, for everybody."""
        return self.any(flag and self.leads)

    def wait(self) -> None:
        """Until all are here: what rank 0 has written before can be read then."""
        self.any(False)

    def _together(self, operation: Callable[..., Any], *arguments: Any) -> None:  # noqa: ANN401
        try:
            operation(*arguments)
        except RuntimeError as error:
            raise RankLostError(self._who_is_gone()) from error

    def _who_is_gone(self) -> str:
        """Call the roll, over the store: a broken connection does not say whose end has gone.

        Returns:
            The line to tell; empty where a rank before this one tells it.
        """
        advice = "the same command goes on from the last whole checkpoint"
        try:
            # Cuts all connections, so that whoever waits for this rank notices as well.
            dist.destroy_process_group()
            assert self.store is not None
            self.store.set(f"left/{self.rank}", "here")
            time.sleep(_ROLL_CALL)
            left = [k for k in range(self.size) if self.store.check([f"left/{k}"])]
        except (RuntimeError, ValueError):
            return f"the place where the ranks met, on the node of rank 0, is gone: {advice}"
        if self.rank != min(left):
            return ""
        gone = [str(k) for k in range(self.size) if k not in left]
        which = f"rank {', '.join(gone)} of {self.size}" if gone else "the network between ranks"
        return f"{which} has failed, so training ends: {advice}"


ALONE = Ranks()
_present = ALONE


def present() -> Ranks:
    """This process among the others: as it has `joined`, alone otherwise."""
    return _present


@contextlib.contextmanager
def joined() -> Iterator[Ranks]:
    """Take part, if torchrun or somebody else has set RANK, WORLD_SIZE and a meeting point.

    Ranks talk through gloo: networks are learned on CPUs, where their bodies are.

    Raises:
        RankLostError: the ranks have not met.
    """
    global _present
    if int(os.environ.get("WORLD_SIZE", "1")) == 1:
        yield ALONE
        return
    try:
        store, rank, size = next(rendezvous("env://", timeout=_PATIENCE))
        dist.init_process_group("gloo", store=store, rank=rank, world_size=size, timeout=_PATIENCE)
    except (RuntimeError, ValueError) as error:
        said = str(error).partition("\n")[0]
        raise RankLostError(f"the ranks have not met at MASTER_ADDR:MASTER_PORT: {said}") from error
    _present = Ranks(rank, size, PrefixStore("kinesis", store))
    try:
        yield _present
    finally:
        _present = ALONE
        if dist.is_initialized():
            dist.destroy_process_group()
