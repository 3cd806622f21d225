# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Learning kicks: what was generated from a style is learned again, with either foot."""

import numpy as np
import pytest

from kinesis_ros.core.gait import MotionGenerator
from kinesis_ros.core.kick import KickConfig, KickPlanner
from kinesis_ros.core.motion import Clip, ClipError
from kinesis_training.fitting import fit_kick


@pytest.fixture(scope="module")
def clip() -> Clip:
    planner = KickPlanner.load(KickConfig(foot_speed=8.0))
    generator = MotionGenerator.load()
    x, y, heading = planner.stance(np.zeros(2), 0.6)
    generator.reset((x, y), heading)
    return Clip("kick", "kick", planner.plan(generator.now, np.zeros(2), 0.6).states)


def test_a_planned_kick_is_learned_again(clip: Clip) -> None:
    style = fit_kick([clip])
    # The foot beside the ball stands at its left; the knee of the kicking leg is bent at the ball.
    assert 0.15 < style.plant[1] < 0.45
    assert style.swing[len(style.swing) // 2, 6] > 0.6
    assert 5.0 < style.foot_speed < 9.0
    assert style.provenance["kicks"] == "1"


def test_kicks_with_the_left_foot_count_as_mirrored_ones(clip: Clip) -> None:
    right, left = fit_kick([clip]), fit_kick([clip.mirrored()])
    assert left.swing == pytest.approx(right.swing, abs=1e-6)
    assert left.plant == pytest.approx(right.plant, abs=1e-3)


def test_without_a_kick_at_a_ball_there_is_nothing_to_learn() -> None:
    standing = np.repeat(MotionGenerator.load().now[None], 60, axis=0)
    with pytest.raises(ClipError, match="no kick"):
        fit_kick([Clip("still", "kick", standing)])
    with pytest.raises(ClipError, match="no kick"):
        fit_kick([])
