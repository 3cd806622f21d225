# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What a run of the simulation amounts to: time, distance, falls, latency."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from kinesis_ros.core.body import CONTROL_RATE
from kinesis_ros.files import write_text
from kinesis_ros.nodes.command_slot import LatencyMeter


class Odometer:
    """Length of the way that the pelvis has gone.

    It is measured between positions one second apart: the sway of a gait cycle is not way.
    """

    def __init__(self) -> None:
        self._metres = 0.0
        self._mark: np.ndarray | None = None
        self._here = np.zeros(2)
        self._steps = 0

    @property
    def metres(self) -> float:
        """Way so far [m]."""
        return self._metres + self._since_mark()

    def move(self, position: np.ndarray) -> None:
        """Note the position (2,) [m] after one more control step."""
        self._here = position.copy()
        self._steps += 1
        if self._mark is None:
            self._mark, self._steps = self._here, 0
        elif self._steps % round(CONTROL_RATE) == 0:
            self._metres += self._since_mark()
            self._mark = self._here

    def restart_segment(self) -> None:
        """The body is put elsewhere, which is not way."""
        self._metres += self._since_mark()
        self._mark = None

    def _since_mark(self) -> float:
        return 0.0 if self._mark is None else float(np.linalg.norm(self._here - self._mark))


class SimulationReport:
    """Counts what `kinesis sim` reports.

    Args:
        latency: of the commands.
    """

    def __init__(self, latency: LatencyMeter) -> None:
        self.odometer = Odometer()
        self.missed_deadlines = 0
        self.falls = 0
        self.steps = 0
        self.wall = 0.0  # [s] while the clock ran
        self._latency = latency

    @property
    def rtf(self) -> float:
        """Simulated time per wall time, 0 before the first step."""
        return self.steps / CONTROL_RATE / self.wall if self.wall > 0.0 else 0.0

    def as_dict(self) -> dict[str, Any]:
        """The figures under the names that `kinesis sim --json` uses."""
        time = self.steps / CONTROL_RATE
        metres = self.odometer.metres
        return {
            "sim_time_s": round(time, 3),
            "wall_s": round(self.wall, 3),
            "rtf": round(self.rtf, 4),
            "fell": self.falls > 0,
            "distance_m": round(metres, 3),
            "mean_speed_m_s": round(metres / time, 3) if time > 0.0 else 0.0,
            "latency_ms": self._latency.summary(),
            "missed_deadlines": self.missed_deadlines,
        }

    def save(self, path: Path, **more: object) -> None:
        """Write the figures, and `more`, as JSON; a reader never sees half a file."""
        write_text(path, json.dumps({**self.as_dict(), **more}))
