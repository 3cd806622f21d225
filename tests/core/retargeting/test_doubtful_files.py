# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Files that are no harm to look at: read rightly, read with a flag, or refused in one line."""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.body import opensim
from kinesis_ros.core.retargeting import Imported, MotionError

Run = Callable[..., Imported]
RATE = 50.0


@pytest.fixture(scope="module")
def walked(run: Run, sticks: type, tmp_path_factory: pytest.TempPathFactory) -> Imported:
    """A walk at the model's size."""
    folder = tmp_path_factory.mktemp("walk")
    return run(sticks.bvh(folder / "walk.bvh", sticks.walk(speed=0.55, duration=3.0)))


def rows_of(states: np.ndarray) -> np.ndarray:
    """Time and coordinates (frames, 21) of states, angles in degrees."""
    position, velocity = np.empty((2, opensim.NUM_COORDINATES))
    rows = np.empty((len(states), 1 + opensim.NUM_COORDINATES))
    for i, state in enumerate(states):
        opensim.write_coordinates(state, position, velocity)
        rows[i] = [i / 30.0, *position]
    angles = [i for i, name in enumerate(opensim.COORDINATES) if "_t" not in name]
    angles.append(opensim.COORDINATES.index("pelvis_tilt"))
    rows[:, [1 + i for i in sorted(set(angles))]] *= 180.0 / np.pi
    return rows


def write_table(
    path: Path,
    rows: np.ndarray,
    head: str = "Coordinates\nversion=1\nnRows={rows}\ninDegrees=yes\nendheader",
    promised: int | None = None,
    case: Callable[[str], str] = str,
) -> Path:
    names = case("\t".join(("time", *opensim.COORDINATES)))
    lines = [head.format(rows=promised or len(rows)), names]
    lines += ["\t".join(f"{x:.8f}" for x in row) for row in rows]
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.mark.parametrize(
    "first",
    [
        *("Speeds", "speeds", "Accelerations", "PositionErrors", "Position Errors", "name Speeds"),
        *("subject01_Kinematics_u", "subject01_Kinematics_dudt", "walk_pErr", "Inverse Dynamics"),
        *("Generalized Forces", "controls", "Activations"),
    ],
)
def test_what_the_first_line_says_is_no_coordinates_is_not_read_as_such(
    run: Run, walked: Imported, tmp_path: Path, first: str
) -> None:
    file = write_table(
        tmp_path / "a.sto",
        rows_of(walked.clip.states),
        f"{first}\nversion=1\ninDegrees=yes\nendheader",
    )
    with pytest.raises(MotionError, match=f"holds no coordinates: its first line is '{first}'"):
        run(file)


@pytest.mark.parametrize("first", ["Coordinates", "running speed 3 trial", "name forced march", ""])
def test_a_trial_may_be_called_what_it_likes(
    run: Run, walked: Imported, tmp_path: Path, first: str
) -> None:
    head = f"{first}\nversion=1\ninDegrees=yes\nendheader"
    file = write_table(tmp_path / "a.mot", rows_of(walked.clip.states), head)
    assert run(file).clip.label == walked.clip.label


@pytest.mark.parametrize(
    ("head", "flag"),
    [
        ("Coordinates\nversion=1\nendheader", "inDegrees is missing; .* taken as degrees"),
        (
            "some trial\nnRows={rows}\n\n# SIMM Motion File Header:\nname some trial\n"
            "datacolumns 21\ndatarows {rows}\nrange 0.0 3.0\nendheader",
            "SIMM's header: angles are in degrees",
        ),
        ("Coordinates\nINDEGREES = YES\nendheader", None),
        ("Coordinates\ninDegrees=True\nENDHEADER", None),
    ],
)
def test_angles_that_can_be_no_radians_are_degrees(
    run: Run, walked: Imported, tmp_path: Path, head: str, flag: str | None
) -> None:
    back = run(write_table(tmp_path / "a.mot", rows_of(walked.clip.states), head))
    error = back.clip.states[:, ks.JOINT_POSITION] - walked.clip.states[:, ks.JOINT_POSITION]
    assert np.abs(error).mean() < np.radians(1.0)
    assert flag is None or any(re.fullmatch(flag, f) for f in back.measures.flags)


def test_angles_that_are_neither_radians_nor_degrees_are_refused(
    run: Run, walked: Imported, tmp_path: Path
) -> None:
    rows = rows_of(walked.clip.states)
    file = write_table(tmp_path / "a.mot", rows, "Coordinates\ninDegrees=no\nendheader")
    with pytest.raises(MotionError, match=r"radians: these are no angles of a person"):
        run(file)
    rows[:, 7:] *= 30.0
    with pytest.raises(MotionError, match=r"degrees: these are no angles of a person"):
        run(write_table(tmp_path / "b.mot", rows))


def test_headers_and_names_are_compared_without_case(
    run: Run, walked: Imported, sticks: type, tmp_path: Path
) -> None:
    rows = rows_of(walked.clip.states)
    upper = run(write_table(tmp_path / "a.mot", rows, case=str.upper))
    np.testing.assert_array_equal(
        upper.clip.states, run(write_table(tmp_path / "b.mot", rows)).clip.states
    )
    file = sticks.bvh(tmp_path / "a.bvh", sticks.walk(duration=2.0))
    expected = run(file).clip.states
    text = file.read_text()
    words = ("HIERARCHY", "ROOT", "JOINT", "OFFSET", "CHANNELS", "End Site", "MOTION")
    for word in (*words, "Frames:", "Frame Time:"):
        text = text.replace(word, word.lower())
    file.write_text(text.replace("frame time:", "frame  time :\t"))
    np.testing.assert_array_equal(run(file).clip.states, expected)


def test_a_last_row_that_is_there_twice_is_dropped(
    run: Run, walked: Imported, tmp_path: Path
) -> None:
    rows = rows_of(walked.clip.states)
    plain = run(write_table(tmp_path / "a.sto", rows))
    twice = run(write_table(tmp_path / "b.sto", np.concatenate([rows, rows[-1:]])))
    np.testing.assert_array_equal(twice.clip.states, plain.clip.states)
    flag = f"row {len(rows)} repeats the time of the one before, dropped"
    assert set(twice.measures.flags) - set(plain.measures.flags) == {flag}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda r: np.concatenate([r, r]), "time falls after row"),
        (lambda r: np.repeat(r, 2, axis=0), "repeat the time of the one before"),
        (lambda r: r + np.eye(21)[0] * 1e5 * (np.arange(len(r)) > 40)[:, None], "after row 40"),
        (lambda r: r * np.where(np.arange(21) == 0, 1e-4, 1.0), "frames a second"),
        (lambda r: r * np.where(np.arange(21) == 0, 25.0, 1.0), "frames a second"),
        (lambda r: np.where(np.arange(21) == 4, 1e30, r), "'pelvis_tx' has a number over"),
    ],
)
def test_times_that_no_recording_has_are_refused(
    run: Run, walked: Imported, tmp_path: Path, change: Callable, reason: str
) -> None:
    file = write_table(tmp_path / "a.sto", change(rows_of(walked.clip.states)))
    with pytest.raises(MotionError, match=reason):
        run(file)


@pytest.mark.parametrize(("missing", "imported"), [(1, True), (3, True), (40, False)])
def test_a_few_missing_rows_are_a_flag_and_many_a_file_that_broke_off(
    run: Run, walked: Imported, tmp_path: Path, missing: int, imported: bool
) -> None:
    rows = rows_of(walked.clip.states)
    file = write_table(tmp_path / "a.mot", rows, promised=len(rows) + missing)
    if imported:
        flag = f"{len(rows) + missing} frames are promised, {len(rows)} are there"
        assert flag in run(file).measures.flags
    else:
        with pytest.raises(MotionError, match="truncated"):
            run(file)


@pytest.mark.parametrize("offset", [-0.25, -0.1, 0.1, 0.3, 0.6])
def test_a_zero_that_is_not_the_floor_changes_neither_speed_nor_height(
    run: Run, walked: Imported, tmp_path: Path, offset: float
) -> None:
    rows = rows_of(walked.clip.states)
    rows[:, 1 + opensim.COORDINATES.index("pelvis_ty")] += offset
    moved = run(write_table(tmp_path / "a.mot", rows))
    assert moved.measures.speed_m_s == pytest.approx(walked.measures.speed_m_s, rel=0.04)
    assert moved.clip.states[:, ks.Z] == pytest.approx(walked.clip.states[:, ks.Z], abs=0.02)


@pytest.mark.parametrize(
    ("line", "rate", "reason"),
    [
        ("Frame Time: 30", None, "is it the rate, or in milliseconds"),
        ("Frame Time: 8.333", None, "is it the rate, or in milliseconds"),
        ("Frame Time: 1e-9", None, "frames a second"),
        ("Frame Time: inf", None, "frames a second"),
        ("Frame Time: nan", None, "frame time is nan"),
        ("Frame Time: 0", None, "frame time is 0"),
        ("Frame Time: 30", 120.0, None),
    ],
)
def test_a_frame_time_that_no_recording_has_is_refused_unless_the_rate_is_given(
    run: Run, sticks: type, tmp_path: Path, line: str, rate: float | None, reason: str | None
) -> None:
    file = sticks.bvh(tmp_path / "a.bvh", sticks.walk(duration=2.0))
    file.write_text(re.sub("Frame Time: .*", line, file.read_text()))
    if reason is None:
        assert run(file, rate=rate).measures.seconds == pytest.approx(2.0, abs=0.04)
        return
    with pytest.raises(MotionError, match=reason):
        run(file)


def test_no_frames_are_0_frames(run: Run, sticks: type, tmp_path: Path) -> None:
    file = sticks.bvh(tmp_path / "a.bvh", sticks.walk(duration=2.0))
    file.write_text(re.sub(r"Frames: \d+", "Frames: 0", file.read_text()))
    with pytest.raises(MotionError, match=r"a\.bvh': 0 frames"):
        run(file)


@pytest.mark.parametrize("rate", [np.array(120.0), np.array([120.0]), np.array([[120]]), 120])
def test_a_rate_may_be_an_array_of_one(
    run: Run, sticks: type, tmp_path: Path, rate: object
) -> None:
    file = sticks.smpl(tmp_path / "a.npz", sticks.walk(duration=2.0), mocap_framerate=rate)
    assert run(file).measures.seconds == pytest.approx(2.0, abs=0.04)


@pytest.mark.parametrize("rate", [np.array([30.0, 60.0]), np.array([]), "120", np.array([b"120"])])
def test_a_rate_that_is_not_one_number_is_refused(
    run: Run, sticks: type, tmp_path: Path, rate: object
) -> None:
    file = sticks.smpl(tmp_path / "a.npz", sticks.walk(duration=2.0), mocap_framerate=rate)
    with pytest.raises(MotionError, match="'mocap_framerate'"):
        run(file)


def test_smpl_x_fields_have_other_names_and_mean_the_same(
    run: Run, sticks: type, tmp_path: Path
) -> None:
    walk = sticks.walk(duration=2.0)
    expected = run(sticks.smpl(tmp_path / "a.npz", walk)).clip.states
    with np.load(tmp_path / "a.npz") as fields:
        poses, path = fields["poses"], fields["trans"]
    np.savez(
        tmp_path / "b.npz",
        global_orient=poses[:, :3],
        body_pose=poses[:, 3:66].reshape(len(poses), 21, 3),
        transl=path,
        fps=walk.rate,
    )
    np.testing.assert_allclose(run(tmp_path / "b.npz").clip.states, expected, atol=1e-6)


# Skeletons by thigh, shank, foot and toe of the left leg; the right one has 'Right' or '.R'.
NAMES = {
    "SOMA": ("LeftLeg", "LeftShin", "LeftFoot", "LeftToeBase"),
    "MakeHuman": ("upperleg01.L", "lowerleg01.L", "foot.L", "toe1-1.L"),
    "Second Life": ("mHipLeft", "mKneeLeft", "mAnkleLeft", "mFootLeft"),
    "Rigify": ("DEF-thigh.L.001", "DEF-shin.L.001", "DEF-foot.L", "DEF-toe.L"),
}


def renamed(sticks: type, left: tuple[str, ...], pelvis: str = "Hips") -> dict[str, str]:
    names = {"pelvis": pelvis, "trunk": "Neck"}
    for part, name in zip(("thigh", "shank", "foot", "toe"), left, strict=True):
        names[f"{part}_l"] = name
        names[f"{part}_r"] = name.replace("Left", "Right").replace(".L", ".R")
    return {part: names[part] for part in sticks.names}


@pytest.mark.parametrize("skeleton", NAMES)
def test_a_skeleton_by_other_names_is_the_same_skeleton(
    run: Run, sticks: type, tmp_path: Path, skeleton: str
) -> None:
    walk = sticks.walk(duration=2.0)
    expected = run(sticks.bvh(tmp_path / "a.bvh", walk)).clip.states
    names = renamed(sticks, NAMES[skeleton])
    other = run(sticks.bvh(tmp_path / "b.bvh", walk, names=names))
    np.testing.assert_array_equal(other.clip.states, expected)


def test_helper_bones_beside_the_leg_hide_no_joint(run: Run, sticks: type, tmp_path: Path) -> None:
    """A rig has a mesh's 'L_Tibia' and 'L_Femur' beside the bones that move."""
    file = sticks.bvh(tmp_path / "a.bvh", sticks.walk(duration=2.0))
    expected = run(file).clip.states
    text = file.read_text()
    for side in ("Left", "Right"):
        for joint, helper in (("UpLeg", "Femur"), ("Leg", "Tibia"), ("Foot", "Ankle")):
            head = re.search(
                rf"JOINT {side}{joint}\n.*?CHANNELS 3 \w+ \w+ \w+\n", text, flags=re.DOTALL
            )
            assert head is not None
            bone = (
                f"JOINT {side[0]}_{helper}\n{{\nOFFSET 1 2 3\nEnd Site\n{{\nOFFSET 0 1 0\n}}\n}}\n"
            )
            text = text.replace(head[0], head[0] + bone)
    file.write_text(text)
    np.testing.assert_array_equal(run(file).clip.states, expected)


def in_place(sticks: type, speed: float, scale: float = 0.0) -> object:
    """A walk whose root goes `scale` of its way: on a treadmill, or in another unit."""
    walk = sticks.walk(speed=speed, duration=4.0)
    back = (1.0 - scale) * walk.point["centre"] * [1.0, 1.0, 0.0]
    walk.point.update({name: point - back for name, point in walk.point.items()})
    return walk


@pytest.mark.parametrize("speed", [0.4, 0.55])
def test_a_treadmill_is_told_apart_from_standing_and_can_be_run_off(
    run: Run, sticks: type, tmp_path: Path, speed: float
) -> None:
    over_ground = run(sticks.bvh(tmp_path / "a.bvh", sticks.walk(speed=speed, duration=4.0)))
    file = sticks.bvh(tmp_path / "b.bvh", in_place(sticks, speed))
    still = run(file)
    assert still.clip.label == "other"
    assert any("a treadmill, or a motion in place" in flag for flag in still.measures.flags)
    assert not any("treadmill" in flag for flag in over_ground.measures.flags)
    for option in ("auto", str(speed)):
        moved = run(file, treadmill=option)
        assert moved.clip.label == over_ground.clip.label
        assert moved.measures.speed_m_s == pytest.approx(speed, rel=0.08)
    assert run(tmp_path / "a.bvh", treadmill="auto").measures == over_ground.measures


@pytest.mark.parametrize("option", ["fast", "nan", "1e9", ""])
def test_a_treadmill_needs_a_speed(run: Run, tmp_path: Path, option: str) -> None:
    with pytest.raises(MotionError, match="neither 'auto' nor a speed"):
        run(tmp_path / "a.bvh", treadmill=option)


@pytest.mark.parametrize("scale", [0.01, 0.1, 10.0, 100.0])
def test_a_root_in_another_unit_than_the_bones_is_flagged(
    run: Run, sticks: type, tmp_path: Path, scale: float
) -> None:
    walk = in_place(sticks, 0.55, 1.0)
    for name, point in list(walk.point.items()):  # type: ignore[attr-defined]
        walk.point[name] = point - walk.point["pelvis"] * (1.0 - scale)  # type: ignore[attr-defined]
    imported = run(sticks.bvh(tmp_path / "a.bvh", walk))
    assert any("is it in another unit than the bones?" in f for f in imported.measures.flags)
    assert imported.clip.label == "other"


def squatting(deepest: float, seconds: float = 6.0) -> np.ndarray:
    """Coordinates of a person whose feet stay while hips and knees bend, angles in degrees."""
    time = np.arange(round(seconds * RATE)) / RATE
    depth = 0.5 * (1.0 - np.cos(2.0 * np.pi * time / seconds)) * np.radians(deepest)
    rows = np.zeros((len(time), 1 + opensim.NUM_COORDINATES))
    column = {name: 1 + i for i, name in enumerate(opensim.COORDINATES)}
    rows[:, 0] = time
    for side in "rl":
        rows[:, column[f"hip_flexion_{side}"]] = np.degrees(depth) / 2.0
        rows[:, column[f"knee_angle_{side}"]] = np.degrees(depth)
        rows[:, column[f"ankle_angle_{side}"]] = np.degrees(depth) / 2.0
    rows[:, column["pelvis_ty"]] = 0.1 + 0.81 * np.cos(0.5 * depth)
    return rows


def test_squats_go_nowhere(run: Run, tmp_path: Path) -> None:
    rows = squatting(90.0, 2.0)
    rows[:, 1 + opensim.COORDINATES.index("pelvis_tx")] = 0.15 * np.sin(np.pi * rows[:, 0]) ** 2
    imported = run(write_table(tmp_path / "a.mot", rows))
    assert imported.measures.speed_m_s > 0.05
    assert imported.clip.label == "other"


def test_a_squat_below_what_the_model_bends_stands_on_the_floor_at_both_ends(
    run: Run, tmp_path: Path
) -> None:
    imported = run(write_table(tmp_path / "a.mot", squatting(160.0)))
    standing = run(write_table(tmp_path / "b.mot", squatting(1.0))).clip.states[:, ks.Z].mean()
    height = imported.clip.states[:, ks.Z]
    assert height[[0, -1]] == pytest.approx(standing, abs=0.02)
    assert height.min() < standing - 0.25


def test_joints_that_are_not_human_in_most_frames_are_said_to_be(
    run: Run, walked: Imported, tmp_path: Path
) -> None:
    assert walked.measures.human
    rows = rows_of(walked.clip.states)
    rows[:, 1 + opensim.COORDINATES.index("ankle_angle_r")] += 90.0
    strange = run(write_table(tmp_path / "a.mot", rows))
    assert not strange.measures.human
    assert "joints are not human in most frames" in strange.measures.flags


def test_euler_angles_of_a_joint_are_distinct_axes(run: Run, sticks: type, tmp_path: Path) -> None:
    file = sticks.bvh(tmp_path / "a.bvh", sticks.walk(duration=2.0))
    file.write_text(file.read_text().replace("Zrotation Xrotation", "Xrotation Xrotation", 1))
    with pytest.raises(MotionError, match="has 'xrotation' twice"):
        run(file)
