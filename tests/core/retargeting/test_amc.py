# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Acclaim motions: the same walk as in BVH, the same trial as its BVH, clear errors."""

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.retargeting import Imported, MotionError, motion_files
from kinesis_ros.core.retargeting.amc import read_amc
from kinesis_ros.core.retargeting.bvh import read_bvh
from kinesis_ros.core.retargeting.joint_names import find_joints
from kinesis_ros.core.retargeting.world import METRES

Run = Callable[..., Imported]
# Bone, its parent, the segment whose frame is its, the points it reaches from and to.
BONES = (
    ("lowerback", "root", "pelvis", ("pelvis", "trunk")),
    ("lowerneck", "lowerback", "pelvis", None),
    *(
        bone
        for side in "lr"
        for bone in (
            (f"{side}hipjoint", "root", "pelvis", ("pelvis", f"thigh_{side}")),
            (
                f"{side}femur",
                f"{side}hipjoint",
                f"thigh_{side}",
                (f"thigh_{side}", f"shank_{side}"),
            ),
            (f"{side}tibia", f"{side}femur", f"shank_{side}", (f"shank_{side}", f"foot_{side}")),
            (f"{side}foot", f"{side}tibia", f"foot_{side}", (f"foot_{side}", f"toe_{side}")),
            (f"{side}toes", f"{side}foot", f"foot_{side}", None),
        )
    ),
)


def write_amc(
    folder: Path,
    walk: Any,  # noqa: ANN401 of `sticks`
    seed: int = 0,
    is_in_degrees: bool = True,
    order: str = "xyz",
) -> Path:
    """Write a stick person's walk as walk.asf and walk_01.amc; every bone has a random axis."""
    rng = np.random.default_rng(seed)
    unit = 180.0 / np.pi if is_in_degrees else 1.0
    lines = [":version 1.10", "# a comment", ":units", "  mass 1.0", "  length 0.45"]
    lines += [f"  angle {'deg' if is_in_degrees else 'rad'}", ":documentation", "  of sticks"]
    lines += [":root", f"  order RX RY RZ TX TY TZ\n  axis {order.upper()}"]
    lines += ["  position 0 0 0", "  orientation 0 0 0", ":bonedata"]
    pelvis = Rotation.from_matrix(walk.frame["pelvis"])
    channels = {
        "root": np.hstack(
            [pelvis.as_euler("xyz") * unit, walk.point["pelvis"] / METRES["cmu"]],
        )
    }
    frames = {"root": walk.frame["pelvis"]}
    for name, parent, segment, reach in BONES:
        frames[name] = frame = walk.frame[segment]
        tip = np.array([0.5, 0.0, 0.0])
        if reach is not None:
            way = walk.point[reach[1]] - walk.point[reach[0]]
            local = np.swapaxes(frame, 1, 2) @ way[..., None]
            tip = np.median(local[..., 0], axis=0) / METRES["cmu"]
        angles = rng.uniform(-1.0, 1.0, 3)
        axis = Rotation.from_euler(order, angles)
        turn = Rotation.from_matrix(np.swapaxes(frames[parent], 1, 2) @ frame)
        length = np.linalg.norm(tip)
        lines += ["  begin", f"    id {len(channels)}", f"    name {name}"]
        lines += [f"    direction {' '.join(f'{x:.9f}' for x in tip / length)}"]
        lines += [f"    length {length:.9f}"]
        lines += [f"    axis {' '.join(f'{x * unit:.9f}' for x in angles)}  {order.upper()}"]
        if "hip" not in name:
            lines += ["    dof rx ry rz", "    limits (-180 180)", "           (-180 180)"]
            channels[name] = (axis.inv() * turn * axis).as_euler("xyz") * unit
        lines += ["  end"]
    lines += [":hierarchy", "  begin"]
    for parent, group in itertools.groupby(sorted(BONES, key=lambda b: b[1]), lambda b: b[1]):
        lines += [f"    {parent} {' '.join(bone[0] for bone in group)}"]
    (folder / "walk.asf").write_text("\n".join([*lines, "  end"]) + "\n")
    rows = ["#!made of sticks", ":FULLY-SPECIFIED", ":DEGREES" if is_in_degrees else ":RADIANS"]
    for i in range(len(walk.point["pelvis"])):
        rows += [str(i + 1)]
        rows += [f"{n} {' '.join(f'{x:.9f}' for x in block[i])}" for n, block in channels.items()]
    file = folder / "walk_01.amc"
    file.write_text("\n".join(rows) + "\n")
    return file


@pytest.mark.parametrize(("is_in_degrees", "order"), [(True, "xyz"), (False, "zxy")])
def test_an_acclaim_motion_gives_the_clip_of_the_same_walk_as_bvh(
    run: Run, sticks: type, tmp_path: Path, is_in_degrees: bool, order: str
) -> None:
    walk = sticks.walk(turn_rate=0.3)
    plain = run(sticks.bvh(tmp_path / "a.bvh", walk)).clip.states
    other = run(write_amc(tmp_path, walk, 3, is_in_degrees, order)).clip.states
    for block, tolerance in ((ks.JOINT_POSITION, np.radians(0.2)), (ks.POSITION, 2e-3)):
        np.testing.assert_allclose(other[:, block], plain[:, block], atol=tolerance)


def test_a_real_trial_moves_as_its_bvh(motions: Path) -> None:
    """The BVH was converted from the same trial by another reader, independent of ours."""
    pair = (
        motions.parent / "cases" / "formats" / "08_01.amc",
        (motions / "more" / "cmu_walk" / "cmu_08_01.bvh"),
    )
    if not all(path.exists() for path in pair):
        pytest.skip(f"no {' or no '.join(str(path) for path in pair)}")
    acclaim, bvh = read_amc(pair[0]), read_bvh(pair[1])
    mine, theirs = find_joints(acclaim), find_joints(bvh)
    for joint, index in mine.items():
        places = acclaim.position[:, index] * METRES["cmu"]
        np.testing.assert_allclose(places, bvh.position[:, theirs[joint]], atol=1e-5)  # [m]


def test_the_rate_is_120_hz_and_said_to_be_assumed(run: Run, sticks: type, tmp_path: Path) -> None:
    file = write_amc(tmp_path, sticks.walk(duration=2.0))
    imported = run(file)
    assert imported.measures.seconds == pytest.approx(2.0, abs=0.01)
    assert any("120 Hz" in flag for flag in imported.measures.flags)
    half = run(file, rate=60.0)
    assert half.measures.seconds == pytest.approx(4.0, abs=0.02)
    assert not any("rate" in flag for flag in half.measures.flags)


def test_the_skeleton_is_found_by_its_name_or_given(run: Run, sticks: type, tmp_path: Path) -> None:
    file = write_amc(tmp_path, sticks.walk(duration=0.5))
    expected = read_amc(file)
    (tmp_path / "other.asf").write_text("")
    assert read_amc(file).names == expected.names  # walk.asf, not other.asf
    moved = (tmp_path / "walk.asf").rename(tmp_path / "else.asf")
    with pytest.raises(MotionError, match=r"which skeleton\? there are else.asf, other.asf"):
        read_amc(file)
    np.testing.assert_array_equal(read_amc(file, moved).position, expected.position)
    (tmp_path / "other.asf").unlink()
    assert read_amc(file).names == expected.names  # the only one
    moved.unlink()
    with pytest.raises(MotionError, match=r"there is no \.asf beside it: .*--skeleton"):
        read_amc(file)
    assert motion_files([tmp_path]) == [file]
    with pytest.raises(MotionError, match=r"nowhere\.asf"):
        run(file, skeleton=tmp_path / "nowhere.asf")


@pytest.mark.parametrize(
    ("name", "old", "new", "reason"),
    [
        ("walk_01.amc", "\nlfoot ", "\nlpaw ", "'lpaw' does not move in 'walk.asf'"),
        ("walk_01.amc", "\nlfoot ", "\nlfoot x ", "frame 1 needs 3 numbers for 'lfoot'"),
        ("walk_01.amc", "\nlfoot ", "\nlfoot nan ", "frame 1 needs 3 numbers for 'lfoot'"),
        ("walk_01.amc", "\n1\n", "\n", "'root' is before the first frame"),
        ("walk_01.amc", "\n2\n", "\n", "frame 1 repeats 'root'"),
        ("walk.asf", ":hierarchy", ":hierarch", "section ':hierarchy' is missing"),
        ("walk.asf", "dof rx ry rz", "dof rx ry l", "'l'; only rotations are read"),
        ("walk.asf", "name lfoot", "name lpaw", "'lfoot' that has no data"),
        ("walk.asf", "RX RY RZ TX TY TZ", "RX RY RZ", "root's order is 'rx ry rz'"),
        ("walk.asf", "direction ", "direction x ", "'lowerback' needs three numbers"),
        ("walk.asf", "    length ", "    length x", "'lowerback' has no length"),
    ],
)
def test_a_broken_file_is_named_with_the_reason(
    sticks: type, tmp_path: Path, name: str, old: str, new: str, reason: str
) -> None:
    file = write_amc(tmp_path, sticks.walk(duration=0.1))
    text = (tmp_path / name).read_text()
    (tmp_path / name).write_text(text.replace(old, new, 1))
    assert old in text
    with pytest.raises(MotionError, match=rf"{name}'.*{reason}"):
        read_amc(file)


def test_a_truncated_motion_is_named_with_the_frame(sticks: type, tmp_path: Path) -> None:
    file = write_amc(tmp_path, sticks.walk(duration=0.1))
    file.write_text(file.read_text().rpartition("\nrtibia")[0] + "\n")
    with pytest.raises(MotionError, match=r"walk_01\.amc': frame 13 lacks 'rtibia'"):
        read_amc(file)


def test_the_root_starts_where_the_skeleton_says(sticks: type, tmp_path: Path) -> None:
    file = write_amc(tmp_path, sticks.walk(duration=0.1))
    plain = read_amc(file)
    skeleton = tmp_path / "walk.asf"
    skeleton.write_text(skeleton.read_text().replace("position 0 0 0", "position 1 2 3"))
    expected = plain.position + np.array([1.0, 2.0, 3.0])
    np.testing.assert_allclose(read_amc(file).position, expected, atol=1e-9)
