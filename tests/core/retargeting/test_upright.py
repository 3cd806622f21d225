# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""An upright trunk, legs as long as they reach, and paths that feet can carry."""

import dataclasses
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from kinesis_ros.core.motion import Clip
from kinesis_ros.core.retargeting import Imported, Retargeter
from kinesis_ros.core.retargeting.anatomy import straightened
from kinesis_ros.core.retargeting.body_motion import BodyMotion
from kinesis_ros.core.retargeting.upright import tilt_of, upright


def swaying(frames: int = 40, lean: float = 0.0) -> BodyMotion:
    """A body whose pelvis tilts, lists and turns over moving legs."""
    wave = np.sin(np.linspace(0.0, 6.0, frames))
    pelvis = Rotation.from_euler(
        "ZYX", np.stack([0.3 * wave, lean + 0.1 + 0.03 * wave, 0.1 * wave[::-1]], axis=1)
    )
    angles = np.tile([0.3, 0.1, -0.1, 0.5, 0.1, 0.0, 0.0], (frames, 2)) * wave[:, None]
    angles[:, [3, 10]] = 0.5 + 0.3 * wave[:, None]
    position = np.stack([wave, 0.1 * wave, 0.95 + 0.0 * wave], axis=1)
    matrices = pelvis.as_matrix()
    return BodyMotion(30.0, position, matrices, angles, angles, tilt_of(matrices))


def test_an_upright_trunk_leaves_every_part_of_the_legs_where_it_was(
    retargeter: Retargeter,
) -> None:
    motion = swaying()
    after = upright(retargeter.legs, motion)
    assert np.abs(np.degrees(tilt_of(after.pelvis))).max() < 1.5
    assert np.abs(np.degrees(tilt_of(motion.pelvis))).max() > 5.0
    for chain in retargeter.legs.chains:
        before_b, after_b = (chain.pose(m.angles[:, chain.columns]) for m in (motion, after))
        np.testing.assert_allclose(
            motion.world(before_b.position), after.world(after_b.position), atol=5e-5
        )
        np.testing.assert_allclose(
            motion.pelvis[:, None] @ before_b.rotation,
            after.pelvis[:, None] @ after_b.rotation,
            atol=1e-9,
        )


def test_the_hip_line_keeps_list_and_rotation(retargeter: Retargeter) -> None:
    motion = swaying()
    after = upright(retargeter.legs, motion)
    np.testing.assert_allclose(after.pelvis[..., 1], motion.pelvis[..., 1], atol=1e-9)


def test_who_bends_down_stays_bent(retargeter: Retargeter) -> None:
    motion = swaying(lean=np.radians(60.0))
    after = upright(retargeter.legs, dataclasses.replace(motion, lean=np.full(40, 1.2)))
    assert np.degrees(tilt_of(after.pelvis)).min() > 50.0


def leg(
    bend: np.ndarray, too_long: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Thigh, shank, hip, knee, ankle of a leg (frames,) whose bones are drawn too long."""
    apart = 2.0 * 0.4 * np.cos(0.5 * bend)
    corner = np.arccos(np.clip(apart / (2.0 * 0.4 * too_long), -1.0, 1.0))
    thigh = Rotation.from_euler("y", -corner[:, None])  # the knee is in front
    shank = Rotation.from_euler("y", corner[:, None])
    hip = np.zeros((len(bend), 3))
    knee = hip - 0.4 * too_long * thigh.as_matrix()[..., 2]
    ankle = knee - 0.4 * too_long * shank.as_matrix()[..., 2]
    return thigh.as_matrix(), shank.as_matrix(), hip, knee, ankle


def flexion(thigh: np.ndarray, shank: np.ndarray) -> np.ndarray:
    return np.degrees(np.arccos(np.einsum("fi,fi->f", thigh[..., 2], shank[..., 2])))


def test_a_leg_with_bones_too_long_straightens_as_its_hip_and_ankle_say() -> None:
    bend = np.radians(5.0 + 55.0 * np.sin(np.linspace(0.0, np.pi, 100)) ** 2)
    stands = np.ones(100, dtype=bool)
    parts = leg(bend, 1.012)
    assert flexion(*parts[:2]).min() > 15.0
    thigh, shank, share = straightened(*parts, stands)
    assert share == pytest.approx(1.0 / 1.012, abs=0.002)
    assert flexion(thigh, shank).min() == pytest.approx(5.0, abs=2.0)
    assert np.abs(flexion(thigh, shank) - np.degrees(bend)).max() < 6.0


def test_a_straight_leg_and_a_crouch_stay_as_they_are() -> None:
    stands = np.ones(50, dtype=bool)
    for least in (3.0, 60.0):
        parts = leg(np.radians(least + np.linspace(0.0, 30.0, 50)), 1.0)
        thigh, shank, share = straightened(*parts, stands)
        assert share == 1.0
        np.testing.assert_allclose(thigh, parts[0], atol=1e-12)
        np.testing.assert_allclose(shank, parts[1], atol=1e-12)


def test_imported_walks_press_on_the_floor_within_their_feet(
    run: Callable[..., Imported], motions: Path
) -> None:
    imported = run(motions / "cmu/cmu_35_06__walking_extra_6_B.bvh")
    measures = imported.measures
    assert measures.pressure_off_mm < 0.4 * measures.source_pressure_off_mm
    assert measures.pressure_off_mm < 15.0
    assert measures.path_change_mm < 20.0
    dynamics = imported.clip.dynamics
    assert dynamics is not None
    weight = 74.98 * 9.81
    carried = dynamics.ground_force[..., 2].sum(axis=1)
    assert carried.mean() == pytest.approx(weight, rel=0.03)


def test_clips_keep_their_dynamics(
    tmp_path: Path, run: Callable[..., Imported], motions: Path
) -> None:
    clip = run(motions / "cmu/cmu_35_06__walking_extra_6_B.bvh").clip
    clip.save(tmp_path / "clip.npz")
    loaded = Clip.load(tmp_path / "clip.npz").dynamics
    assert clip.dynamics is not None
    assert loaded is not None
    np.testing.assert_allclose(loaded.moments, clip.dynamics.moments, rtol=1e-5, atol=1e-3)
    twice = clip.mirrored().mirrored().dynamics
    assert twice is not None
    np.testing.assert_array_equal(twice.ground_force, clip.dynamics.ground_force)
    assert clip.at_pace(1.2).dynamics is None
