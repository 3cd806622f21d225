# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Real motion capture comes out as its own documentation describes it."""

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from kinesis_ros.core.body import SIDES
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.retargeting import Imported
from kinesis_ros.core.retargeting.labels import RUNNING, WALKING

CLIPS = (
    "cmu/cmu_35_01__walking_1_B.bvh",
    "cmu/cmu_39_03__walking_extra_37_A.bvh",
    "cmu/cmu_45_01__walking_extra_48_A.bvh",
    "cmu/cmu_16_35__running_1_B.bvh",
    "deepmimic/humanoid3d_walk.txt",
    "opensim/exampleEMGTracking/coordinates.mot",
)


@pytest.mark.parametrize("file", CLIPS)
def test_a_clip_walks_as_its_index_says(
    run: Callable[..., Imported], motions: Path, file: str
) -> None:
    with (motions / "index.csv").open() as stream:
        row = next(row for row in csv.DictReader(stream) if row["file"] == file)
    imported = run(motions / file)
    measures = imported.measures
    assert measures.seconds == pytest.approx(float(row["duration_s"]), abs=0.05)
    turn = float(row["heading_change_deg"] or 0.0)
    assert measures.heading_change_deg == pytest.approx(turn, abs=4.0)
    source_leg = float(row["leg_length_m"] or 0.87)
    expected = float(row["mean_speed_m_s"]) * 0.8045 / source_leg
    assert measures.speed_m_s == pytest.approx(expected, rel=0.06)
    assert measures.penetration_mm < 10.0
    assert measures.slide_cm < 2.0
    kind = row["label"].partition("_")[0]
    expected_labels = {"walk": WALKING, "turn": ("curved_walk", "turn_in_place"), "run": RUNNING}
    assert imported.clip.label in expected_labels[kind]


@pytest.mark.parametrize("subject", ["35_06", "39_04", "07_01", "16_15"])
def test_the_feet_of_a_walker_are_flat_while_they_stand(
    run: Callable[..., Imported], motions: Path, subject: str
) -> None:
    imported = run(next((motions / "cmu").glob(f"cmu_{subject}*.bvh")))
    keys = imported.clip.states[:, ks.KEY_POSITION].reshape(-1, ks.NUM_KEYS, 3)
    for side in SIDES:
        talus, toes = (ks.KEY_BODIES.index(f"{name}_{side}") for name in ("talus", "toes"))
        speed = np.linalg.norm(np.gradient(keys[:, [talus, toes]], 1 / 30, axis=0), axis=2)
        still = speed.max(axis=1) < 0.15
        assert still.sum() > 5
        drop = keys[still, talus, 2] - keys[still, toes, 2]
        assert np.median(drop) == pytest.approx(0.044, abs=0.006)  # the model's, sole level
