# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What clicks and drags do to the target, without a page."""

import numpy as np
import pytest

from kinesis_ros.viewer.target import MIDDLE, Target

HERE = np.array([1.0, -2.0])


def towards(angle: float, distance: float) -> np.ndarray:
    return distance * np.array([np.cos(angle), np.sin(angle)])


@pytest.mark.parametrize("angle", [-3.0, -1.0, 0.0, 0.7, 2.5])
def test_a_target_that_is_put_down_faces_away_from_the_body(angle: float) -> None:
    target = Target()
    target.put(HERE + towards(angle, 3.0), seen_from=HERE)
    assert target.pose == pytest.approx((*(HERE + towards(angle, 3.0)), angle))


def test_a_target_under_the_body_keeps_its_angle() -> None:
    target = Target()
    target.set(0.0, 0.0, 0.4)
    target.put(HERE + 0.01, seen_from=HERE)
    assert target.angle == 0.4


@pytest.mark.parametrize("angle", [-2.0, 0.3, 3.0])
def test_going_on_to_drag_turns_a_target_that_was_put_down(angle: float) -> None:
    target = Target()
    target.put(HERE, seen_from=np.zeros(2))
    target.drag(HERE + towards(angle, 0.5))
    assert target.pose == pytest.approx((*HERE, angle))


@pytest.mark.parametrize("angle", [-2.0, 0.3, 3.0])
def test_the_rim_turns_and_the_middle_moves(angle: float) -> None:
    target = Target()
    target.set(*HERE, angle=1.0)
    target.grip(HERE + towards(2.0, 1.1 * MIDDLE))
    target.drag(HERE + towards(angle, 1.0))
    assert target.pose == pytest.approx((*HERE, angle))
    target.grip(HERE + towards(2.0, 0.9 * MIDDLE))
    target.drag(np.array([5.0, 6.0]))
    assert target.pose == pytest.approx((5.0, 6.0, angle))
