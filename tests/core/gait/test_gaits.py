# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The gaits' coefficients: features, the free fall of a runner, and their file."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from kinesis_ros.core.gait import (
    Gait,
    GaitError,
    Gaits,
    MotionGenerator,
    Pace,
    PostureModel,
    Velocity,
)
from kinesis_ros.core.gait.gait import _features_at, features


def test_compiled_features_are_the_features() -> None:
    rng = np.random.default_rng(5)
    for phase, above, turn_rate in rng.uniform([0.0, -0.6, -0.8], [1.0, 0.6, 0.8], size=(10, 3)):
        wanted = features(phase, above, turn_rate)
        assert _features_at(phase, above, turn_rate) == pytest.approx(wanted, abs=1e-12)


def test_a_runner_in_flight_falls_freely() -> None:
    model = PostureModel(Gaits.load())
    pace = Pace(Velocity(3.0), 1.0)
    share, rate = model.gaits.stance_share(pace), model.gaits.stride_rate(pace)
    step = 1e-3
    for phase in np.linspace(share + 0.01, 0.49, 5):
        heights = [model.bounce(phase + k * step * rate, pace) for k in (-1, 0, 1)]
        assert np.diff(heights, 2)[0] / step**2 == pytest.approx(-9.81, rel=1e-6)
    # On average over a step the floor carries the weight: the velocity is the same half a cycle on.
    before = [model.bounce(phase, pace) for phase in (0.5 - 1e-6, 0.5)]
    after = [model.bounce(phase, pace) for phase in (0.0, 1e-6)]
    assert np.diff(before) == pytest.approx(np.diff(after), rel=1e-3)


def test_coefficients_survive_a_file(tmp_path: Path) -> None:
    gaits = Gaits.load()
    gaits.save(tmp_path / "gaits.npz")
    again = Gaits.load(tmp_path / "gaits.npz")
    for gait, twin in ((gaits.walking, again.walking), (gaits.running, again.running)):
        for field in dataclasses.fields(Gait):
            assert np.array_equal(getattr(twin, field.name), getattr(gait, field.name))
    assert np.array_equal(again.stand_foot, gaits.stand_foot)
    assert (again.stand_height, again.provenance) == (gaits.stand_height, gaits.provenance)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [(None, "do not exist"), (b"nonsense", "cannot be read"), (b"", "cannot be read")],
)
def test_a_bad_coefficients_file_is_named(
    tmp_path: Path, content: bytes | None, complaint: str
) -> None:
    path = tmp_path / "gaits.npz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(GaitError, match=complaint) as error:
        MotionGenerator.load(path)
    assert "gaits.npz" in str(error.value)


def test_a_coefficients_file_must_be_complete(tmp_path: Path) -> None:
    path = tmp_path / "gaits.npz"
    np.savez(path, walking_pelvis=np.zeros(3), format_version=2)
    with pytest.raises(GaitError, match="lack provenance, running_cadence"):
        MotionGenerator.load(path)


def test_coefficients_of_an_older_format_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "walk.npz"
    np.savez(path, pelvis=np.zeros(3), format_version=1)
    with pytest.raises(GaitError, match="of format 1, this version reads 2"):
        MotionGenerator.load(path)
