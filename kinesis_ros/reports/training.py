# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Report of a training run: its learning curves, speed and configuration."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from kinesis_ros.reports import plots
from kinesis_ros.reports.page import Section, page

METRICS = "metrics.jsonl"

# Curves that have a known meaning: title, unit, whether 0 matters, whether it is logarithmic.
_KNOWN = {
    "reward": ("reward", "per step", False, False),
    "episode_length": ("episode length", "steps", False, False),
    "failures": ("episodes that failed", "share", True, False),
    "distance_mm": ("distance from the clip", "mm", False, False),
    "effort": ("effort: mean squared activation", "", False, False),
    "loss": ("loss", "", False, True),
    "kl": ("change of the policy (KL divergence)", "", True, False),
    "learning_rate": ("learning rate", "", False, True),
    "noise": ("exploration noise", "", False, False),
    "steps_per_second": ("speed of training", "steps/s", True, False),
}
_COUNTERS = ("steps", "iteration")
_SMOOTH = 15  # iterations that a thick curve averages


class TrainingRunError(ValueError):
    """A folder that holds no training run; the message says why."""


class TrainingReport:
    """Report of one training run.

    Args:
        run: folder of the run.

    Raises:
        TrainingRunError: its metrics are missing or broken.
    """

    def __init__(self, run: Path) -> None:
        self._run = run
        self._rows = list(_read(run / METRICS))
        if not self._rows:
            raise TrainingRunError(f"'{run / METRICS}' has no iterations yet")
        counter = next((name for name in _COUNTERS if name in self._rows[0]), None)
        if counter is None:
            raise TrainingRunError(f"'{run / METRICS}' counts neither {' nor '.join(_COUNTERS)}")
        self._counter = counter

    def figures(self) -> dict[str, float]:
        """The newest values, averaged over the last iterations except counters."""
        names = [name for name in self._rows[-1] if name not in _COUNTERS]
        counters = {name: self._rows[-1][name] for name in _COUNTERS if name in self._rows[-1]}
        tail = self._rows[-_SMOOTH:]
        return counters | {
            name: float(np.mean([row[name] for row in tail if name in row])) for name in names
        }

    def html(self) -> str:
        """The page."""
        facts = {
            name.replace("_", " "): f"{value:,.0f}" if name in _COUNTERS else f"{value:.4g}"
            for name, value in self.figures().items()
        }
        text = f"Every iteration, and the mean of {_SMOOTH}. The figures above are such means."
        sections = [
            Section("Learning curves", text, [self._curve(name) for name in self._names()]),
            Section("Configuration", "", (), self._configuration()),
        ]
        sections = [section for section in sections if section.plots or section.rows]
        return page(f"Training run {self._run.resolve().name}", facts, sections)

    def _names(self) -> list[str]:
        """Known curves in their order, then the others."""
        found = [name for name in self._rows[-1] if name not in _COUNTERS]
        return [name for name in _KNOWN if name in found] + [n for n in found if n not in _KNOWN]

    def _curve(self, name: str) -> str:
        rows = [row for row in self._rows if name in row]
        x = np.array([row[self._counter] for row in rows], dtype=float)
        values = np.array([row[name] for row in rows], dtype=float)
        window = min(_SMOOTH, len(values))
        smooth = np.convolve(values, np.full(window, 1.0 / window), mode="valid")
        title, unit, from_zero, logarithmic = _KNOWN.get(
            name, (name.replace("_", " "), "", False, False)
        )
        label, scale = ("million steps", 1e-6) if self._counter == "steps" else ("iteration", 1.0)
        return plots.curve_plot(
            title,
            unit,
            (scale * x, values),
            (scale * x[window - 1 :], smooth),
            x_label=label,
            from_zero=from_zero,
            logarithmic=logarithmic and bool((values > 0.0).all()),
        )

    def _configuration(self) -> list[tuple[str, str]]:
        """The run's commit and options, as a table."""
        rows = []
        commit = self._run / "commit.txt"
        if commit.is_file():
            rows.append(("commit", commit.read_text(encoding="utf-8").strip()))
        try:
            text = (self._run / "config.json").read_text(encoding="utf-8")
            rows += [(name, _text(value)) for name, value in _flat(json.loads(text), "")]
        except FileNotFoundError:
            pass
        except (ValueError, OSError) as error:
            raise TrainingRunError(f"'{self._run / 'config.json'}': {error}") from error
        return [("option", "value"), *rows] if rows else []


def _read(path: Path) -> Iterator[dict[str, float]]:
    """Rows of a metrics file; a last line that is still being written is left out."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError) as error:
        raise TrainingRunError(f"'{path}' cannot be read: {error}") from error
    for number, line in enumerate(lines, 1):
        try:
            row = json.loads(line)
            numbers = {k: float(v) for k, v in row.items() if isinstance(v, int | float)}
        except (ValueError, AttributeError) as error:
            if number == len(lines):
                return
            raise TrainingRunError(f"'{path}', line {number} is not a JSON object") from error
        yield {name: value for name, value in numbers.items() if np.isfinite(value)}


def _text(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _flat(tree: Any, prefix: str) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 any JSON
    """Leaves of nested options, named by their paths."""
    if isinstance(tree, dict):
        for name, value in tree.items():
            yield from _flat(value, f"{prefix}.{name}" if prefix else name)
    else:
        yield prefix, tree
