# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Gait cycles by foot contact: from a foot's strike to its next one, as 0 to 100 percent."""

import dataclasses
import itertools

import numpy as np

POINTS = 101  # samples of a cycle: one per percent

_CONTACT = 0.05  # of the body's weight, on one foot
_SHORTEST_PHASE = 0.1  # [s] of contact or of swing; shorter ones are chatter
_CYCLE = (0.4, 2.5)  # [s] a cycle of walking or running lasts
_IRREGULAR = 0.25  # a cycle whose duration differs by more from the median is left out


@dataclasses.dataclass(frozen=True)
class GaitCycles:
    """Cycles of one foot.

    Attributes:
        start: (cycles,) when the foot strikes [s].
        end: (cycles,) when it strikes again [s].
        stance: (cycles,) share of the cycle until it leaves the floor, 0..1.
    """

    start: np.ndarray
    end: np.ndarray
    stance: np.ndarray

    def __len__(self) -> int:
        return len(self.start)

    @property
    def duration(self) -> np.ndarray:
        """(cycles,) [s]."""
        return self.end - self.start

    def resample(self, time: np.ndarray, values: np.ndarray) -> np.ndarray:
        """Values over the cycles.

        Args:
            time: (rows,) ascending [s].
            values: (rows,) or (rows, columns).

        Returns:
            (cycles, POINTS) or (cycles, POINTS, columns), linearly interpolated.
        """
        share = np.linspace(0.0, 1.0, POINTS)
        at = self.start[:, None] + share * self.duration[:, None]
        if values.ndim == 1:
            return np.interp(at, time, values)
        columns = [np.interp(at, time, column) for column in values.T]
        return np.stack(columns, axis=-1) if columns else np.empty((*at.shape, 0))


def find_cycles(time: np.ndarray, vertical_force: np.ndarray, weight: float) -> GaitCycles:
    """Find the cycles of a foot.

    The foot is in contact while it carries more than 5% of the weight; the times in between
    samples are interpolated. Cycles that last 25% more or less than the median are left out:
    they belong to starts, stops and stumbles.

    Args:
        time: (rows,) evenly spaced [s].
        vertical_force: (rows,) of the floor on the foot [N].
        weight: of the body [N].
    """
    level = _CONTACT * weight
    contact = _without_chatter(time, vertical_force > level)
    change = np.diff(contact.astype(int))
    strikes = np.array([_crossing(time, vertical_force, i, level) for i in np.where(change > 0)[0]])
    lifts = np.array([_crossing(time, vertical_force, i, level) for i in np.where(change < 0)[0]])
    start, end, stance = [], [], []
    for a, b in itertools.pairwise(strikes):
        between = lifts[(lifts > a) & (lifts < b)]
        if len(between) == 1 and _CYCLE[0] <= b - a <= _CYCLE[1]:
            start.append(a)
            end.append(b)
            stance.append((between[0] - a) / (b - a))
    cycles = GaitCycles(np.array(start), np.array(end), np.array(stance))
    if not len(cycles):
        return cycles
    usual = np.median(cycles.duration)
    regular = np.abs(cycles.duration - usual) <= _IRREGULAR * usual
    return GaitCycles(cycles.start[regular], cycles.end[regular], cycles.stance[regular])


def _without_chatter(time: np.ndarray, contact: np.ndarray) -> np.ndarray:
    """Contact (rows,) with phases turned over that are too short, gaps before contacts."""
    calm = contact.copy()
    if len(time) < 2:
        return calm
    shortest = round(_SHORTEST_PHASE / (time[1] - time[0]))
    for kind in (False, True):
        edges = np.flatnonzero(np.diff(calm)) + 1
        for first, last in itertools.pairwise(edges):
            if calm[first] == kind and last - first < shortest:
                calm[first:last] = not kind
    return calm


def _crossing(time: np.ndarray, force: np.ndarray, row: int, level: float) -> float:
    """When the force crosses the level after `row`; in between if chatter was removed there."""
    before, after = force[row], force[row + 1]
    if (before > level) == (after > level):
        return float(0.5 * (time[row] + time[row + 1]))
    share = (level - before) / (after - before)
    return float(time[row] + share * (time[row + 1] - time[row]))
