# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""`kinesis benchmark` once for real, and what it says to bad input."""

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

from kinesis_ros.benchmarks import balance
from kinesis_ros.cli import main
from kinesis_ros.core.gait import MotionGenerator
from kinesis_ros.core.motion import Clip
from kinesis_ros.core.rollout import GoalReference, Rollout


def kinesis(*arguments: object) -> int:
    with pytest.raises(SystemExit) as ended:
        main([str(argument) for argument in arguments])
    return int(ended.value.code or 0)


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A second of generated walking, from the middle of it."""
    generator = MotionGenerator.load()
    generator.reset()
    generator.command(1.1)
    states = [generator.advance() for _ in range(120)][90:]
    path = tmp_path_factory.mktemp("clips") / "walk.npz"
    Clip("walk", "walk", np.array(states)).save(path)
    return path


def test_imitation_with_the_shipped_policy_finishes_a_generated_walk(
    walk: Path, tmp_path: Path
) -> None:
    report = tmp_path / "imitation.json"
    assert kinesis("benchmark", "imitation", walk, "--json", report) == 0
    result = json.loads(report.read_text())
    assert set(result) == {"protocol", "clips", "summary", "labels"}
    assert result["summary"]["n"] == 1
    assert result["summary"]["success"] == 1.0
    assert result["summary"]["mpjpe_mm"] < 100.0


def test_broken_files_are_named_and_the_others_still_count(
    walk: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "broken.bvh"
    broken.write_text("HIERARCHY")
    assert kinesis("benchmark", "imitation", walk, broken) == 0
    assert "broken.bvh" in "".join(capsys.readouterr().out.split())


def test_speed_measures_every_part_of_a_body(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="the training rate needs torch")
    report = tmp_path / "speed.json"
    arguments = ("--body", "legs80", "--repeats", 1, "--json", report)
    assert kinesis("benchmark", "speed", *arguments) == 0
    result = json.loads(report.read_text())
    (body,) = result["bodies"]
    assert all(value > 0 for name, value in body.items() if name != "body")
    cases = [(row["environment"], row["workers"]) for row in result["environments"]]
    assert cases == [("skeleton", 1), ("skeleton", 2), ("muscle", 1), ("muscle", 2)]
    assert all(row["training_steps_per_second"] > 0 for row in result["environments"])


def test_stand_measures_sway_and_steps(tmp_path: Path) -> None:
    report = tmp_path / "stand.json"
    assert kinesis("benchmark", "stand", "--seeds", 1, "--seconds", 5, "--json", report) == 0
    result = json.loads(report.read_text())
    (trial,) = result["trials"]
    assert trial["passed"]
    assert trial["time_s"] == pytest.approx(5.0)
    assert 0.0 <= trial["largest_step_m"] <= 0.05
    assert result["summary"] == {"n": 1, "passed": 1}


def test_a_light_push_is_survived_and_a_truck_is_not() -> None:
    rollout = Rollout.load(GoalReference())
    light = balance.PushTrial(5.0, 90.0, 2.0, survived=False)
    assert balance.push(rollout, light).survived
    assert not balance.push(rollout, dataclasses.replace(light, impulse_ns=190.0)).survived
    # Nothing of one trial is left in the next one.
    assert balance.push(rollout, light).survived


def test_pushes_come_from_all_sides_at_all_phases() -> None:
    trials = list(balance.push_trials(3, seed=1))
    assert len(trials) == 3 * balance.DIRECTIONS * len(balance.IMPULSES)
    assert len({trial.direction_deg for trial in trials}) == balance.DIRECTIONS
    assert len({trial.time_s for trial in trials}) > len(trials) / 2
    assert trials == list(balance.push_trials(3, seed=1))
    half = [dataclasses.replace(t, survived=t.direction_deg < 180.0) for t in trials]
    assert balance.survival(half) == {"10": 0.5, "20": 0.5, "30": 0.5, "40": 0.5}


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["benchmark", "push", "--body", "legs8"], "body 'legs8' does not exist"),
        (["benchmark", "speed", "--body", "legs8"], "body 'legs8' does not exist"),
        (["benchmark", "imitation", "nowhere"], "'nowhere' does not exist"),
        (["benchmark", "imitation", "{walk}", "--control", "magic"], "control 'magic'"),
        (["benchmark", "imitation", "{walk}", "--label", "fly"], "no clip is labelled 'fly'"),
        (["benchmark", "imitation", "{walk}", "--policy", "no.onnx"], "'no.onnx' does not exist"),
    ],
)
def test_bad_input_gets_one_line_that_names_it(
    walk: Path, arguments: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert kinesis(*(argument.format(walk=walk) for argument in arguments)) == 2
    error = capsys.readouterr().err
    assert complaint in error
    assert len(error.strip().splitlines()) == 1


def test_the_generator_does_what_it_is_told(tmp_path: Path) -> None:
    report = tmp_path / "generator.json"
    assert kinesis("benchmark", "generator", "--transitions", 2, "--json", report) == 0
    content = json.loads(report.read_text())
    assert content["summary"]["speed_error"] < 0.1
    assert content["summary"]["turn_error"] < 0.1
    assert content["summary"]["slide_m"] < 0.02
    assert content["summary"]["penetration_m"] < 0.01
    assert len(content["transitions"]) == 2
    assert {row["name"] for row in content["steady"]} >= {"walk", "run", "backward"}


def test_a_missing_gait_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert kinesis("benchmark", "generator", "--gait", tmp_path / "none.npz") == 2
    assert "none.npz" in capsys.readouterr().err.replace("\n", "")
