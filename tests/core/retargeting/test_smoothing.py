# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The filter has no phase and lets slow motion through; resampling keeps time."""

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from kinesis_ros.core.retargeting import smoothing


@pytest.mark.parametrize("rate", [30.0, 60.0, 120.0, 1000.0])
def test_slow_motion_passes_without_delay_and_fast_noise_does_not(rate: float) -> None:
    time = np.arange(round(4.0 * rate)) / rate
    slow, fast = np.sin(2.0 * np.pi * time), np.sin(2.0 * np.pi * 14.0 * time)
    middle = slice(len(time) // 4, -len(time) // 4)
    passed = smoothing.low_pass((slow + 0.2 * fast)[:, None], rate)[:, 0]
    np.testing.assert_allclose(passed[middle], slow[middle], atol=0.02)


@pytest.mark.parametrize("frames", [2, 3, 5, 9])
def test_very_short_motions_pass(frames: int) -> None:
    values = np.arange(2.0 * frames).reshape(frames, 2)
    assert smoothing.low_pass(values, 30.0).shape == values.shape


def test_a_steady_turn_is_kept_by_filter_and_resampling() -> None:
    rate, speed = 100.0, 3.0
    turn = Rotation.from_euler("z", speed * np.arange(300)[:, None] / rate).as_matrix()
    times = smoothing.new_times(300, rate, 30.0)
    result = smoothing.resample_rotation(smoothing.low_pass_rotation(turn, rate), rate, times)
    expected = Rotation.from_euler("z", speed * times[:, None]).as_matrix()
    np.testing.assert_allclose(result[5:-5], expected[5:-5], atol=1e-3)


@pytest.mark.parametrize("rate", [24.0, 30.0, 59.94, 120.0000048, 1000.0])
def test_resampled_frames_span_the_motion(rate: float) -> None:
    times = smoothing.new_times(round(2.0 * rate) + 1, rate, 30.0)
    assert 2.0 * round(rate) / rate - times[-1] < 1.0 / 30.0 + 0.05
    assert np.allclose(np.diff(times), 1.0 / 30.0)
