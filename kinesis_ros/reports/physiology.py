# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""A walk beside people: their curves with bands behind the body's, and figures of both."""

from collections.abc import Sequence

import numpy as np

from kinesis_ros.physiology.agreement import correlation
from kinesis_ros.physiology.people import Group, People
from kinesis_ros.physiology.people_figures import ROWS
from kinesis_ros.physiology.quantities import (
    ANGLES,
    FORCES,
    MOMENTS,
    MUSCLES,
    QUANTITIES,
)
from kinesis_ros.physiology.walk import WalkMeasures
from kinesis_ros.reports import plots
from kinesis_ros.reports.page import Section

_HOW = (
    "Red: the body, grey: people, each with its standard deviation; r: Pearson's correlation of "
    "the means. Both legs together, the left one mirrored."
)
_EMG = (
    "The body's activation and people's electromyogram; that has no unit: its peak is drawn at the "
    "body's."
)
_SECTIONS = (
    ("Muscles beside people's", _EMG, tuple(f"emg_{muscle.short}" for muscle in MUSCLES)),
    ("Joint angles beside people's", "", tuple(f"angle_{name}" for name in ANGLES)),
    ("Joint moments beside people's", "", tuple(f"moment_{name}" for name in MOMENTS)),
    (
        "Ground reaction beside people's",
        "",
        (*(f"force_{name}" for name in FORCES), "cop_fore"),
    ),
)


def physiology_sections(walk: WalkMeasures, people: People) -> list[Section]:
    """Curves and figures of a walk beside people's."""
    sections = [
        Section(title, " ".join(part for part in (_HOW, text) if part), _pictures(walk, names))
        for title, text, names in _SECTIONS
    ]
    groups = [group for group in people.groups if group.curves.keys() & walk.people.keys()]
    return [*sections, Section("Figures beside people's", "", (), _figures(walk, groups))]


def _pictures(walk: WalkMeasures, names: Sequence[str]) -> list[str]:
    return [_picture(walk, name) for name in names if name in walk.curves]


def _picture(walk: WalkMeasures, name: str) -> str:
    quantity, ours = QUANTITIES[name], walk.curves[name]
    if name not in walk.people:
        return plots.band_plot(quantity.title, quantity.unit, ours, None)
    curve = walk.people[name]
    scale = float(ours[0].max() / np.nanmax(curve.mean)) if name.startswith("emg_") else 1.0
    r = correlation(ours[0], curve.mean)
    title = f"{quantity.title}: r {r:.2f}" if np.isfinite(r) else quantity.title
    return plots.band_plot(title, quantity.unit, ours, (scale * curve.mean, scale * curve.sd))


def _figures(walk: WalkMeasures, groups: Sequence[Group]) -> list[tuple[str, str, str]]:
    rows = [("figure", "body", "people")]
    for row in ROWS:
        value = row.value(walk)
        theirs = row.published or ", ".join(f"{figure:.3g}" for figure in row.people(groups))
        rows.append((row.title, "-" if value is None else f"{value:.3g}", theirs))
    return rows
