# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Benchmarks of goals: prompts are read strictly, and what was walked is measured right."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from kinesis_ros.benchmarks import kick, target, text, velocity
from kinesis_ros.benchmarks.goal_trials import Track
from kinesis_ros.cli import main
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.gait import Velocity
from kinesis_ros.core.maths import rotations
from kinesis_ros.core.plans import CAPABILITIES, Driving
from kinesis_ros.core.rollout import GoalReference, ReferenceWalker
from urdf_mjcf.penalty import BALL_PLACE, GOAL_WIDTH


@pytest.fixture(scope="module")
def walker() -> ReferenceWalker:
    return ReferenceWalker(GoalReference())


def arc(speed: float, turn_rate: float, seconds: float) -> list[np.ndarray]:
    """States of a point that walks a curve from the origin, at 30 Hz."""
    states = []
    for time in np.arange(1, round(30 * seconds) + 1) / 30.0:
        state = np.zeros(ks.STATE_SIZE)
        heading = turn_rate * time
        if turn_rate:
            state[:2] = np.array([math.sin(heading), 1.0 - math.cos(heading)]) * speed / turn_rate
        else:
            state[0] = speed * time
        state[ks.QUATERNION] = rotations.from_heading(heading)
        state[7:9] = speed * np.array([math.cos(heading), math.sin(heading)])
        states.append(state)
    return states


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("walk", "Expecting value"),
        ('["walk"]', "object"),
        ('{"say": "walk"}', "'text'"),
        ('{"text": "walk", "expect": {"foreward_m": [0, 1]}}', "foreward_m"),
        ('{"text": "walk", "expect": {"forward_m": [1, 0]}}', "lowest and highest"),
        ('{"text": "walk", "expect": {"forward_m": 1}}', "two numbers"),
        ('{"text": "walk", "expect": {"stopped": 1}}', "true or false"),
        ('{"text": "walk", "expect": 3}', "object"),
        ("", "no prompts"),
    ],
)
def test_a_bad_prompt_is_named_with_its_line(tmp_path: Path, line: str, complaint: str) -> None:
    path = tmp_path / "prompts.jsonl"
    path.write_text(line)
    with pytest.raises(text.PromptError, match=complaint):
        text.read_prompts(path)


def test_a_walked_curve_is_measured_as_it_was_walked() -> None:
    track = Track()
    for state in arc(0.8, 0.5, 14.0):
        track.add(state)
    assert track.heading == pytest.approx(7.0)  # more than a turn
    assert track.mean_speed == pytest.approx(0.8)
    assert not track.stopped
    mean = velocity.mean_velocity(arc(0.8, 0.5, 4.0))
    # A chord of a thirtieth of a second instead of the arc.
    assert mean == pytest.approx((0.8, 0.5, 0.0), abs=0.01)


def test_a_text_passes_when_the_body_does_what_was_meant(walker: ReferenceWalker) -> None:
    ranges = {"forward_m": (0.4, 0.6), "left_m": (-0.1, 0.1)}
    prompt = text.Prompt("walk half a metre", ranges, stopped=True)
    trial = text.try_text(walker, prompt)
    assert trial.passed, trial.why
    assert "0.5 m" in trial.plan


@pytest.mark.parametrize(
    ("prompt", "why"),
    [
        (text.Prompt("make coffee", {}, refused=True), ""),
        (text.Prompt("make coffee", {"forward_m": (1.0, 2.0)}), "refused: "),
        (text.Prompt("stop", {}, refused=True), "not refused"),
        (text.Prompt("wait a second", {"forward_m": (1.0, 2.0)}), "forward_m is 0.00"),
        (text.Prompt("wait a second", {}, stopped=False), "it stands"),
    ],
)
def test_a_text_fails_for_what_was_wrong(
    walker: ReferenceWalker, prompt: text.Prompt, why: str
) -> None:
    trial = text.try_text(walker, prompt)
    assert trial.passed is (why == "")
    assert trial.why.startswith(why)


def test_places_are_the_same_for_the_same_seed_and_within_the_radius() -> None:
    first, again = list(target.places(50, 2.0, 3)), list(target.places(50, 2.0, 3))
    assert first == again
    assert np.abs(first).max() <= 2.0
    assert first != list(target.places(50, 2.0, 4))


def test_a_place_ahead_is_reached_in_time(walker: ReferenceWalker) -> None:
    trial = target.try_place(walker, 1.2, 0.4, 2.0)
    assert trial.time_s == 5.0
    assert trial.success, trial
    assert target.summarise([trial]).success == 1.0


def test_the_grid_covers_the_envelope_and_stays_in_it() -> None:
    wide = Driving(backward=0.8, lateral=0.5, turn_rate=1.5)
    for able in (CAPABILITIES.driving, wide):
        grid = velocity.grid(able)
        assert all(velocity.is_within(v, able) for v in grid)
        assert max(v.speed for v in grid) == able.forward
        assert min(v.speed for v in grid) == -able.backward
        assert max(v.turn_rate for v in grid) == able.turn_rate
        assert max(v.lateral for v in grid) == able.lateral
        assert len(set(grid)) == len(grid)


def test_a_velocity_is_followed(walker: ReferenceWalker) -> None:
    trial = velocity.try_velocity(walker, Velocity(0.8, 0.0))
    assert trial.measured_speed == pytest.approx(0.8, rel=0.1)
    assert trial.measured_turn_rate == pytest.approx(0.0, abs=0.05)


def test_the_command_writes_what_it_measured(tmp_path: Path) -> None:
    prompts, result = tmp_path / "prompts.jsonl", tmp_path / "text.json"
    prompts.write_text('{"text": "make coffee", "expect": {"refused": true}}\n')
    with pytest.raises(SystemExit) as ended:
        main(["benchmark", "text", str(prompts), "--reference", "--json", str(result)])
    assert ended.value.code == 0
    content = json.loads(result.read_text())
    assert content["summary"] == {"n": 1, "passed": 1.0}
    assert content["trials"][0]["text"] == "make coffee"


def test_a_missing_file_of_prompts_is_bad_input(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["benchmark", "text", "nowhere.jsonl"])
    assert ended.value.code == 2
    assert "nowhere.jsonl" in capsys.readouterr().err


def test_the_reference_scores_where_it_aims_and_the_file_says_so(tmp_path: Path) -> None:
    path = tmp_path / "kick.json"
    arguments = ["benchmark", "kick", "--reference", "--n", "2", "--json", str(path)]
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert not ended.value.code
    written = json.loads(path.read_text())
    assert {*written} == {"protocol", "trials", "summary"}
    summary = written["summary"]
    assert summary["n"] == len(written["trials"]) == 2
    assert summary["goals"] == summary["goals_by_reference_rule"] == summary["standing"] == 1.0
    assert summary["median_aim_error_m"] < 1.0
    assert 5.0 < summary["mean_ball_speed_m_s"] < 12.0
    assert summary["keeper"] is False


def test_penalties_begin_where_the_protocol_says() -> None:
    tasks = list(kick.tasks(200, 1, keeper=False))
    behind = np.array([BALL_PLACE[0] - task.x for task in tasks])
    assert behind.min() >= 1.0
    assert behind.max() <= 1.5
    assert np.abs([task.y for task in tasks]).max() <= 0.5
    assert np.abs([task.target_y for task in tasks]).max() < 0.5 * GOAL_WIDTH
    for task in kick.tasks(50, 1, keeper=True):
        assert task.target_y * task.keeper_y < 0.0
