# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""People's curves: how groups are pooled, and what is said about files that are wrong."""

from pathlib import Path

import numpy as np
import pytest

from kinesis_ros.physiology.people import People, PeopleError, read_group
from kinesis_ros.physiology.quantities import NINE

HEAD = "quantity,percent,mean,sd,people,speed\n"


def table(mean: float, people: int, speed: float = 1.2, name: str = "force_up") -> str:
    """A line from 0 to twice its mean, with a standard deviation of 0.1."""
    rows = [f"{name},{p},{2.0 * mean * p / 100.0:g},0.1,{people},{speed}" for p in (0, 50, 100)]
    return HEAD + "\n".join(rows) + "\n"


def test_the_people_that_come_along_have_all_that_is_compared() -> None:
    people = People.load().at(1.2)
    assert {f"emg_{name}" for name in NINE} <= people.keys()
    assert people["emg_SOL"].people == 16
    assert people["moment_knee_angle"].people == 2
    assert people["force_up"].mean.max() == pytest.approx(1.05, abs=0.1)
    # Extensors of hip, knee and ankle: OpenSim's signs.
    assert people["moment_ankle_angle"].mean.min() < -1.2
    assert people["moment_knee_angle"].mean[18] < -0.4
    assert people["angle_knee_angle"].mean.max() > 55.0


def test_groups_count_as_many_people_as_they_have(tmp_path: Path) -> None:
    (tmp_path / "few.csv").write_text(table(1.0, 1))
    (tmp_path / "many.csv").write_text(table(2.0, 3))
    pooled = People([read_group(path) for path in sorted(tmp_path.iterdir())]).at(1.0)["force_up"]
    assert pooled.people == 4
    assert pooled.mean[50] == pytest.approx((1.0 + 3 * 2.0) / 4)
    spread = 0.1**2 + (3 / 4) * (1 / 4) * (2.0 - 1.0) ** 2
    assert pooled.sd[50] == pytest.approx(np.sqrt(spread))


def test_electromyograms_are_scaled_to_their_peaks_first(tmp_path: Path) -> None:
    (tmp_path / "loud.csv").write_text(table(100.0, 1, name="emg_SOL"))
    (tmp_path / "quiet.csv").write_text(table(1e-5, 1, name="emg_SOL"))
    people = People([read_group(path) for path in sorted(tmp_path.iterdir())])
    assert people.at(1.0)["emg_SOL"].mean.max() == pytest.approx(1.0)
    np.testing.assert_allclose(people.at(1.0)["emg_SOL"].mean, np.linspace(0.0, 1.0, 101))


def test_runners_are_compared_with_runners_only(tmp_path: Path) -> None:
    (tmp_path / "runners.csv").write_text(table(1.5, 5, speed=3.0))
    people = People.load(tmp_path)
    assert people.at(2.5).keys() == {"force_up"}
    assert people.at(1.4)["force_up"].people == 2
    assert not People.load().at(2.5)


def test_what_was_not_measured_may_be_left_empty(tmp_path: Path) -> None:
    path = tmp_path / "part.csv"
    path.write_text(
        "# a comment\n"
        + table(1.0, 1)
        + "cop_fore,0,,,1,1.2\n"
        + "".join(f"cop_fore,{p},{p / 1000},,1,1.2\n" for p in (10, 60))
        + "cop_fore,100,,,1,1.2\n"
    )
    curve = read_group(path).curves["cop_fore"]
    assert np.isnan(curve.mean[[0, 5, 100]]).all()
    assert curve.mean[35] == pytest.approx(0.035)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "is empty"),
        (HEAD, "has no rows"),
        ("muscle,percent\nSOL,0\n", "its columns are muscle,percent, expected quantity,percent"),
        (HEAD + "emg_SOLEUS,0,1,,1,1.2\n", "line 2: quantity 'emg_SOLEUS' does not exist"),
        (HEAD + "emg_SOL,0,1,,1\n", "line 2: 5 values instead of 6"),
        (HEAD + "emg_SOL,0,much,,1,1.2\n", "line 2: could not convert"),
        (HEAD + "emg_SOL,-1,1,,1,1.2\n", "percent has to be 0 to 100"),
        (HEAD + "emg_SOL,0,1,,0,1.2\n", "people at least 1"),
        (HEAD + "emg_SOL,0,1,,1,1.2\nemg_SOL,60,2,,1,1.2\n", "does not go from 0 to 100"),
        (HEAD + "emg_SOL,0,1,,1,1.2\nemg_SOL,0,2,,1,1.2\n", "percents that do not rise"),
        (HEAD + "emg_SOL,0,1,,1,1.2\nemg_SOL,100,1,,1,1.2\n", "is constant"),
        (HEAD + "emg_SOL,0,1,,1,1.2\nemg_SOL,100,2,,2,1.2\n", "different numbers of people"),
        (HEAD + "emg_SOL,0,1,,1,1.2\nemg_SOL,100,2,,1,1.3\n", "several speeds, 1.2 to 1.3 m/s"),
    ],
)
def test_a_wrong_file_is_named_with_what_is_wrong(
    text: str, complaint: str, tmp_path: Path
) -> None:
    path = tmp_path / "wrong.csv"
    path.write_text(text)
    with pytest.raises(PeopleError, match=r"wrong\.csv") as error:
        read_group(path)
    assert complaint in str(error.value)
    assert "\n" not in str(error.value)


def test_a_folder_without_files_is_named(tmp_path: Path) -> None:
    with pytest.raises(PeopleError, match=r"has no \.csv file"):
        People.load(tmp_path)
    with pytest.raises(PeopleError, match="does not exist"):
        People.load(tmp_path / "nowhere")
