# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The guessed label follows speed, heading and flight."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.retargeting import Imported
from kinesis_ros.core.retargeting.labels import LABELS, guess_label, travel_of

ON_FLOOR = 0.0


def moving(velocity: tuple[float, float], turn: float = 0.0, seconds: float = 3.0) -> np.ndarray:
    """States of a pelvis that moves with `velocity` in its own frame."""
    time = np.arange(round(30 * seconds)) / 30.0
    states = np.zeros((len(time), ks.STATE_SIZE))
    heading = turn * time
    states[:, 3], states[:, 6] = np.cos(0.5 * heading), np.sin(0.5 * heading)
    cosine, sine = np.cos(heading), np.sin(heading)
    states[:, 7] = cosine * velocity[0] - sine * velocity[1]
    states[:, 8] = sine * velocity[0] + cosine * velocity[1]
    return states


@pytest.mark.parametrize(
    ("velocity", "turn", "lowest", "label"),
    [
        ((1.2, 0.0), 0.0, ON_FLOOR, "walk"),
        ((0.02, 0.0), 0.0, ON_FLOOR, "stand"),
        ((-0.8, 0.0), 0.0, ON_FLOOR, "backward"),
        ((0.0, 0.6), 0.0, ON_FLOOR, "sideways"),
        ((0.7, 0.0), 0.0, ON_FLOOR, "slow_walk"),
        ((1.7, 0.0), 0.0, ON_FLOOR, "fast_walk"),
        ((1.0, 0.0), 0.5, ON_FLOOR, "curved_walk"),
        ((1.0, 0.0), -0.5, ON_FLOOR, "curved_walk"),
        ((0.05, 0.0), 0.5, ON_FLOOR, "turn_in_place"),
        ((3.0, 0.0), 0.0, 0.05, "run"),
        ((2.8, 0.0), 0.0, ON_FLOOR, "run"),
    ],
)
def test_the_label_follows_the_pelvis(
    velocity: tuple[float, float], turn: float, lowest: float, label: str
) -> None:
    states = moving(velocity, turn)
    heights = np.zeros(len(states))
    heights[40:44] = lowest
    assert guess_label(states, heights) == label
    assert label in LABELS


@pytest.mark.parametrize("end", [slice(0, 10), slice(-10, None)])
def test_a_walk_that_begins_or_ends_standing_is_a_start_or_stop(end: slice) -> None:
    states = moving((1.2, 0.0))
    states[end, ks.LINEAR_VELOCITY] = 0.0
    assert guess_label(states, np.zeros(len(states))) == "start_stop"


def test_a_flight_upwards_is_a_jump_and_a_fast_foot_a_kick() -> None:
    states = moving((0.1, 0.0))
    heights = np.zeros(len(states))
    heights[30:42] = 0.2
    states[30, 9] = 2.0
    assert guess_label(states, heights) == "jump"
    states = moving((0.3, 0.0))
    toe = ks.KEY_POSITION.start + 3 * ks.KEY_BODIES.index("toes_r")
    states[40:, toe] += np.minimum(np.arange(50) * 8.0 / 30.0, 1.0)
    assert guess_label(states, np.zeros(len(states))) == "kick"


def test_travel_is_measured_in_the_body_not_in_the_world() -> None:
    travel = travel_of(moving((1.0, 0.0), turn=1.0))
    assert travel.speed == pytest.approx(1.0)
    assert travel.backward == travel.sideways == 0.0
    assert travel.heading_change == pytest.approx(2.4, abs=0.05)


def test_a_walk_in_a_file_is_a_walk(
    run: Callable[..., Imported], sticks: type, tmp_path: Path
) -> None:
    assert run(sticks.bvh(tmp_path / "a.bvh", sticks.walk())).clip.label == "slow_walk"
    assert run(tmp_path / "a.bvh", label="stroll").clip.label == "stroll"


def test_who_stands_up_does_not_jump() -> None:
    """Feet that seem to leave the floor while the pelvis rises, without the fall that follows."""
    states = moving((0.02, 0.0))
    heights = np.zeros(len(states))
    heights[30:50] = 0.05
    states[25:55, ks.VZ] = 1.1
    states[:, ks.Z] = 0.5 + np.cumsum(states[:, ks.VZ]) / 30.0
    assert guess_label(states, heights) == "other"


def test_a_stride_swings_both_feet_alike_and_is_no_kick() -> None:
    states = moving((1.2, 0.0))
    states[:10, ks.LINEAR_VELOCITY] = 0.0
    time = np.arange(len(states)) / 30.0
    for side, phase in (("r", 0.0), ("l", np.pi)):
        toe = ks.KEY_POSITION.start + 3 * ks.KEY_BODIES.index(f"toes_{side}")
        states[:, toe] = 0.9 * np.sin(2.0 * np.pi * time + phase)
    assert guess_label(states, np.zeros(len(states))) == "start_stop"


@pytest.mark.parametrize(("bounce", "label"), [(0.04, "run"), (-0.04, "fast_walk")])
def test_a_run_without_flight_is_told_by_when_the_pelvis_is_high(bounce: float, label: str) -> None:
    """Walkers are lowest when their feet are furthest apart, runners when they are together."""
    states = moving((2.0, 0.0))
    phase = 2.0 * np.pi * 1.4 * np.arange(len(states)) / 30.0
    foot = ks.KEY_POSITION.start + 3 * ks.KEY_BODIES.index("talus_r")
    states[:, foot] = 0.4 * np.sin(phase)
    states[:, ks.Z] = 0.9 + bounce * np.abs(np.sin(phase))
    assert guess_label(states, np.zeros(len(states))) == label
