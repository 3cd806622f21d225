# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Commands: checked, matched with the state they answer, and timed."""

import numpy as np
import pytest

from kinesis_ros.core.simulation import CommandShapeError
from kinesis_ros.nodes.command_slot import CommandSlot, LatencyMeter


def test_a_state_is_answered_by_the_command_with_its_stamp() -> None:
    slot = CommandSlot(2, "command")
    slot.expect(0, 0.0)
    assert not slot.answered
    slot.put(np.ones(2), 0, 0.004)
    assert slot.answered
    slot.expect(1, 1.0)
    assert not slot.answered
    slot.put(np.zeros(2), 0, 1.001)  # late, for the state before
    assert not slot.answered


def test_latency_is_from_publication_to_arrival_also_when_late() -> None:
    slot = CommandSlot(1, "command")
    slot.expect(0, 10.0)
    slot.put(np.zeros(1), 0, 10.002)
    slot.expect(1, 10.1)
    slot.expect(2, 10.2)
    slot.put(np.zeros(1), 1, 10.21)
    assert slot.latency.summary()["max"] == pytest.approx(110.0)


def test_an_older_command_does_not_replace_a_newer_one() -> None:
    slot = CommandSlot(1, "command")
    for tick in range(3):
        slot.expect(tick, float(tick))
    slot.put(np.array([2.0]), 2, 2.1)
    slot.put(np.array([1.0]), 1, 2.2)
    assert slot.values == np.array([2.0])


def test_a_command_without_a_time_answers_the_newest_state() -> None:
    slot = CommandSlot(1, "command")
    slot.expect(7, 0.0)
    slot.put(np.zeros(1), None, 0.001)
    assert slot.answered


def test_a_bad_command_leaves_the_last_good_one() -> None:
    slot = CommandSlot(2, "command")
    slot.expect(0, 0.0)
    slot.put(np.ones(2), 0, 0.0)
    for bad in (np.array([0.0, np.nan]), np.zeros(3)):
        with pytest.raises(CommandShapeError, match="command"):
            slot.put(bad, 0, 0.0)
    np.testing.assert_array_equal(slot.values, np.ones(2))
    assert slot.not_finite == 1


def test_the_age_counts_control_steps_since_a_command_came() -> None:
    slot = CommandSlot(1, "command")
    assert slot.age is None
    slot.expect(4, 0.0)
    slot.put(np.zeros(1), 4, 0.0)
    slot.expect(9, 0.0)
    assert slot.age == 5
    slot.forget()
    assert slot.age is None


def test_percentiles_are_numpys() -> None:
    meter, rng = LatencyMeter(), np.random.default_rng(0)
    samples = rng.exponential(0.002, 1000)
    for sample in samples:
        meter.add(sample)
    summary = meter.summary()
    assert summary["p99"] == pytest.approx(1e3 * np.percentile(samples, 99), abs=1e-3)
    assert summary["max"] == pytest.approx(1e3 * samples.max(), abs=1e-3)


def test_a_stale_stamp_does_not_renew_the_command() -> None:
    slot = CommandSlot(1, "command")
    for tick in range(20):
        slot.expect(tick, float(tick))
        slot.put(np.zeros(1), min(tick, 5), tick + 0.1)
    assert slot.age == 14


def test_a_stamp_of_the_future_is_one_of_now() -> None:
    slot = CommandSlot(1, "command")
    slot.expect(3, 0.0)
    slot.put(np.zeros(1), 10**6, 0.1)
    slot.expect(4, 1.0)
    assert not slot.answered
    assert slot.age == 1
