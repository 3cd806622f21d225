# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Recorded values over time, by name."""

import dataclasses

import numpy as np


class RecordingError(ValueError):
    """A file that holds no run of the body; the text names it and says what is missing."""


@dataclasses.dataclass(frozen=True)
class Series:
    """Named values over time.

    Attributes:
        time: (n,) when [s], ascending.
        names: of the k columns.
        values: (n, k).
    """

    time: np.ndarray
    names: tuple[str, ...]
    values: np.ndarray

    def __len__(self) -> int:
        return len(self.time)

    def column(self, name: str) -> np.ndarray:
        """Values (n,) of one name.

        Raises:
            RecordingError: with the names that there are.
        """
        if name not in self.names:
            raise RecordingError(f"'{name}' was not recorded; there are: {', '.join(self.names)}")
        return self.values[:, self.names.index(name)]


@dataclasses.dataclass(frozen=True)
class Motion:
    """Position, velocity and effort of the same names at the same times.

    Attributes:
        position: coordinates [rad, m] or musculotendon lengths [m].
        velocity: their rates [rad/s, m/s].
        effort: net moments [N m] or tendon forces [N]; of length 0 where there is none.
    """

    position: Series
    velocity: Series
    effort: Series

    def __len__(self) -> int:
        return len(self.position)

    @property
    def time(self) -> np.ndarray:
        """(n,) when [s]."""
        return self.position.time

    @property
    def names(self) -> tuple[str, ...]:
        """Of the columns."""
        return self.position.names
