# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Agreement of curves: with itself it is whole, and a shift is found."""

import numpy as np
import pytest

from kinesis_ros.physiology.agreement import best_lag, correlation, rms_error
from kinesis_ros.physiology.comparison import compare
from kinesis_ros.physiology.people import People
from kinesis_ros.physiology.quantities import NINE

SHARE = np.linspace(0.0, 2.0 * np.pi, 101)
CURVE = np.exp(np.cos(SHARE - 1.0)) + 0.3 * np.sin(2.0 * SHARE)  # repeats after a cycle


def test_people_agree_with_themselves() -> None:
    people = People.load().at(1.2)
    result = compare({name: curve.mean for name, curve in people.items()}, people)
    assert result.emg.mean_r == pytest.approx(1.0)
    assert set(NINE) <= set(result.emg.muscles)
    assert all(muscle.lag == 0 for muscle in result.emg.muscles.values())
    for part in (result.angles, result.moments, result.grf):
        assert all(c.r == pytest.approx(1.0) and c.rmse == 0.0 for c in part.values())


@pytest.mark.parametrize("lag", [-30, -7, 0, 1, 20, 49])
def test_a_known_shift_is_the_lag(lag: int) -> None:
    late = np.roll(CURVE[:-1], lag)
    found, r = best_lag(np.append(late, late[0]), CURVE)
    assert found == lag
    assert r == pytest.approx(1.0)


def test_size_and_offset_do_not_change_r_but_the_error() -> None:
    assert correlation(3.0 * CURVE + 2.0, CURVE) == pytest.approx(1.0)
    assert correlation(-CURVE, CURVE) == pytest.approx(-1.0)
    assert rms_error(CURVE + 2.0, CURVE) == pytest.approx(2.0)


def test_points_that_are_not_known_do_not_count() -> None:
    part = CURVE.copy()
    part[70:] = np.nan
    assert correlation(CURVE, part) == pytest.approx(1.0)
    assert rms_error(CURVE, part) == 0.0


def test_a_constant_curve_has_no_correlation() -> None:
    assert np.isnan(correlation(np.ones(101), CURVE))
    assert best_lag(np.ones(101), CURVE)[0] == 0
