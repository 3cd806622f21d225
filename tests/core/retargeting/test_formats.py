# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""One walk in every format gives one clip; broken files say what is wrong with them."""

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.body import opensim
from kinesis_ros.core.retargeting import (
    FORMATS,
    Imported,
    MotionError,
    MotionFormat,
    described_formats,
    formats,
    import_motion,
    motion_files,
)
from kinesis_ros.core.retargeting.bvh import read_bvh

Run = Callable[..., Imported]
HIPS_AND_KNEES = [i for i, n in enumerate(ks.LEG_JOINTS) if "flexion" in n or "knee" in n]


def angles_of(imported: Imported) -> np.ndarray:
    return imported.clip.states[:, ks.JOINT_POSITION]


def write_coordinates(
    path: Path, states: np.ndarray, degrees: bool, paths: bool = False, sign: float = 1.0
) -> Path:
    position, velocity = np.empty((2, opensim.NUM_COORDINATES))
    rows = []
    for i, state in enumerate(states):
        opensim.write_coordinates(state, position, velocity)
        row = position.copy()
        row[[c for c, n in enumerate(opensim.COORDINATES) if n.startswith("knee")]] *= sign
        if degrees:
            row[[c for c, n in enumerate(opensim.COORDINATES) if "_t" not in n or "tilt" in n]] *= (
                180.0 / np.pi
            )
        rows.append(f"{i / 30.0:.8f}\t" + "\t".join(f"{x:.8f}" for x in row))
    names = [f"/jointset/some/{n}/value" if paths else n for n in opensim.COORDINATES]
    head = f"Coordinates\nversion=1\nnRows={len(states)}\ninDegrees={'yes' if degrees else 'no'}\n"
    path.write_text(head + "endheader\ntime\t" + "\t".join(names) + "\n" + "\n".join(rows) + "\n")
    return path


def test_deepmimic_gives_the_clip_of_the_same_walk_as_bvh(
    run: Run, sticks: type, tmp_path: Path
) -> None:
    sizes = sticks.Sizes(0.421546, 0.409870, 2 * 0.084887, 0.062, trunk=0.0)
    walk = sticks.walk(turn_rate=0.3, sizes=sizes)
    plain = run(sticks.bvh(tmp_path / "a.bvh", walk))
    other = run(sticks.deepmimic(tmp_path / "a.json", walk))
    np.testing.assert_allclose(angles_of(other), angles_of(plain), atol=np.radians(0.2))


@pytest.mark.parametrize("width", [66, 72, 156, 165])
def test_amass_gives_the_clip_of_the_same_walk_as_bvh(
    run: Run, sticks: type, tmp_path: Path, width: int
) -> None:
    walk = sticks.walk(turn_rate=0.3, sizes=dataclasses.replace(sticks.Sizes(), trunk=0.0332))
    plain = run(sticks.bvh(tmp_path / "a.bvh", walk))
    other = run(sticks.smpl(tmp_path / "a.npz", walk, width=width))
    difference = np.abs(angles_of(other) - angles_of(plain))[:, HIPS_AND_KNEES]
    assert difference.max() < np.radians(2.5)
    assert other.measures.speed_m_s == pytest.approx(plain.measures.speed_m_s, rel=0.04)


def test_the_stride_of_an_amass_file_follows_its_feet_not_its_unknown_legs(
    run: Run, sticks: type, tmp_path: Path
) -> None:
    """A person with legs 12 % longer than the mean walks 12 % further."""
    walk = sticks.walk()
    far = dataclasses.replace(walk, point={**walk.point, "centre": 1.12 * walk.point["centre"]})
    usual = run(sticks.smpl(tmp_path / "a.npz", walk)).measures
    longer = run(sticks.smpl(tmp_path / "b.npz", far)).measures
    assert longer.speed_m_s == pytest.approx(usual.speed_m_s, rel=0.04)
    assert longer.slide_cm < usual.slide_cm + 0.5


@pytest.mark.parametrize("degrees", [True, False])
@pytest.mark.parametrize("paths", [True, False])
def test_a_clip_written_as_opensim_coordinates_comes_back(
    run: Run, sticks: type, tmp_path: Path, degrees: bool, paths: bool
) -> None:
    clip = run(sticks.bvh(tmp_path / "a.bvh", sticks.walk(turn_rate=0.3)))
    file = write_coordinates(tmp_path / "a.mot", clip.clip.states, degrees, paths)
    back = run(file)
    assert len(back.clip.states) == len(clip.clip.states)
    difference = np.abs(angles_of(back) - angles_of(clip))
    assert difference.mean() < np.radians(1.0)
    assert difference.max() < np.radians(6.0)
    height = back.clip.states[:, 2].mean() - clip.clip.states[:, 2].mean()
    assert abs(height) < 0.01
    assert back.measures.speed_m_s == pytest.approx(clip.measures.speed_m_s, rel=0.04)


def test_knees_that_bend_negatively_are_turned_round(
    run: Run, sticks: type, tmp_path: Path
) -> None:
    clip = run(sticks.bvh(tmp_path / "a.bvh", sticks.walk()))
    file = write_coordinates(tmp_path / "a.mot", clip.clip.states, True, sign=-1.0)
    back = run(file)
    assert np.abs(angles_of(back) - angles_of(clip)).mean() < np.radians(1.0)
    assert "knee flexion is negative, its sign was reversed" in back.measures.flags


def test_import_motion_gives_clips(sticks: type, tmp_path: Path) -> None:
    file = sticks.bvh(tmp_path / "some_walk.bvh", sticks.walk(duration=2.0))
    (clip,) = import_motion(file, label="stroll")
    assert (clip.name, clip.label, clip.source) == ("some_walk", "stroll", str(file))


def break_bvh(how: str, text: str) -> str:
    """One BVH file broken in the way of its name."""
    head, motion = text.split("MOTION")
    lines = motion.splitlines()
    middle = len(lines) // 2
    row = lines[middle].split()
    broken = {
        "empty": "",
        "truncated": text[: len(text) // 2],
        "no MOTION": head,
        "NaN": text.replace(lines[middle], " ".join(["nan", *row[1:]])),
        "no number": text.replace(lines[middle], " ".join(["what", *row[1:]])),
        "frame time": text.replace("Frame Time: 0.00", "Frame Time: -0.00"),
        "brace": head.replace("}", "", 1) + "MOTION" + motion,
        "no BVH": "this is a letter to a friend",
        "short": "\n".join(text.splitlines()[: -len(lines) + 7]).replace(
            "Frames: 241", "Frames: 3"
        ),
        "legs": head.replace("UpLeg", "Wheel") + "MOTION" + motion,
        "no length": "\n".join(
            "OFFSET 0 0 0" if "OFFSET" in line else line for line in text.splitlines()
        ),
    }
    return broken[how]


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        ("empty", "is empty"),
        ("truncated", "truncated, 241 frames"),
        ("no MOTION", "MOTION is missing"),
        ("NaN", "NaN or infinite number"),
        ("no number", "not a number"),
        ("frame time", "frame time"),
        ("brace", "HIERARCHY"),
        ("no BVH", "not a BVH file"),
        ("short", "too short"),
        ("legs", "no joint found for thigh_r, thigh_l; give a mapping file.*LeftWheel"),
        ("no length", "have no length"),
    ],
)
def test_a_broken_bvh_file_is_named_with_the_reason(
    run: Run, sticks: type, tmp_path: Path, how: str, reason: str
) -> None:
    file = sticks.bvh(tmp_path / "broken.bvh", sticks.walk(duration=2.0))
    file.write_text(break_bvh(how, file.read_text()))
    with pytest.raises(MotionError, match=rf"broken\.bvh'.*{reason}"):
        run(file)


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("a.json", "{", "not a DeepMimic motion"),
        ("a.json", "[1, 2]", "not a DeepMimic motion"),
        ("a.json", '{"Frames": [[1, 2], [3, 4]]}', "frames have the shape"),
        ("a.json", '{"Frames": [[1, 2], [3]]}', "not a DeepMimic motion"),
        ("a.txt", json.dumps({"Frames": [[float("nan")] * 44] * 9}), "NaN"),
        ("a.txt", json.dumps({"Frames": [[0.1] + [0.0] * 43] * 9}), "not a unit quaternion"),
        ("a.mot", "Coordinates\nnRows=3\n", "'endheader' is missing"),
        ("a.mot", "endheader\ntime a\n", "there are no numbers|empty"),
        ("a.mot", "endheader\ntime a\n0 1\n1 2\n", "lacks the coordinates hip_flexion_r"),
        ("a.sto", "nRows=5\nendheader\ntime a\n0 1\n1 2\n", "truncated, 5 frames"),
        ("a.sto", "endheader\ntime a\n0 1\n1\n", "truncated, row 1"),
        ("a.sto", "endheader\ntime a\n0 x\n", "not a number"),
        ("a.npz", "PK nothing", "not a readable npz"),
        ("a.avi", "film", "unknown file type '.avi'"),
    ],
)
def test_other_broken_files_are_named_with_the_reason(
    run: Run, tmp_path: Path, name: str, text: str, reason: str
) -> None:
    file = tmp_path / name
    file.write_text(text)
    with pytest.raises(MotionError, match=rf"(?s){name}'.*({reason})"):
        run(file)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"trans": None}, "needs poses and trans; it has: poses"),
        ({"mocap_framerate": None}, "no frame rate.*--rate"),
        ({"poses": np.zeros((9, 30))}, r"'poses' has the shape \(9, 30\)"),
        ({"poses": np.full((9, 156), np.nan), "trans": np.zeros((9, 3))}, "NaN.*frame 0"),
        ({"trans": np.zeros((9, 3))}, "'poses' has 241 frames"),
        ({"poses": np.array([{"code": 1}])}, "not a readable npz"),
    ],
)
def test_a_broken_amass_file_is_named_with_the_reason(
    run: Run, sticks: type, tmp_path: Path, fields: dict[str, object], reason: str
) -> None:
    file = sticks.smpl(tmp_path / "a.npz", sticks.walk(duration=2.0), **fields)
    with pytest.raises(MotionError, match=rf"a\.npz'.*{reason}"):
        run(file)


def test_a_rate_can_be_given_to_files_without(run: Run, sticks: type, tmp_path: Path) -> None:
    file = sticks.smpl(tmp_path / "a.npz", sticks.walk(duration=2.0), mocap_framerate=None)
    assert run(file, rate=120.0).measures.seconds == pytest.approx(2.0, abs=0.01)


def test_a_missing_file_is_named(run: Run, tmp_path: Path) -> None:
    with pytest.raises(MotionError, match="nowhere"):
        run(tmp_path / "nowhere.bvh")
    with pytest.raises(MotionError, match="nowhere"):
        motion_files([tmp_path / "nowhere"])


def test_folders_are_walked_and_other_kinds_of_files_passed_over(
    run: Run, sticks: type, tmp_path: Path
) -> None:
    walk = sticks.walk(duration=2.0)
    inner = tmp_path / "inner"
    inner.mkdir()
    sticks.bvh(tmp_path / "a.bvh", walk)
    sticks.deepmimic(inner / "b.txt", walk)
    sticks.smpl(inner / "c.npz", walk)
    imported = run(tmp_path / "a.bvh")
    write_coordinates(inner / "d.mot", imported.clip.states, True)
    imported.clip.save(inner / "clip.npz")
    np.savez(inner / "shape.npz", betas=np.zeros(16))
    (inner / "forces.mot").write_text(
        "endheader\ntime ground_force_vx knee_angle_r_moment\n0 1 2\n"
    )
    (inner / "LICENSE.txt").write_text("Do as you like.")
    (inner / "empty.bvh").write_text("")
    names = [file.name for file in motion_files([tmp_path])]
    assert sorted(names) == ["a.bvh", "b.txt", "c.npz", "d.mot", "empty.bvh"]
    assert motion_files([inner / "LICENSE.txt"]) == [inner / "LICENSE.txt"]


def test_a_suffix_belongs_to_one_format() -> None:
    suffixes = [suffix for form in FORMATS for suffix in form.suffixes]
    assert len(set(suffixes)) == len(suffixes)
    assert all(suffix in described_formats() for suffix in suffixes)


def test_a_format_is_added_by_one_row(
    run: Run, sticks: type, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = MotionFormat((".toy",), "Toy motions", lambda path, _: read_bvh(path))
    monkeypatch.setattr(formats, "FORMATS", (*FORMATS, row))
    expected = run(sticks.bvh(tmp_path / "a.bvh", sticks.walk(duration=2.0)))
    file = (tmp_path / "a.bvh").rename(tmp_path / "a.toy")
    assert motion_files([tmp_path]) == [file]
    assert described_formats().endswith("Toy motions (.toy)")
    np.testing.assert_array_equal(run(file).clip.states, expected.clip.states)
