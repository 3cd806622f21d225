# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Laws of retargeting: what the file looks like does not matter, what the person does, does."""

import dataclasses
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.retargeting import Imported, Importer, Retargeter
from kinesis_ros.core.retargeting.ground import contacts, plant
from kinesis_ros.core.retargeting.measures import stance_slides

Run = Callable[..., Imported]
SOURCE_JOINTS = ("shank_r", "foot_r", "shank_l", "foot_l")
THEIR_KEYS = [ks.KEY_BODIES.index(n) for n in ("tibia_r", "talus_r", "tibia_l", "talus_l")]
ANGLE = np.radians(0.2)


def keys_of(imported: Imported) -> np.ndarray:
    return imported.clip.states[:, ks.KEY_POSITION].reshape(-1, ks.NUM_KEYS, 3)


def angles_of(imported: Imported) -> np.ndarray:
    return imported.clip.states[:, ks.JOINT_POSITION]


@pytest.mark.parametrize("turn_rate", [0.0, 0.4, -0.6])
def test_knees_and_ankles_come_out_where_the_source_has_them(
    run: Run,
    sticks: type,
    tmp_path: Path,
    turn_rate: float,
) -> None:
    walk = sticks.walk(turn_rate=turn_rate)
    imported = run(sticks.bvh(tmp_path / "walk.bvh", walk))
    source = np.stack([walk.point[name] for name in SOURCE_JOINTS], axis=1)[::4]
    away = keys_of(imported)[:, THEIR_KEYS] - source
    away -= np.median(away, axis=(0, 1))  # a clip starts at the origin
    distance = np.linalg.norm(away, axis=2)
    assert distance.mean() < 0.018
    assert distance.max() < 0.05


def test_a_longer_person_is_scaled_to_the_model(run: Run, sticks: type, tmp_path: Path) -> None:
    walk = sticks.walk(turn_rate=0.4)
    usual = run(sticks.bvh(tmp_path / "a.bvh", walk))
    tall = dataclasses.replace(walk, point={key: 1.2 * p for key, p in walk.point.items()})
    longer = run(sticks.bvh(tmp_path / "b.bvh", tall))
    np.testing.assert_allclose(angles_of(longer), angles_of(usual), atol=ANGLE)
    np.testing.assert_allclose(keys_of(longer), keys_of(usual), atol=0.002)


@pytest.mark.parametrize("seed", [1, 2])
def test_the_zero_pose_of_the_file_does_not_matter(
    run: Run, sticks: type, tmp_path: Path, seed: int
) -> None:
    walk = sticks.walk(turn_rate=0.3)
    plain = run(sticks.bvh(tmp_path / "a.bvh", walk))
    turned = run(sticks.bvh(tmp_path / "b.bvh", walk, seed=seed))
    np.testing.assert_allclose(angles_of(turned), angles_of(plain), atol=ANGLE)
    np.testing.assert_allclose(keys_of(turned), keys_of(plain), atol=0.002)


@pytest.mark.parametrize(
    ("up", "units", "order"),
    [("z", "m", "XYZ"), ("-y", "mm", "YXZ"), ("x", "in", "ZYX"), ("-z", "cmu", "YZX")],
)
def test_up_axis_unit_and_order_of_rotations_do_not_matter(
    run: Run, sticks: type, tmp_path: Path, up: str, units: str, order: str
) -> None:
    walk = sticks.walk(turn_rate=0.3)
    plain = run(sticks.bvh(tmp_path / "a.bvh", walk))
    other = run(sticks.bvh(tmp_path / "b.bvh", walk, up=up, units=units, order=order))
    told = run(tmp_path / "b.bvh", up=up, units=units)
    np.testing.assert_allclose(angles_of(other), angles_of(plain), atol=ANGLE)
    np.testing.assert_allclose(keys_of(other), keys_of(plain), atol=0.002)
    np.testing.assert_allclose(told.clip.states, other.clip.states, atol=1e-9)
    assert not other.measures.flags


def test_the_mirrored_person_gives_the_mirrored_clip(
    run: Run, sticks: type, tmp_path: Path
) -> None:
    walk = sticks.walk(turn_rate=0.4)
    plain = run(sticks.bvh(tmp_path / "a.bvh", walk))
    mirrored = run(sticks.bvh(tmp_path / "b.bvh", walk.mirrored()))
    expected = ks.mirror(plain.clip.states)
    difference = np.abs(mirrored.clip.states - expected)
    assert difference[:, ks.JOINT_POSITION].max() < np.radians(0.3)
    assert difference[:, ks.KEY_POSITION].max() < 0.001


@pytest.mark.parametrize("rate", [24.0, 60.0, 250.0])
def test_time_is_kept_at_any_frame_rate(
    run: Run, sticks: type, tmp_path: Path, rate: float
) -> None:
    walk = sticks.walk(speed=0.5, turn_rate=0.5, duration=3.0, rate=rate)
    measures = run(sticks.bvh(tmp_path / "walk.bvh", walk)).measures
    assert measures.seconds == pytest.approx(3.0, abs=0.034)
    assert measures.speed_m_s == pytest.approx(0.5, rel=0.04)
    # Between the means of the first and the last 0.6 s.
    assert measures.heading_change_deg == pytest.approx(np.degrees(0.5 * 2.4), abs=2.0)


def test_velocities_are_the_derivatives_of_the_positions(
    run: Run, sticks: type, tmp_path: Path
) -> None:
    states = run(sticks.bvh(tmp_path / "walk.bvh", sticks.walk())).clip.states
    position = states[:, ks.JOINT_POSITION]
    np.testing.assert_allclose(
        states[1:-1, ks.JOINT_VELOCITY], 15.0 * (position[2:] - position[:-2]), atol=1e-9
    )


def test_standing_feet_are_flat_still_and_on_the_floor(
    run: Run, sticks: type, tmp_path: Path
) -> None:
    measures = run(sticks.bvh(tmp_path / "walk.bvh", sticks.walk(), seed=3)).measures
    assert measures.penetration_mm < 6.0
    assert measures.slide_cm < 1.6
    assert measures.max_slide_cm < 2.5
    assert measures.flags == ()


def test_a_floor_that_is_not_level_makes_no_difference(
    run: Run, sticks: type, tmp_path: Path
) -> None:
    walk = sticks.walk(turn_rate=0.4)
    tilt = Rotation.from_euler("xy", [1.0, -1.5], degrees=True).as_matrix()
    tilted = dataclasses.replace(
        walk,
        point={key: p @ tilt.T for key, p in walk.point.items()},
        frame={key: tilt @ f for key, f in walk.frame.items()},
    )
    level = run(sticks.bvh(tmp_path / "a.bvh", walk))
    levelled = run(sticks.bvh(tmp_path / "b.bvh", tilted))
    assert np.abs(walk.point["shank_r"] @ (tilt - np.eye(3))[2]).max() > 0.03  # it is much
    bent = np.abs(angles_of(levelled) - angles_of(level))
    assert bent.mean() < np.radians(0.7)
    assert bent.max() < np.radians(3.5)
    np.testing.assert_allclose(keys_of(levelled)[..., 2], keys_of(level)[..., 2], atol=0.01)


def test_planting_stops_a_sliding_person_and_keeps_the_motion_smooth(
    retargeter: Retargeter, sticks: type, tmp_path: Path
) -> None:
    walk = sticks.walk()
    drift = 0.05 * np.sin(1.3 * np.arange(len(walk.point["centre"])) / walk.rate)
    for points in walk.point.values():
        points[:, 0] += drift
        points[:, 2] += 0.3 * drift
    fitted, _ = Importer(retargeter=retargeter)._fitted(sticks.bvh(tmp_path / "walk.bvh", walk))
    before = retargeter.lowered(fitted)
    after = plant(retargeter.legs, before)
    assert stance_slides(retargeter.legs, after).mean() < 0.6 * np.mean(
        stance_slides(retargeter.legs, before)
    )
    sunk = [-retargeter.legs.sole_points(m)[..., 2].min() for m in (before, after)]
    assert sunk[1] < 0.01 < sunk[0]

    def jerk(angles: np.ndarray) -> float:
        return float(np.sqrt(np.mean(np.diff(angles, 3, axis=0) ** 2)))

    assert jerk(after.angles) < 1.5 * jerk(before.angles)
    assert contacts(retargeter.legs, after).any(axis=2).all()


def test_a_tipped_pelvis_frame_does_not_change_the_legs(
    run: Run, sticks: type, tmp_path: Path
) -> None:
    walk = sticks.walk()
    plain = run(sticks.bvh(tmp_path / "a.bvh", walk))
    tip = np.radians(17.0)
    turn = np.array(
        [[np.cos(tip), 0.0, np.sin(tip)], [0.0, 1.0, 0.0], [-np.sin(tip), 0.0, np.cos(tip)]]
    )
    walk.frame["pelvis"] = walk.frame["pelvis"] @ turn
    tipped = run(sticks.bvh(tmp_path / "b.bvh", walk))
    np.testing.assert_allclose(angles_of(tipped), angles_of(plain), atol=ANGLE)


def test_without_trunk_and_toes_the_legs_still_come_out(
    run: Run, sticks: type, tmp_path: Path
) -> None:
    walk = sticks.walk()
    plain = run(sticks.bvh(tmp_path / "a.bvh", walk))
    bare = {k: v for k, v in sticks.names.items() if k != "trunk" and not k.startswith("toe")}
    other = run(sticks.bvh(tmp_path / "b.bvh", walk, names=bare))
    difference = np.abs(angles_of(other) - angles_of(plain))
    assert difference.max() < np.radians(8.0)
