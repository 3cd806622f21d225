# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The strip chart of the gait muscles of both legs, as an electromyography system draws it."""

from collections.abc import Sequence

import numpy as np

from kinesis_ros.core.body import SIDES
from kinesis_ros.core.muscles import GAIT_MUSCLES

NUM_ROWS = len(GAIT_MUSCLES)

_FILL = 0.95  # of a row, at full activation


class StripChart:
    """The latest seconds of activation, one row a muscle, right and left in each row.

    Args:
        muscles: names in the order of the activations.
        span: how far back the chart reaches [s].
        rate: activations per second [Hz].
    """

    def __init__(self, muscles: Sequence[str], span: float = 4.0, rate: float = 15.0) -> None:
        self._columns = [muscle.columns(muscles, side) for side in SIDES for muscle in GAIT_MUSCLES]
        frames = round(span * rate) + 1
        self.time = np.linspace(-span, 0.0, frames)  # [s] before now
        self._rows = np.zeros((len(self._columns), frames))

    @property
    def rows(self) -> tuple[np.ndarray, ...]:
        """The curves of the right side, then those of the left, each lifted to its row.

        The first muscle is the uppermost row, `NUM_ROWS` - 1; a row is 1 high.
        """
        lifts = baselines()
        return tuple(_FILL * row + lift for row, lift in zip(self._rows, lifts, strict=True))

    def add(self, activation: np.ndarray) -> None:
        """Take over the newest activations (num_muscles,), 0 to 1."""
        self._rows[:, :-1] = self._rows[:, 1:]
        self._rows[:, -1] = [
            np.clip(activation[columns].mean(), 0.0, 1.0) if columns else 0.0
            for columns in self._columns
        ]


def baselines() -> tuple[float, ...]:
    """Height at which each curve of `StripChart.rows` is zero."""
    return tuple(float(NUM_ROWS - 1 - i) for _ in SIDES for i in range(NUM_ROWS))
