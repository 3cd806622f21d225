# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The newest command of the body: checked, timed, and matched with the state it answers."""

import numpy as np

from kinesis_ros.core.simulation.simulation import checked

_REMEMBERED = 64  # states whose late answers are still timed, two seconds
_SAMPLES = 1 << 16  # latencies that the percentiles are taken from, the last 36 minutes


class LatencyMeter:
    """Percentiles of the latest latencies; the maximum is of all."""

    def __init__(self) -> None:
        self._samples = np.zeros(_SAMPLES)
        self._count = 0
        self._largest = 0.0

    def add(self, latency: float) -> None:
        """Count one latency [s]."""
        self._samples[self._count % _SAMPLES] = latency
        self._count += 1
        self._largest = max(self._largest, latency)

    def summary(self) -> dict[str, float | None]:
        """Median, 99th percentile and maximum [ms]; None before the first sample."""
        if self._count == 0:
            return {"p50": None, "p99": None, "max": None}
        middle, high = np.percentile(self._samples[: min(self._count, _SAMPLES)], [50, 99])
        return {
            "p50": round(1e3 * float(middle), 3),
            "p99": round(1e3 * float(high), 3),
            "max": round(1e3 * self._largest, 3),
        }


class CommandSlot:
    """Holds the newest valid command.

    Args:
        size: values in a command.
        what: the command, for complaints.
    """

    def __init__(self, size: int, what: str) -> None:
        self.what = what
        self._size = size
        self._published = np.full(_REMEMBERED, np.nan)  # [s] when, of the newest ticks
        self._tick = -1
        self._answered = -1  # newest tick that was answered
        self._newest: int | None = None  # tick that the newest command answers
        self.values: np.ndarray | None = None
        self.refused = 0
        self.not_finite = 0  # commands with a NaN or an infinity
        self.complaint = ""
        self.latency = LatencyMeter()

    @property
    def answered(self) -> bool:
        """Whether the newest state has its answer."""
        return self._answered >= self._tick

    @property
    def age(self) -> int | None:
        """Control steps since the state that the newest command answers; None before the first."""
        return None if self._newest is None else self._tick - self._newest

    def expect(self, tick: int, now: float) -> None:
        """Note that the state of control step `tick` is published at the time `now` [s]."""
        if tick == self._tick:
            self._answered = min(self._answered, tick - 1)
        self._tick = tick
        self._published[tick % _REMEMBERED] = now

    def put(self, values: np.ndarray, tick: int | None, now: float) -> None:
        """Take a command that answers control step `tick` (None: the newest).

        Raises:
            CommandShapeError: wrong size or not finite; the command held so far stays.
        """
        self.not_finite += not np.isfinite(values).all()
        values = checked(values, self._size, self.what)
        tick = self._tick if tick is None else tick
        if self._tick - _REMEMBERED < tick <= self._tick:
            published = self._published[tick % _REMEMBERED]
            if tick > self._answered and np.isfinite(published):
                self.latency.add(now - published)
        if tick >= self._answered:
            self.values = values
            self._answered = self._newest = min(tick, self._tick)

    def refuse(self, complaint: str) -> None:
        """Count a command that cannot be used."""
        self.refused += 1
        self.complaint = complaint

    def forget(self) -> None:
        """Drop the command: it was for a body that has been put elsewhere."""
        self.values = None
        self._newest = None
