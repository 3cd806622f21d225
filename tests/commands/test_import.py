# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""`kinesis import` once for real: good, broken and mixed files, and what is written."""

import json
from pathlib import Path

import numpy as np
import pytest

from kinesis_ros.cli import main
from kinesis_ros.core.motion import Clip

COLUMNS = 44


def write_motion(path: Path, seconds: float = 1.5) -> Path:
    """DeepMimic JSON of a person who swings the legs and drifts forwards."""
    time = np.arange(round(60 * seconds)) / 60.0
    frames = np.zeros((len(time), COLUMNS))
    frames[:, 0] = 1.0 / 60.0
    frames[:, 1], frames[:, 2] = 0.8 * time, 0.88
    for column in (4, 8, 12, 21, 25, 35, 39):
        frames[:, column] = 1.0
    for hip, knee, sign in ((16, 20, 1.0), (30, 34, -1.0)):
        swing = 0.3 * sign * np.sin(2.0 * np.pi * time)
        frames[:, hip], frames[:, hip + 3] = np.cos(0.5 * swing), np.sin(0.5 * swing)
        frames[:, knee] = -0.3
    path.write_text(json.dumps({"Loop": "none", "Frames": frames.tolist()}))
    return path


def kinesis(*arguments: object) -> int:
    with pytest.raises(SystemExit) as ended:
        main([str(argument) for argument in arguments])
    return int(ended.value.code or 0)


def test_walks_are_added_backwards_on_demand(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    walk = write_motion(tmp_path / "walk.json")
    assert kinesis("import", walk, "--out", tmp_path / "out", "--label", "walk", "--reverse") == 0
    assert "1 reversed walks" in capsys.readouterr().out
    forward, backward = (
        Clip.load(tmp_path / "out" / name) for name in ("walk.npz", "walk_reversed.npz")
    )
    assert backward.label == "backward"
    np.testing.assert_array_equal(backward.states, forward.reversed().states)
    assert kinesis("import", walk, "--out", tmp_path / "o", "--label", "run", "--reverse") == 0
    assert not (tmp_path / "o" / "walk_reversed.npz").exists()


def test_good_files_become_clips_with_a_report(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, out = tmp_path / "source", tmp_path / "out"
    (source / "deep").mkdir(parents=True)
    write_motion(source / "one.json")
    write_motion(source / "deep" / "one.json")
    status = kinesis(
        *("import", source, "--out", out, "--report", "--json", tmp_path / "r.json"),
        *("--label", "swing", "--licence", "mine"),
    )
    assert status == 0
    names = sorted(path.name for path in out.iterdir())
    assert names == ["deep_one.npz", "one.npz", "report.json"] or names == [
        "one.npz",
        "report.json",
        "source_one.npz",
    ]
    clip = Clip.load(out / "one.npz")
    assert (clip.label, clip.licence) == ("swing", "mine")
    report = json.loads((out / "report.json").read_text())
    assert report == json.loads((tmp_path / "r.json").read_text())
    assert report["failures"] == []
    row = report["clips"][0]
    assert row["frames"] == len(clip.states)
    assert {"speed_m_s", "heading_change_deg", "joint_range_deg", "penetration_mm"} <= row.keys()
    shown = capsys.readouterr().out
    assert "imported clips" in shown
    assert "swing" in shown


def test_broken_files_are_named_and_the_others_still_go_through(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, broken = write_motion(tmp_path / "good.json"), tmp_path / "broken.bvh"
    broken.write_text("HIERARCHY")
    report = tmp_path / "report.json"
    status = kinesis("import", broken, good, "--out", tmp_path / "out", "--json", report)
    assert status == 1
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["good.npz"]
    failures = json.loads(report.read_text())["failures"]
    assert [failure["file"] for failure in failures] == [str(broken)]
    error = capsys.readouterr().err
    assert "broken.bvh" in error
    assert "1 of 2 files imported" in error
    assert "Traceback" not in error


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["nowhere.bvh"], "'nowhere.bvh' does not exist"),
        (["{folder}"], "no motion files in"),
        (["{empty}"], "0 of 1 files imported"),
        (["{empty}", "--up", "w"], "up 'w' does not exist; choose x, y, z"),
        (["{empty}", "--units", "mile"], "units 'mile' does not exist; choose m, cm"),
        (["{empty}", "--mapping", "nowhere.toml"], "mapping file 'nowhere.toml' cannot be read"),
    ],
)
def test_bad_input_ends_with_status_2_and_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], complaint: str
) -> None:
    folder, empty = tmp_path / "folder", tmp_path / "empty.bvh"
    folder.mkdir()
    empty.write_text("")
    filled = [a.format(folder=folder, empty=empty) for a in arguments]
    assert kinesis("import", *filled, "--out", tmp_path / "out") == 2
    error = capsys.readouterr().err
    assert complaint in " ".join(error.split())
    assert error.splitlines()[-1].startswith("kinesis: ")


def test_an_unwritable_folder_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    taken = tmp_path / "taken"
    taken.write_text("a file")
    assert kinesis("import", write_motion(tmp_path / "a.json"), "--out", taken) == 2
    assert "cannot write" in capsys.readouterr().err


def test_help_shows_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    assert kinesis("import", "--help") == 0
    assert "kinesis import walks/" in capsys.readouterr().out


def test_what_no_reader_foresaw_ends_no_other_files(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from kinesis_ros.core.retargeting import Importer

    run = Importer.run

    def surprised(self: Importer, path: Path) -> object:
        if path.stem == "odd":
            raise ZeroDivisionError("float division by zero")
        return run(self, path)

    monkeypatch.setattr(Importer, "run", surprised)
    files = [write_motion(tmp_path / f"{name}.json") for name in ("odd", "good")]
    assert kinesis("import", *files, "--out", tmp_path / "out") == 1
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["good.npz"]
    error = " ".join(capsys.readouterr().err.split())
    assert "odd.json': unforeseen ZeroDivisionError: float division by zero" in error


def test_motions_that_are_not_human_are_kept_and_said_by_the_status(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    walk = write_motion(tmp_path / "a.json")
    content = json.loads(walk.read_text())
    for frame in content["Frames"]:
        frame[20], frame[34] = 1.2, 1.2  # knees that bend forwards
    walk.write_text(json.dumps(content))
    assert kinesis("import", walk, "--out", tmp_path / "out", "--report") == 1
    assert (tmp_path / "out" / "a.npz").is_file()
    assert "not human in most frames" in " ".join(capsys.readouterr().err.split())
    report = json.loads((tmp_path / "out" / "report.json").read_text())
    assert report["clips"][0]["human"] is False
