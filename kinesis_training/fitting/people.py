# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Measurements of people as the curves that `kinesis benchmark physiology` compares with.

Reads three public sources and makes means and standard deviations of them, a table each.
"""

import csv
import dataclasses
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import numpy as np

from kinesis_ros.core.body import SIDE_NAMES
from kinesis_ros.physiology.people import COLUMNS, PeopleError
from kinesis_ros.physiology.quantities import POINTS

_PERCENT = np.linspace(0.0, 100.0, POINTS)
_GRAVITY = 9.81  # [m/s^2]

Curves = dict[str, tuple[np.ndarray, np.ndarray]]  # quantity: mean and standard deviation


@dataclasses.dataclass(frozen=True)
class Source:
    """One source.

    Attributes:
        name: of the file that is made.
        people: how many they are.
        speed: [m/s].
        about: what it is, whose, and under which licence; a line each.
    """

    name: str
    people: int
    speed: float
    about: tuple[str, ...]


FALISSE = Source(
    "falisse2019",
    1,
    1.33,
    (
        "One adult (62 kg), 11 walks overground at self-selected speed, right leg; mean and sd.",
        "Falisse et al., J R Soc Interface 16:20190402 (2019); github.com/antoinefalisse/",
        "3dpredictsim @5fa3929, ExperimentalData.mat; MIT, copyright (c) 2019 antoinefalisse.",
        "Knee flexion is positive here, forces inward too; 100 samples drawn out to 101.",
    ),
)
SANTUZ = Source(
    "santuz15",
    15,
    1.4,
    (
        "15 adults on a treadmill at 1.4 m/s, right leg; each curve divided by its peak; mean, sd.",
        "Santuz et al., github.com/alesantuz/musclesyneRgies @0fbf53b; MIT, copyright (c) 2021",
        "Alessandro Santuz. 100 samples of stance laid on 0 to 64%, 100 of swing on the rest.",
    ),
)
OPENSIM = Source(
    "opensim_rajagopal",
    1,
    1.24,
    (
        "One adult (85.3 kg), one walk; both legs, the left one mirrored; no electromyogram: that",
        "of this trial is about 80 ms late. Moments: the right leg's first 16% are not known.",
        "Rajagopal et al., IEEE Trans Biomed Eng 63:2068-79 (2016); github.com/opensim-org/",
        "opensim-core @0435b08, Examples/Moco/example3DWalking; Apache-2.0. Centre of pressure",
        "ahead of the marker on the lateral ankle.",
    ),
)
_FALISSE_MASS, _OPENSIM_MASS = 62.0, 85.27  # [kg]
_SANTUZ_STANCE = 64.0  # percent
_LOADED = 0.05  # body weights

_FALISSE_EMG = {
    "GMED": "Gluteus-medialis",
    "RF": "Rectus-femoris",
    "VL": "Vastus-lateralis",
    "BF": "Hamstrings-lateralis",
    "MH": "Hamstrings-medialis",
    "TA": "Tibialis-anterior",
    "GM": "Gastrocnemius-medialis",
    "SOL": "Soleus",
    "VM": "Vastus-medialis",
    "GL": "Gastrocnemius-lateralis",
    "TFL": "Tensor-fasciae-latae",
    "PL": "Peroneus-longus",
}
_SANTUZ_EMG = {"MH": "ST"}  # the others are called as here
_JOINTS = ("hip_flexion", "hip_adduction", "knee_angle", "ankle_angle")
_TURNED = {"knee_angle", "Lateral"}  # of the other sign in Falisse's data
_FORCES = {"up": "Vertical", "fore": "Fore-aft", "in": "Lateral"}


def falisse(path: Path) -> Curves:
    """Curves of `falisse2019_subject1_11trials.csv`.

    Raises:
        PeopleError: the file is not as it should be.
    """
    table: dict[tuple[str, str, str], np.ndarray] = {}
    for group, name, trial, *values in _rows(path, 103):
        sign = -1.0 if name in _TURNED else 1.0
        table[group, name, trial] = sign * _stretched(np.array(values, dtype=float))

    def curve(group: str, name: str, scale: float) -> tuple[np.ndarray, np.ndarray]:
        trials = [table[key] for key in table if key[:2] == (group, name) and key[2].isdigit()]
        if not trials:
            raise PeopleError(f"'{path}' has no trials of {group} {name}")
        known = [trial for trial in trials if np.isfinite(trial).all()]  # electrodes fell off
        return scale * np.mean(known, axis=0), scale * np.std(known, axis=0)

    curves = {f"emg_{ours}": curve("emg", theirs, 1.0) for ours, theirs in _FALISSE_EMG.items()}
    for name in (*_JOINTS, "pelvis_tilt", "pelvis_list"):
        curves[f"angle_{name}"] = curve("angle_deg", name, 1.0)
    for ours, lumbar in (("tilt", "lumbar_extension"), ("list", "lumbar_bending")):
        pelvis, spine = curve("angle_deg", f"pelvis_{ours}", 1.0), curve("angle_deg", lumbar, 1.0)
        unknown = np.full(POINTS, np.nan)
        curves[f"angle_trunk_{ours}"] = pelvis[0] + spine[0], unknown  # both are small angles
    for name in _JOINTS:
        curves[f"moment_{name}"] = curve("torque", name, 1.0 / _FALISSE_MASS)
    for ours, theirs in _FORCES.items():
        curves[f"force_{ours}"] = curve("grf", theirs, 0.01)
    return curves


def santuz(path: Path) -> Curves:
    """Curves of `santuz15_walk_1.4ms_emg.csv`.

    Raises:
        PeopleError: the file is not as it should be.
    """
    stance = np.linspace(0.0, _SANTUZ_STANCE, 100)
    percent = np.concatenate([stance, np.linspace(_SANTUZ_STANCE, 100.0, 101)[1:]])
    people: dict[str, list[np.ndarray]] = {}
    for _, muscle, *values in _rows(path, 202):
        curve = np.interp(_PERCENT, percent, np.array(values, dtype=float))
        people.setdefault(muscle, []).append(curve / curve.max())
    return {
        f"emg_{name}": (np.mean(people[theirs], axis=0), np.std(people[theirs], axis=0))
        for name in ("GMAX", *_FALISSE_EMG)
        if (theirs := _SANTUZ_EMG.get(name, name)) in people
    }


def opensim(folder: Path) -> Curves:
    """Curves of the OpenSim trial: `derived/` and `example3DWalking/` of the motions.

    Raises:
        PeopleError: a file is missing or not as it should be.
    """
    legs = {side: _table(folder / "derived" / f"{side}_cycle_0_100.csv") for side in SIDE_NAMES}
    curves: Curves = {}
    for name in _JOINTS:
        curves[f"angle_{name}"] = _both(legs, lambda s, name=name: f"{name}_{s}_deg")
        curves[f"moment_{name}"] = _both(
            legs, lambda s, name=name: f"{name}_{s}_moment_Nm", 1.0 / _OPENSIM_MASS
        )
    curves["angle_pelvis_tilt"] = _both(legs, lambda _: "pelvis_tilt_deg")
    curves["angle_pelvis_list"] = _both(legs, lambda _: "pelvis_list_deg", left=-1.0)
    weight = 1.0 / (_OPENSIM_MASS * _GRAVITY)
    curves["force_up"] = _both(legs, lambda s: f"grf_{s}_vy_N", weight)
    curves["force_fore"] = _both(legs, lambda s: f"grf_{s}_vx_N", weight)
    curves["force_in"] = _both(legs, lambda s: f"grf_{s}_vz_N", -weight, left=-1.0)
    curves["cop_fore"] = _pressure(folder / "example3DWalking", legs, curves["force_up"][0])
    return curves


def read_all(measured: Path, trial: Path) -> Iterator[tuple[Source, Curves]]:
    """Curves of all sources.

    Args:
        measured: folder with the tables of Falisse 2019 and Santuz.
        trial: folder of the OpenSim trial.

    Raises:
        PeopleError: a file is missing or not as it should be.
    """
    yield FALISSE, falisse(measured / "falisse2019_subject1_11trials.csv")
    yield SANTUZ, santuz(measured / "santuz15_walk_1.4ms_emg.csv")
    yield OPENSIM, opensim(trial)


def write(folder: Path, source: Source, curves: Curves) -> Path:
    """Write the table of a source and return its path."""
    lines = [f"# {line}" for line in source.about]
    lines.append(",".join(COLUMNS))
    for name, (mean, spread) in curves.items():
        for percent, m, s in zip(_PERCENT, mean, spread, strict=True):
            cells = (f"{percent:g}", _cell(m), _cell(s), str(source.people), f"{source.speed:g}")
            lines.append(",".join((name, *cells)))
    path = folder / f"{source.name}.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _cell(value: float) -> str:
    return f"{value:.4g}" if np.isfinite(value) else ""


def _rows(path: Path, length: int) -> list[list[str]]:
    """Rows of a CSV file without its head; every one has to have `length` cells."""
    try:
        rows = list(csv.reader(path.read_text(encoding="utf-8").splitlines()))[1:]
    except OSError as error:
        raise PeopleError(f"'{path}' cannot be read: {error.strerror}") from error
    if not rows or any(len(row) != length for row in rows):
        raise PeopleError(f"'{path}' should have rows of {length} values")
    return rows


def _table(path: Path) -> dict[str, np.ndarray]:
    """Columns of a CSV file by name; NaN where a cell is empty."""
    try:
        head, *rows = csv.reader(path.read_text(encoding="utf-8").splitlines())
    except OSError as error:
        raise PeopleError(f"'{path}' cannot be read: {error.strerror}") from error
    values = np.array([[float(cell) if cell else np.nan for cell in row] for row in rows])
    return dict(zip(head, values.T, strict=True))


def _stretched(values: np.ndarray) -> np.ndarray:
    return np.interp(_PERCENT, np.linspace(0.0, 100.0, len(values)), values)


def _both(
    legs: Mapping[str, Mapping[str, np.ndarray]],
    column: Callable[[str], str],
    scale: float = 1.0,
    left: float = 1.0,
) -> tuple[np.ndarray, np.ndarray]:
    """Mean of right and left where both are known, else the one that is; no spread."""
    sides = [scale * legs["right"][column("r")], left * scale * legs["left"][column("l")]]
    known = np.isfinite(sides)
    mean = np.where(known, sides, 0.0).sum(axis=0) / known.sum(axis=0)
    return mean, np.full(POINTS, np.nan)


def _pressure(
    folder: Path, legs: Mapping[str, Mapping[str, np.ndarray]], up: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Centre of pressure ahead of the lateral ankle's marker [m], where the foot carries."""
    force_names, force = _storage(folder / "grf_walk.mot")
    marker_names, markers = _markers(folder / "markers_walk.trc")
    ahead = []
    for side, suffix, marker in (("right", "r", "R.Ankle"), ("left", "l", "L.Ankle")):
        at = legs[side]["time_s"]
        place = force[:, force_names.index(f"ground_force_{suffix}_px")]
        ankle = 0.001 * markers[:, 2 + 3 * (marker_names.index(marker))]
        ahead.append(np.interp(at, force[:, 0], place) - np.interp(at, markers[:, 1], ankle))
    mean = np.where(up > _LOADED, np.mean(ahead, axis=0), np.nan)
    return mean, np.full(POINTS, np.nan)


def _storage(path: Path) -> tuple[list[str], np.ndarray]:
    lines = path.read_text(encoding="utf-8").splitlines()
    head = lines.index("endheader") + 1
    return lines[head].split("\t"), np.loadtxt(lines[head + 1 :])


def _markers(path: Path) -> tuple[list[str], np.ndarray]:
    lines = path.read_text(encoding="utf-8").splitlines()
    names = [name for name in lines[3].split("\t")[2:] if name.strip()]
    return names, np.array(
        [
            [float(c) for c in line.split("\t")[: 2 + 3 * len(names)]]
            for line in lines[5:]
            if line.strip()
        ]
    )
