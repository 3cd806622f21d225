# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Made-up first frames and glitches go, real motion stays."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.retargeting import Imported
from kinesis_ros.core.retargeting.bvh import read_bvh
from kinesis_ros.core.retargeting.cleaning import clean

LEG = 80.0  # [cm]


def test_a_zero_pose_before_the_motion_is_dropped(
    run: Callable[..., Imported], sticks: type, tmp_path: Path
) -> None:
    file = sticks.bvh(tmp_path / "a.bvh", sticks.walk())
    plain = run(file)
    lines = file.read_text().splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("Frame Time")) + 1
    zero = " ".join("0" for _ in lines[start].split())
    lines.insert(start, zero)
    text = "\n".join(lines).replace("Frames: 481", "Frames: 482")
    (tmp_path / "b.bvh").write_text(text)
    posed = run(tmp_path / "b.bvh")
    assert posed.measures.flags == ("first frame is a zero pose, dropped",)
    np.testing.assert_allclose(posed.clip.states, plain.clip.states, atol=1e-9)


def test_a_frame_that_jumps_and_comes_back_is_interpolated(sticks: type, tmp_path: Path) -> None:
    motion = read_bvh(sticks.bvh(tmp_path / "a.bvh", sticks.walk()))
    joints = list(range(len(motion.names)))
    truth = motion.position.copy()
    motion.position[200, 3] += [20.0, 0.0, 0.0]
    cleaned, flags = clean(motion, joints, LEG)
    assert flags == ("1 glitch frames interpolated",)
    np.testing.assert_allclose(cleaned.position, truth, atol=0.1)


@pytest.mark.parametrize("rate", [24.0, 30.0, 120.0])
def test_clean_motion_is_left_as_it_is(sticks: type, tmp_path: Path, rate: float) -> None:
    motion = read_bvh(sticks.bvh(tmp_path / "a.bvh", sticks.walk(rate=rate)))
    cleaned, flags = clean(motion, list(range(len(motion.names))), LEG)
    assert flags == ()
    assert cleaned is motion


def test_a_left_handed_person_whose_knees_bend_backwards_is_flagged(
    run: Callable[..., Imported], sticks: type, tmp_path: Path
) -> None:
    swapped = {
        key: name.replace("Left", "X").replace("Right", "Left").replace("X", "Right")
        for key, name in sticks.names.items()
    }
    imported = run(sticks.bvh(tmp_path / "a.bvh", sticks.walk(), names=swapped))
    assert {"knee_r bends backwards", "knee_l bends backwards"} <= set(imported.measures.flags)
    assert np.isfinite(imported.clip.states[:, ks.KEY_POSITION]).all()
