# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Gait cycles of made-up contact forces, whose answers are known."""

import numpy as np
import pytest

from kinesis_ros.core.rollout import find_cycles
from kinesis_ros.core.rollout.gait_cycles import POINTS

RATE = 30.0
WEIGHT = 700.0


def steps(strikes: list[float], stance: float, duration: float) -> tuple[np.ndarray, np.ndarray]:
    """Force that rises within 0.1 s of each strike and falls within 0.1 s of each lift."""
    time = np.arange(round(duration * RATE)) / RATE
    force = np.zeros_like(time)
    for strike in strikes:
        force += np.interp(
            time, [strike, strike + 0.1, strike + stance - 0.1, strike + stance], [0, 1, 1, 0]
        )
    return time, WEIGHT * force


def test_cycles_begin_where_the_foot_strikes_and_end_where_it_strikes_again() -> None:
    strikes = [0.5, 1.6, 2.7, 3.8]
    time, force = steps(strikes, 0.66, 5.0)
    cycles = find_cycles(time, force, WEIGHT)
    # The force passes 5% within a twentieth of its ramp of 0.1 s, which 30 Hz samples coarsely.
    np.testing.assert_allclose(cycles.start, strikes[:3], atol=0.034)
    np.testing.assert_allclose(cycles.duration, 1.1, atol=0.034)
    np.testing.assert_allclose(cycles.stance, 0.6, atol=0.05)


def test_what_repeats_with_the_cycle_is_the_same_in_every_cycle() -> None:
    time, force = steps([0.5, 1.5, 2.5, 3.5], 0.6, 5.0)
    cycles = find_cycles(time, force, WEIGHT)
    angle = np.sin(2.0 * np.pi * time)
    curves = cycles.resample(time, np.column_stack([angle, time]))
    assert curves.shape == (3, POINTS, 2)
    np.testing.assert_allclose(curves[0, :, 0], curves[2, :, 0], atol=1e-6)
    np.testing.assert_allclose(curves[:, 0, 1], cycles.start)
    np.testing.assert_allclose(curves[:, -1, 1], cycles.end)
    np.testing.assert_allclose(cycles.resample(time, angle), curves[..., 0])


def test_chatter_is_no_step() -> None:
    time, force = steps([0.5, 1.6, 2.7, 3.8], 0.66, 5.0)
    clean = find_cycles(time, force, WEIGHT)
    rough = force.copy()
    rough[round(0.8 * RATE)] = 0.0  # the contact breaks for one sample,
    rough[round(1.4 * RATE)] = WEIGHT  # the swinging foot brushes the floor for one
    np.testing.assert_array_equal(find_cycles(time, rough, WEIGHT).start, clean.start)


@pytest.mark.parametrize("force", [0.0, WEIGHT], ids=["in the air", "standing"])
def test_there_are_no_cycles_without_steps(force: float) -> None:
    time = np.arange(90) / RATE
    cycles = find_cycles(time, np.full(90, force), WEIGHT)
    assert len(cycles) == 0
    assert cycles.resample(time, time).shape == (0, POINTS)


def test_a_stumble_is_left_out() -> None:
    time, force = steps([0.5, 1.6, 2.7, 3.3, 4.4, 5.5], 0.45, 7.0)
    np.testing.assert_allclose(find_cycles(time, force, WEIGHT).duration, 1.1, atol=0.034)


@pytest.mark.parametrize("rows", [0, 1, 2])
def test_almost_no_samples_have_no_cycles(rows: int) -> None:
    assert len(find_cycles(np.arange(rows) / RATE, np.zeros(rows), WEIGHT)) == 0
