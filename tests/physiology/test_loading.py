# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Loading figures of forces that are known."""

import numpy as np
import pytest

from kinesis_ros.physiology.loading import Impact, Stance
from kinesis_ros.physiology.people import People


def test_a_ramp_loads_at_its_slope() -> None:
    time = np.arange(0.0, 2.0, 1.0 / 150.0)
    force = np.clip(10.0 * (time - 1.0), 0.0, 0.8)  # 10 body weights/s from 1 s on
    found = Impact.of(time, force, np.array([1.0]))
    assert found.loading_rate == pytest.approx(10.0, rel=0.01)
    assert found.impact_peak == pytest.approx(0.5, rel=0.02)  # 50 ms later
    twice = Impact.of(time, force, np.array([1.0, 1.0]))
    assert twice == found


def test_a_spike_between_strikes_is_no_impact() -> None:
    time = np.arange(0.0, 2.0, 1.0 / 150.0)
    force = np.where(np.abs(time - 1.5) < 0.02, 3.0, 0.2)
    assert Impact.of(time, force, np.array([1.0])).impact_peak == pytest.approx(0.2)


def test_people_have_two_humps_and_a_plateau_has_none() -> None:
    people = Stance.of(People.load().at(1.2)["force_up"].mean)
    assert people.humps
    assert people.valley < 0.8
    assert people.first_5_percent < 0.5
    plateau = Stance.of(np.where(np.arange(101) < 62, 0.95, 0.0))
    assert not plateau.humps
    assert plateau.first_5_percent == pytest.approx(0.95)
