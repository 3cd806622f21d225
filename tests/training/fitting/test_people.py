# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The curves of people that come along are those that the sources make."""

import os
from importlib import resources
from pathlib import Path

import pytest

from kinesis_ros.physiology.people import PeopleError, read_group
from kinesis_training.fitting import people


@pytest.fixture(scope="module")
def measured() -> Path:
    """Folder of measurements of people."""
    beside = Path(__file__).resolve().parents[4] / "shared" / "physiology"
    folder = Path(os.environ.get("KINESIS_PHYSIOLOGY", beside))
    if not folder.is_dir():
        pytest.skip(f"no measurements of people in '{folder}'; set KINESIS_PHYSIOLOGY")
    return folder


def test_the_command_makes_what_comes_along(measured: Path, tmp_path: Path) -> None:
    trial = measured.parent / "motions" / "opensim"
    if not trial.is_dir():
        pytest.skip(f"no trial of OpenSim in '{trial}'")
    shipped = Path(str(resources.files("kinesis_ros") / "data" / "physiology"))
    for source, curves in people.read_all(measured, trial):
        made = people.write(tmp_path, source, curves)
        assert made.read_text() == (shipped / made.name).read_text()
        assert read_group(made).speed == source.speed
    assert {path.name for path in tmp_path.iterdir()} == {p.name for p in shipped.glob("*.csv")}


def test_a_missing_or_broken_source_is_named(tmp_path: Path) -> None:
    with pytest.raises(PeopleError, match=r"falisse2019_subject1_11trials\.csv"):
        list(people.read_all(tmp_path, tmp_path))
    (tmp_path / "falisse2019_subject1_11trials.csv").write_text("group,name\nemg,SOL\n")
    with pytest.raises(PeopleError, match="rows of 103 values"):
        list(people.read_all(tmp_path, tmp_path))
