# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Clips on disk: round trip, and a clear word about every file that is not a clip."""

import contextlib
import dataclasses
from pathlib import Path

import numpy as np
import pytest

from kinesis_ros.core.body import CONTROL_RATE
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.maths import rotations
from kinesis_ros.core.motion import Clip, ClipError, is_validation
from kinesis_ros.core.motion.clip import FORMAT_VERSION


@pytest.fixture
def clip() -> Clip:
    states = np.random.default_rng(1).normal(size=(31, ks.STATE_SIZE))
    return Clip("cmu_35_01", "walk", states, source="35_01.bvh", licence="free")


def rewrite(path: Path, **changes: object) -> Path:
    """Replace fields of a saved clip; None removes one."""
    with np.load(path, allow_pickle=False) as archive:
        fields = {key: archive[key] for key in archive.files}
    for key, value in changes.items():
        if value is None:
            del fields[key]
        else:
            fields[key] = np.asarray(value)
    np.savez(path, allow_pickle=False, **fields)
    return path


@pytest.fixture
def saved(clip: Clip, tmp_path: Path) -> Path:
    path = tmp_path / "clip.npz"
    clip.save(path)
    return path


def test_a_saved_clip_is_loaded_as_it_was(clip: Clip, saved: Path) -> None:
    loaded = Clip.load(saved)
    np.testing.assert_array_equal(loaded.states, clip.states.astype(np.float32))
    assert loaded.states.dtype == np.float64
    for field in ("name", "label", "source", "licence"):
        assert getattr(loaded, field) == getattr(clip, field)


def test_saving_leaves_nothing_but_the_clip(clip: Clip, saved: Path) -> None:
    clip.save(saved)
    assert list(saved.parent.iterdir()) == [saved]


def test_thirty_one_frames_last_one_second(clip: Clip) -> None:
    assert clip.duration == 1.0


def test_the_mirrored_clip_is_the_mirrored_motion(clip: Clip) -> None:
    mirrored = clip.mirrored()
    np.testing.assert_array_equal(mirrored.states, ks.mirror(clip.states))
    assert mirrored.name != clip.name
    assert mirrored.label == clip.label


def test_the_reversed_clip_moves_the_other_way_through_the_same_poses(clip: Clip) -> None:
    backwards = clip.reversed()
    for same in (ks.POSITION, ks.QUATERNION, ks.JOINT_POSITION, ks.KEY_POSITION):
        np.testing.assert_array_equal(backwards.states[::-1, same], clip.states[:, same])
    for velocity in (ks.LINEAR_VELOCITY, ks.ANGULAR_VELOCITY, ks.JOINT_VELOCITY):
        np.testing.assert_array_equal(backwards.states[::-1, velocity], -clip.states[:, velocity])
    np.testing.assert_array_equal(backwards.reversed().states, clip.states)


@pytest.mark.parametrize("pace", [0.8, 1.0, 1.3])
def test_a_clip_at_another_pace_goes_through_the_same_poses(clip: Clip, pace: float) -> None:
    time = np.arange(31)[:, None] / CONTROL_RATE
    phase = np.linspace(0.0, 1.0, ks.STATE_SIZE)
    smooth = np.sin(4.0 * time + phase)
    heading = 3.0 * time[:, 0]
    smooth[:, ks.QUATERNION] = 0.0
    smooth[:, ks.QUATERNION.start] = np.cos(0.5 * heading)
    smooth[:, ks.QUATERNION.stop - 1] = np.sin(0.5 * heading)
    smooth[10:, ks.QUATERNION] *= -1.0  # the same rotation
    smooth[:, ks.LINEAR_VELOCITY] = 4.0 * np.cos(4.0 * time + phase[ks.POSITION])
    other = dataclasses.replace(clip, states=smooth, kicks=np.ones((1, 5)) * 20.0).at_pace(pace)
    assert other.duration == pytest.approx(1.0 / pace, abs=1.0 / CONTROL_RATE)
    then = pace * np.arange(len(other.states))[:, None] / CONTROL_RATE
    position, velocity = other.states[:, ks.POSITION], other.states[:, ks.LINEAR_VELOCITY]
    np.testing.assert_allclose(position, np.sin(4.0 * then + phase[ks.POSITION]), atol=1e-3)
    slope = np.gradient(position, 1.0 / CONTROL_RATE, axis=0)
    np.testing.assert_allclose(velocity[1:-1], slope[1:-1], atol=0.1)
    turned = rotations.heading(other.states[-1, ks.QUATERNION])
    assert turned == pytest.approx(3.0 * then[-1, 0], abs=1e-3)
    np.testing.assert_allclose(other.kicks[0], [round(20.0 / pace)] * 2 + [20.0] * 3)


@pytest.mark.parametrize("pace", [0.0, -1.0, np.nan, np.inf, 40.0])
def test_a_pace_that_leaves_no_motion_is_refused(clip: Clip, pace: float) -> None:
    with pytest.raises(ClipError, match=clip.name):
        clip.at_pace(pace)


def test_a_reversed_clip_is_on_the_same_side_of_the_split(clip: Clip) -> None:
    names = [f"clip_{i}" for i in range(60)]
    sides = [is_validation(name) for name in names]
    assert any(sides)
    backwards = [dataclasses.replace(clip, name=name).reversed().name for name in names]
    assert not set(backwards) & set(names)
    assert [is_validation(name) for name in backwards] == sides


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ClipError, match=r"'.*nowhere\.npz' does not exist"):
        Clip.load(tmp_path / "nowhere.npz")


@pytest.mark.parametrize("content", [b"", b"HIERARCHY\nROOT Hips\n", b"PK\x03\x04 cut off"])
def test_a_file_that_is_no_archive_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.npz"
    path.write_bytes(content)
    with pytest.raises(ClipError, match=r"broken\.npz' cannot be read"):
        Clip.load(path)


def test_a_truncated_clip_is_named(saved: Path) -> None:
    saved.write_bytes(saved.read_bytes()[:-400])
    with pytest.raises(ClipError, match="cannot be read"):
        Clip.load(saved)


def test_a_damaged_byte_anywhere_gives_a_clip_error_or_a_clip(saved: Path) -> None:
    content = saved.read_bytes()
    rng = np.random.default_rng(2)
    for place in rng.integers(len(content), size=300):
        damaged = bytearray(content)
        damaged[place] ^= int(rng.integers(1, 256))
        saved.write_bytes(damaged)
        with contextlib.suppress(ClipError):
            Clip.load(saved)


def test_a_single_array_is_not_a_clip(tmp_path: Path) -> None:
    path = tmp_path / "array.npz"
    with path.open("wb") as stream:
        np.save(stream, np.zeros(3))
    with pytest.raises(ClipError, match=r"array\.npz' "):
        Clip.load(path)


def test_pickled_objects_are_never_loaded(saved: Path) -> None:
    with np.load(saved, allow_pickle=False) as archive:
        fields = {key: archive[key] for key in archive.files}
    fields["label"] = np.array([{"walk": 1}], dtype=object)
    np.savez(saved, allow_pickle=True, **fields)
    with pytest.raises(ClipError, match="cannot be read"):
        Clip.load(saved)


def test_missing_fields_are_listed(saved: Path) -> None:
    with pytest.raises(ClipError, match="lacks label, states"):
        Clip.load(rewrite(saved, states=None, label=None))


def test_another_format_asks_for_a_new_import(saved: Path) -> None:
    with pytest.raises(ClipError, match=f"has format {FORMAT_VERSION + 1}.*import the motion"):
        Clip.load(rewrite(saved, format_version=FORMAT_VERSION + 1))


def test_another_rate_is_refused(saved: Path) -> None:
    with pytest.raises(ClipError, match=r"is at 60\.0 Hz, not 30"):
        Clip.load(rewrite(saved, rate=60.0))


@pytest.mark.parametrize(
    ("states", "message"),
    [
        (np.zeros((5, 61)), r"shape \(5, 61\), expected \(frames, 62\)"),
        (np.zeros(62), r"shape \(62,\)"),
        (np.zeros((1, 62)), "has 1 frames, needs 2"),
        (np.where(np.eye(4, 62, 7) > 0.0, np.nan, 0.0), "NaN or infinite number in frame 0"),
        (np.where(np.eye(4, 62, -2) > 0.0, np.inf, 0.0), "NaN or infinite number in frame 2"),
    ],
)
def test_states_that_make_no_motion_are_refused(
    clip: Clip, states: np.ndarray, message: str
) -> None:
    with pytest.raises(ClipError, match=f"'cmu_35_01'.*{message}"):
        dataclasses.replace(clip, states=states)
