# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""All benchmarks in one go: which figures count, and whether they got worse.

A figure is worse when it differs from the recorded one to the wrong side by more than its
tolerance. Tolerances cover what other machines and library versions change, and chance: twice the
standard error of a share of so many trials.
"""

import dataclasses
import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

RECORDED = Path(__file__).parents[1] / "data" / "benchmarks" / "recorded.json"
MODES = ("full", "quick")


class RecordError(ValueError):
    """A table of recorded figures that cannot be used; the text names the file."""


@dataclasses.dataclass(frozen=True)
class Figure:
    """A figure of a benchmark that is held against its recorded value.

    Attributes:
        benchmark: e.g. 'target'.
        path: to the number in the benchmark's summary, e.g. 'survival.20'.
        higher: whether higher is better.
        full, quick: tolerances, in the figure's unit; None: not compared in this mode.
    """

    benchmark: str
    path: str
    higher: bool
    full: float
    quick: float | None

    @property
    def name(self) -> str:
        """E.g. 'target.success'."""
        return f"{self.benchmark}.{self.path}"

    def tolerance(self, mode: str) -> float | None:
        """In a mode, one of `MODES`."""
        return self.full if mode == "full" else self.quick


FIGURES = (
    Figure("imitation", "success", True, 0.05, 0.05),
    Figure("imitation", "coverage", True, 0.05, 0.05),
    Figure("imitation", "mpjpe_mm", False, 4.0, 4.0),
    Figure("text", "passed", True, 0.02, 0.1),
    Figure("target", "success", True, 0.04, 0.2),
    Figure("target", "median_error_m", False, 0.01, 0.03),
    Figure("velocity", "falls", False, 1.0, None),
    Figure("velocity", "speed_error", False, 0.005, None),
    Figure("velocity", "turn_error", False, 0.01, None),
    Figure("kick", "goals", True, 0.07, 0.25),
    Figure("kick", "standing", True, 0.07, 0.25),
    Figure("push", "survival.20", True, 0.08, 0.15),
    Figure("push", "survival.30", True, 0.08, 0.25),
    Figure("push", "survival.40", True, 0.15, 0.35),
    Figure("stand", "passed_share", True, 0.0, 0.0),
    Figure("generator", "speed_error", False, 0.005, 0.005),
    Figure("generator", "turn_error", False, 0.005, 0.005),
    Figure("generator", "slide_m", False, 0.001, 0.001),
    Figure("generator", "penetration_m", False, 0.001, 0.001),
    Figure("physiology", "falls", False, 0.0, 0.0),
    Figure("physiology", "emg_r", True, 0.03, 0.05),
    Figure("physiology", "moments_r.knee_angle", True, 0.04, 0.06),
    Figure("physiology", "moments_r.ankle_angle", True, 0.04, 0.06),
    Figure("physiology", "grf_r.up", True, 0.02, 0.03),
    Figure("physiology", "cost_of_transport", False, 0.4, 0.6),
    Figure("physiology", "mean_square_activation", False, 0.003, 0.004),
    Figure("physiology", "impact_peak", False, 0.1, 0.15),
)


@dataclasses.dataclass(frozen=True)
class Verdict:
    """A figure now and as recorded.

    Attributes:
        name: of the figure.
        value: now; None: it was not measured.
        recorded: None: nothing is.
        tolerance: that it may be worse by.
        verdict: 'worse', 'better', 'same', 'missing' (recorded, but without a value now) or 'new'.
    """

    name: str
    value: float | None
    recorded: float | None
    tolerance: float
    verdict: str

    @property
    def bad(self) -> bool:
        """Whether something is lost."""
        return self.verdict in ("worse", "missing")


def figures_of(summaries: Mapping[str, Mapping[str, Any]]) -> dict[str, float | None]:
    """The figures that count, by name, of the summaries by benchmark."""
    return {
        figure.name: _at(summaries[figure.benchmark], figure.path)
        for figure in FIGURES
        if figure.benchmark in summaries
    }


def _at(summary: Mapping[str, Any], path: str) -> float | None:
    value: Any = summary
    for part in path.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    usable = isinstance(value, int | float) and math.isfinite(value)
    return float(value) if usable else None


def judge(
    now: Mapping[str, float | None], recorded: Mapping[str, float], mode: str
) -> list[Verdict]:
    """Hold figures against recorded ones.

    Args:
        now: figures that were measured, see `figures_of`; those of other benchmarks do not count.
        recorded: figures by name.
        mode: one of `MODES`.
    """
    verdicts = []
    for figure in FIGURES:
        tolerance = figure.tolerance(mode)
        if figure.name not in now or tolerance is None:
            continue
        value, before = now[figure.name], recorded.get(figure.name)
        word = _word(value, before, tolerance, figure.higher)
        verdicts.append(Verdict(figure.name, value, before, tolerance, word))
    return verdicts


def _word(value: float | None, before: float | None, tolerance: float, higher: bool) -> str:
    if before is None:
        return "new"
    if value is None:
        return "missing"
    gain = value - before if higher else before - value
    if abs(gain) <= tolerance + 1e-9:
        return "same"
    return "better" if gain > 0.0 else "worse"


def read_recorded(path: Path, body: str, control: str, mode: str) -> dict[str, float]:
    """Recorded figures of a body, a mode of control and a mode of measuring; empty: none are.

    Raises:
        RecordError: the file is missing or broken.
    """
    table = _table(path)
    return dict(table.get(f"{body} {control}", {}).get(mode, {}))


def record(path: Path, body: str, control: str, mode: str, now: Mapping[str, float | None]) -> None:
    """Put figures into the table at `path`, in the place of older ones of the same names.

    Raises:
        RecordError: the file is broken, or cannot be written.
    """
    table = _table(path) if path.exists() else {}
    known = {name: value for name, value in now.items() if value is not None}
    place = table.setdefault(f"{body} {control}", {})
    place[mode] = dict(sorted((place.get(mode, {}) | known).items()))
    try:
        path.write_text(json.dumps(table, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise RecordError(f"cannot write '{path}': {error.strerror}") from error


def _table(path: Path) -> dict[str, dict[str, dict[str, float]]]:
    try:
        table = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RecordError(f"recorded figures '{path}' cannot be read: {error}") from error
    rows = table.values() if isinstance(table, dict) else [None]
    if not all(isinstance(row, dict) and row.keys() <= set(MODES) for row in rows):
        raise RecordError(f"recorded figures '{path}' should be by body and control, then by mode")
    return table
