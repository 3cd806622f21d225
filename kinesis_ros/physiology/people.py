# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Curves of people over the gait cycle: those that come along, and those of a folder.

A file is one group of people at one speed, a table with a row per quantity and percent:

    quantity,percent,mean,sd,people,speed
    emg_SOL,0,0.12,0.05,15,1.4

`sd` may be empty, lines that begin with # are comments. Names and units: `quantities.QUANTITIES`.
"""

import csv
import dataclasses
from collections.abc import Iterable, Sequence
from importlib import resources
from pathlib import Path

import numpy as np

from kinesis_ros.physiology.quantities import POINTS, QUANTITIES

COLUMNS = ("quantity", "percent", "mean", "sd", "people", "speed")
FASTEST_WALK = 1.9  # [m/s] people who are faster run

_PERCENT = np.linspace(0.0, 100.0, POINTS)


class PeopleError(ValueError):
    """People's curves that cannot be used; the text names the file and says why."""


@dataclasses.dataclass(frozen=True)
class Curve:
    """One quantity of some people over the gait cycle.

    Attributes:
        mean: (101,) over the people; NaN where it was not measured.
        sd: (101,) standard deviation; NaN: not known.
        people: how many they are.
    """

    mean: np.ndarray
    sd: np.ndarray
    people: int


@dataclasses.dataclass(frozen=True)
class Group:
    """People who were measured together.

    Attributes:
        name: of the file.
        speed: that they walked or ran at [m/s].
        curves: by quantity.
    """

    name: str
    speed: float
    curves: dict[str, Curve]

    @property
    def runs(self) -> bool:
        """Whether they are too fast to walk."""
        return self.speed > FASTEST_WALK


class People:
    """Groups of people, and their mean.

    Args:
        groups: of one or many.
    """

    def __init__(self, groups: Sequence[Group]) -> None:
        self.groups = tuple(groups)

    @classmethod
    def load(cls, more: Path | None = None) -> "People":
        """The people that come along, and those of a folder.

        Args:
            more: folder of CSV files; None: no more.

        Raises:
            PeopleError: a file cannot be used.
        """
        shipped = Path(str(resources.files("kinesis_ros") / "data" / "physiology"))
        folders = [shipped] if more is None else [shipped, more]
        return cls([group for folder in folders for group in read_folder(folder)])

    def at(self, speed: float) -> dict[str, Curve]:
        """Mean curves of the people who do what one does at `speed` [m/s]: walk, or run.

        Each group counts as many people as it has. Electromyograms have no unit: each group's is
        divided by the peak of its mean first.
        """
        alike = [group for group in self.groups if group.runs == (speed > FASTEST_WALK)]
        return {
            name: _pooled([group.curves[name] for group in alike if name in group.curves], name)
            for name in QUANTITIES
            if any(name in group.curves for group in alike)
        }

    def describe(self) -> list[dict[str, str | int | float]]:
        """Name, speed, and most people of a curve, of every group."""
        return [
            {
                "name": group.name,
                "speed": group.speed,
                "people": max(curve.people for curve in group.curves.values()),
            }
            for group in self.groups
        ]


def _pooled(curves: Sequence[Curve], name: str) -> Curve:
    """Mean and standard deviation of all people together, as if each had been there."""
    if name.startswith("emg_"):
        curves = [_scaled(curve, 1.0 / np.nanmax(curve.mean)) for curve in curves]
    means = np.array([curve.mean for curve in curves])
    spreads = np.nan_to_num([curve.sd for curve in curves])
    weights = np.array([curve.people for curve in curves])[:, None] * np.isfinite(means)
    total = weights.sum(axis=0)
    with np.errstate(invalid="ignore"):
        mean = np.nansum(weights * np.nan_to_num(means), axis=0) / total
        within = (weights * spreads**2).sum(axis=0) / total
        between = (weights * np.nan_to_num(means - mean) ** 2).sum(axis=0) / total
    return Curve(mean, np.sqrt(within + between), sum(curve.people for curve in curves))


def _scaled(curve: Curve, factor: float) -> Curve:
    return Curve(factor * curve.mean, factor * curve.sd, curve.people)


def read_folder(folder: Path) -> list[Group]:
    """All CSV files of a folder, by name.

    Raises:
        PeopleError: there is no such folder, none in it, or one cannot be used.
    """
    if not folder.is_dir():
        raise PeopleError(f"people's folder '{folder}' does not exist")
    files = sorted(folder.glob("*.csv"))
    if not files:
        raise PeopleError(f"people's folder '{folder}' has no .csv file")
    return [read_group(path) for path in files]


def read_group(path: Path) -> Group:
    """Read the curves of one group of people.

    Raises:
        PeopleError: says what is wrong in which line.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise PeopleError(f"people's file '{path}' cannot be read: {error}") from error
    told = [(i, line) for i, line in enumerate(lines, 1) if line.strip() and line[0] != "#"]
    if not told:
        raise PeopleError(f"people's file '{path}' is empty")
    header = tuple(cell.strip() for cell in told[0][1].split(","))
    if header != COLUMNS:
        found = ",".join(header)
        raise PeopleError(
            f"people's file '{path}': its columns are {found}, expected {','.join(COLUMNS)}"
        )
    rows = [(i, next(csv.reader([line]))) for i, line in told[1:]]
    return _group(path, rows)


def _group(path: Path, rows: Iterable[tuple[int, list[str]]]) -> Group:
    points: dict[str, list[tuple[float, ...]]] = {}
    for line, cells in rows:
        where = f"people's file '{path}', line {line}"
        if len(cells) != len(COLUMNS):
            raise PeopleError(f"{where}: {len(cells)} values instead of {len(COLUMNS)}")
        name = cells[0].strip()
        if name not in QUANTITIES:
            raise PeopleError(
                f"{where}: quantity '{name}' does not exist; there are: {', '.join(QUANTITIES)}"
            )
        try:
            numbers = [float(cell) if cell.strip() else float("nan") for cell in cells[1:]]
        except ValueError as error:
            raise PeopleError(f"{where}: {error}") from None
        percent, _, spread, people, speed = numbers
        if not (0.0 <= percent <= 100.0 and people >= 1.0 and speed > 0.0 and not spread < 0.0):
            raise PeopleError(
                f"{where}: percent has to be 0 to 100, people at least 1, speed positive, sd not "
                "negative"
            )
        points.setdefault(name, []).append(tuple(numbers))
    if not points:
        raise PeopleError(f"people's file '{path}' has no rows")
    speeds = {row[4] for rows in points.values() for row in rows}
    if len(speeds) > 1:
        raise PeopleError(
            f"people's file '{path}' has several speeds, {min(speeds):g} to {max(speeds):g} m/s: "
            "make a file of each"
        )
    curves = {name: _curve(path, name, np.array(rows)) for name, rows in points.items()}
    return Group(path.stem, speeds.pop(), curves)


def _curve(path: Path, name: str, rows: np.ndarray) -> Curve:
    percent, mean, spread, people, _ = rows.T
    complaint = ""
    if len(set(people)) > 1:
        complaint = "has different numbers of people"
    elif np.any(np.diff(percent) <= 0.0):
        complaint = "has percents that do not rise"
    elif percent[0] > 1.0 or percent[-1] < 99.0:
        complaint = "does not go from 0 to 100 percent (leave the mean empty where none is known)"
    elif not np.nanmax(mean, initial=-np.inf) > np.nanmin(mean, initial=np.inf):
        complaint = "is constant"
    elif name.startswith("emg_") and not np.nanmax(mean) > 0.0:
        complaint = "is never positive"
    if complaint:
        raise PeopleError(f"people's file '{path}': {name} {complaint}")
    at = np.clip(_PERCENT, percent[0], percent[-1])
    return Curve(np.interp(at, percent, mean), np.interp(at, percent, spread), int(people[0]))
