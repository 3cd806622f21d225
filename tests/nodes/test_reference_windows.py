# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Which reference belongs to which state."""

import numpy as np

from kinesis_ros.nodes.reference_windows import ReferenceWindows


def marked(tick: int) -> np.ndarray:
    return np.full((12, 62), float(tick))


def test_a_state_is_tracked_with_the_answer_to_the_state_before() -> None:
    windows = ReferenceWindows()
    for tick in (4, 5):
        windows.add(tick, marked(tick))
    found = windows.find(6, just_placed=False)
    assert found is not None
    assert (found[0][0, 0], found[1]) == (5.0, 1)


def test_which_came_first_makes_no_difference() -> None:
    windows = ReferenceWindows()
    for tick in (4, 5):
        windows.add(tick, marked(tick))
    found = windows.find(5, just_placed=False)
    assert found is not None
    assert (found[0][0, 0], found[1]) == (4.0, 1)


def test_a_body_that_was_just_placed_waits_for_its_own_answer() -> None:
    windows = ReferenceWindows()
    windows.add(4, marked(4))
    assert windows.find(5, just_placed=True) is None
    windows.add(5, marked(5))
    found = windows.find(5, just_placed=True)
    assert found is not None
    assert (found[0][0, 0], found[1]) == (5.0, 0)


def test_a_late_reference_is_only_stretched_after_a_state_went_unanswered() -> None:
    windows = ReferenceWindows()
    windows.add(4, marked(4))
    assert windows.find(6, just_placed=False) is None
    windows.allow_stale()
    found = windows.find(7, just_placed=False)
    assert found is not None
    assert found[1] == 3
    assert windows.find(10, just_placed=False) is None  # too old by now


def test_in_lockstep_no_other_reference_will_do() -> None:
    windows = ReferenceWindows(realtime=False)
    for tick in (4, 6):
        windows.add(tick, marked(tick))
    windows.allow_stale()
    assert windows.find(6, just_placed=False) is None
    windows.add(5, marked(5))
    found = windows.find(6, just_placed=False)
    assert found is not None
    assert (found[0][0, 0], found[1]) == (5.0, 1)


def test_only_the_newest_are_kept() -> None:
    windows = ReferenceWindows()
    for tick in range(100):
        windows.add(tick, marked(tick))
    assert windows.find(50, just_placed=False) is None
    assert len(windows._windows) == 3
