# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Formats that tell only where joints or markers are: one walk gives the clip of the same BVH."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.retargeting import Imported, MotionError
from kinesis_ros.core.retargeting.humanml3d import joints_of
from kinesis_ros.core.retargeting.world import rotation_from

Run = Callable[..., Imported]
HIPS_AND_KNEES = [i for i, n in enumerate(ks.LEG_JOINTS) if "flexion" in n or "knee" in n]
SMPL = {
    **{0: "pelvis", 12: "trunk", 1: "thigh_l", 4: "shank_l", 7: "foot_l", 10: "toe_l"},
    **{2: "thigh_r", 5: "shank_r", 8: "foot_r", 11: "toe_r"},
}


def smpl_joints(walk: object) -> np.ndarray:
    """Joints (frames, 22, 3) of the stick person, y up; those of arms stay at the origin."""
    point = walk.point  # type: ignore[attr-defined]
    joints = np.zeros((len(point["pelvis"]), 22, 3))
    for index, part in SMPL.items():
        joints[:, index] = point[part]
    up = walk.frame["pelvis"][..., 2]  # type: ignore[attr-defined]
    joints[:, 3] = joints[:, 0] + 0.1 * up
    return joints @ rotation_from("y")


def assert_alike(other: Imported, plain: Imported) -> None:
    angles = [i.clip.states[:, ks.JOINT_POSITION][:, HIPS_AND_KNEES] for i in (other, plain)]
    assert np.abs(angles[0] - angles[1]).max() < np.radians(3.0)
    assert other.measures.speed_m_s == pytest.approx(plain.measures.speed_m_s, rel=0.04)
    assert other.clip.label == plain.clip.label


@pytest.mark.parametrize("turn_rate", [0.0, 0.3])
def test_humanml3d_joints_give_the_clip_of_the_same_walk_as_bvh(
    run: Run, sticks: type, tmp_path: Path, turn_rate: float
) -> None:
    walk = sticks.walk(turn_rate=turn_rate, rate=20.0)
    np.save(tmp_path / "a.npy", smpl_joints(walk).astype(np.float32))
    imported = run(tmp_path / "a.npy")
    assert_alike(imported, run(sticks.bvh(tmp_path / "a.bvh", walk)))
    assert any("took 20 Hz" in flag for flag in imported.measures.flags)


def features_of(joints: np.ndarray, heading: np.ndarray) -> np.ndarray:
    """Features (frames, 263) of joints (frames, 22, 3) that face `heading` (frames,) about y."""
    about = Rotation.from_rotvec(heading[:, None] * [0.0, 1.0, 0.0]).inv()
    features = np.zeros((len(joints), 263))
    features[:-1, 0] = -0.5 * np.diff(heading)
    step = about[1:].apply(np.diff(joints[:, 0], axis=0))
    features[:-1, 1:3] = step[:, [0, 2]]
    features[:, 3] = joints[:, 0, 1]
    relative = joints[:, 1:] - joints[:, :1] * [1.0, 0.0, 1.0]
    turned = np.einsum("fij,fnj->fni", about.as_matrix(), relative)
    features[:, 4:67] = turned.reshape(len(joints), -1)
    return features


def test_humanml3d_features_are_the_joints_that_they_were_made_of(sticks: type) -> None:
    joints = smpl_joints(sticks.walk(turn_rate=0.3, rate=20.0))
    joints -= joints[0, 0] * [1.0, 0.0, 1.0]
    back = joints_of(features_of(joints, 0.3 * np.arange(len(joints)) / 20.0))
    np.testing.assert_allclose(back, joints, atol=1e-9)


@pytest.mark.parametrize(
    "array",
    [np.zeros((9, 21, 3)), np.zeros(263), np.full((9, 263), "x"), np.zeros((9, 22, 3), complex)],
)
def test_other_arrays_are_refused(run: Run, tmp_path: Path, array: np.ndarray) -> None:
    np.save(tmp_path / "a.npy", array)
    with pytest.raises(MotionError, match=r"a\.npy': an array of"):
        run(tmp_path / "a.npy")
    np.save(tmp_path / "b.npy", np.array([{"code": 1}]), allow_pickle=True)
    with pytest.raises(MotionError, match="not a readable npy file"):
        run(tmp_path / "b.npy")


def markers_of(walk: object) -> dict[str, np.ndarray]:
    """Markers [mm], z up, of the stick person: the pelvis about its hips, and joint centres."""
    point, frame = walk.point, walk.frame["pelvis"]  # type: ignore[attr-defined]
    width, depth = 0.24, 0.15  # [m]
    # The hip centres of Harrington's regression, turned round: where the ASIS are.
    front = point["centre"] + frame @ [0.24 * depth + 0.0099, 0.0, 0.30 * width + 0.0109]
    markers = {"C7": point["trunk"]}
    for side, sign in (("R", -1.0), ("L", 1.0)):
        low = side.lower()
        markers[f"{side}ASI"] = front + frame @ [0.0, 0.5 * sign * width, 0.0]
        markers[f"{side}PSI"] = front + frame @ [-depth, 0.2 * sign * width, 0.0]
        left = walk.frame[f"shank_{low}"][..., 1]  # type: ignore[attr-defined]
        for name, part, half in (("KNE", "shank", 0.05), ("ANK", "foot", 0.036)):
            markers[f"{side}{name}"] = point[f"{part}_{low}"] + sign * half * left
        markers[f"{side}TOE"] = point[f"toe_{low}"]
    return {name: 1000.0 * place for name, place in markers.items()}


def write_trc(path: Path, markers: dict[str, np.ndarray], rate: float) -> Path:
    count = len(next(iter(markers.values())))
    lines = [
        f"PathFileType\t4\t(X/Y/Z)\t{path.name}",
        "DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits",
        f"{rate}\t{rate}\t{count}\t{len(markers)}\tmm",
        "Frame#\tTime\t" + "\t\t\t".join(markers),
        "\t\tX1\tY1\tZ1",
    ]
    for i in range(count):
        places = ["" if np.isnan(x) else f"{x:.4f}" for place in markers.values() for x in place[i]]
        lines.append("\t".join([str(i + 1), f"{i / rate:.5f}", *places]))
    path.write_text("\n".join(lines) + "\n")
    return path


def test_trc_markers_give_the_clip_of_the_same_walk_as_bvh(
    run: Run, sticks: type, tmp_path: Path
) -> None:
    walk = sticks.walk(turn_rate=0.2, rate=100.0)
    markers = markers_of(walk)
    plain = run(sticks.bvh(tmp_path / "a.bvh", walk))
    assert_alike(run(write_trc(tmp_path / "a.trc", markers, 100.0)), plain)
    markers["RKNE"][50:60] = np.nan
    markers["LTOE"][:7] = np.nan
    assert len(run(write_trc(tmp_path / "b.trc", markers, 100.0)).clip.states) == (
        len(plain.clip.states) - 3  # 0.07 s
    )


def test_c3d_markers_give_the_clip_of_the_same_trc(run: Run, sticks: type, tmp_path: Path) -> None:
    ezc3d = pytest.importorskip("ezc3d", reason="pip install 'kinesis_ros[markers]'")
    markers = markers_of(sticks.walk(rate=100.0))
    plain = run(write_trc(tmp_path / "a.trc", markers, 100.0))
    file = ezc3d.c3d()
    file["parameters"]["POINT"]["RATE"]["value"] = [100.0]
    file["parameters"]["POINT"]["UNITS"]["value"] = ["mm"]
    file["parameters"]["POINT"]["LABELS"]["value"] = [f"somebody:{name}" for name in markers]
    points = np.stack([*markers.values()], axis=1).transpose(2, 1, 0)
    file["data"]["points"] = np.concatenate([points, np.ones((1, *points.shape[1:]))])
    file.write(str(tmp_path / "a.c3d"))
    other = run(tmp_path / "a.c3d")
    np.testing.assert_allclose(other.clip.states, plain.clip.states, atol=1e-3)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda m: m.pop("RKNE"), r"no marker for knee_r \(RKJC, RKNE"),
        (lambda m: m.pop("LASI"), "no marker for asis_l"),
        (lambda m: m.pop("LPSI"), "no marker for the back of the pelvis"),
        (lambda m: m["LANK"].__setitem__(slice(40, 90), np.nan), "lost for too long"),
        (lambda m: m["LANK"].__setitem__(slice(None), np.nan), "never seen"),
        (lambda m: m["LANK"].__setitem__(9, 1e12), "marker ankle_lateral_l has a number over"),
    ],
)
def test_missing_and_lost_markers_are_named(
    run: Run, sticks: type, tmp_path: Path, change: Callable, reason: str
) -> None:
    markers = markers_of(sticks.walk(rate=100.0, duration=1.5))
    change(markers)
    with pytest.raises(MotionError, match=reason):
        run(write_trc(tmp_path / "a.trc", markers, 100.0))
