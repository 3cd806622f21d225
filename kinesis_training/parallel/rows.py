# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Samples of bodies that several ranks step: who has which of all rows (step, body)."""

import dataclasses
from collections.abc import Sequence

import torch
from torch import Tensor

from kinesis_training.parallel.ranks import Ranks


@dataclasses.dataclass(frozen=True)
class Rows:
    """Rows of samples, the bodies of one step after those of the step before it.

    All ranks number all rows alike, so that they draw the same ones; each has those of its bodies,
    in their order. One rank alone has them all.

    Attributes:
        first: body of this rank.
        bodies: of this rank.
        total: of all ranks.
    """

    first: int
    bodies: int
    total: int

    @property
    def slice(self) -> slice:
        """This rank's bodies among all."""
        return slice(self.first, self.first + self.bodies)

    def of_all(self, count: int) -> int:
        """Rows of all ranks, where this one has `count` of whole steps."""
        return count // self.bodies * self.total

    def before(self, row: int) -> int:
        """How many of this rank's rows come before a row of all."""
        step, body = divmod(row, self.total)
        return step * self.bodies + min(max(body - self.first, 0), self.bodies)

    def own(self, rows: Tensor) -> tuple[Tensor, Tensor]:
        """Which (own,) of the `rows` are this rank's, and their places (own,) among its rows."""
        step, body = rows // self.total, rows % self.total - self.first
        which = ((body >= 0) & (body < self.bodies)).nonzero()[:, 0]
        return which, step[which] * self.bodies + body[which]


class Newest:
    """The newest samples of all ranks together; each rank keeps its own ones of them.

    Args:
        rows: whose they are.
        keep: rows of all ranks.
        columns: (0, ...) what is kept of a sample.
    """

    def __init__(self, rows: Rows, keep: int, columns: Sequence[Tensor]) -> None:
        self._rows, self._keep, self._end = rows, keep, 0
        self.columns = tuple(columns)

    def __len__(self) -> int:
        """Samples of all ranks together."""
        return min(self._keep, self._end)

    def add(self, *columns: Tensor) -> None:
        """Take newer samples of whole steps, one tensor for each column."""
        self._end += self._rows.of_all(len(columns[0]))
        kept = self._rows.before(self._end) - self._rows.before(self._end - len(self))
        pairs = zip(self.columns, columns, strict=True)
        merged = [torch.cat([old, new.to(old.dtype)]) for old, new in pairs]
        self.columns = tuple(column[len(column) - kept :] for column in merged)

    def draw(self, count: int, generator: torch.Generator) -> tuple[Tensor, tuple[Tensor, ...]]:
        """Random samples, with repetition.

        Returns:
            Which (own,) of the `count` that are drawn are this rank's, and these (own, ...).
        """
        start = self._end - len(self)
        drawn = torch.randint(len(self), (count,), generator=generator)
        which, places = self._rows.own(drawn + start)
        places = places - self._rows.before(start)
        return which, tuple(column[places] for column in self.columns)

    def gathered(self, ranks: Ranks) -> tuple[Tensor, ...]:
        """The columns of all ranks together, on rank 0."""
        bodies = torch.arange(self._end - len(self), self._end) % self._rows.total
        whole = []
        for column in self.columns:
            parts = ranks.gathered(column)
            if len(parts) == 1:
                whole.append(column)
                continue
            merged = column.new_empty(len(self), *column.shape[1:])
            for k, part in enumerate(parts):
                share = dataclasses.replace(ranks, rank=k).share(self._rows.total)
                merged[(bodies >= share.start) & (bodies < share.stop)] = part
            whole.append(merged)
        return tuple(whole)

    def restore(self, columns: Sequence[Tensor], end: int) -> None:
        """Undo `gathered`, when `end` rows had been added in all."""
        self._end = end
        bodies = torch.arange(end - len(self), end) % self._rows.total
        mine = (bodies >= self._rows.first) & (bodies < self._rows.first + self._rows.bodies)
        self.columns = tuple(column if mine.all() else column[mine] for column in columns)
