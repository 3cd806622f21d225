# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""`kinesis benchmark physiology` once for real, and what it says to bad input."""

import json
from pathlib import Path

import numpy as np
import pytest

from kinesis_ros.cli import main
from kinesis_ros.core.gait import MotionGenerator
from kinesis_ros.core.motion import Clip


def kinesis(*arguments: object) -> int:
    with pytest.raises(SystemExit) as ended:
        main([str(argument) for argument in arguments])
    return int(ended.value.code or 0)


def test_a_walk_is_measured_beside_people(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = tmp_path / "physiology.json"
    arguments = ("--speed", 1.1, "--duration", 8, "--json", report)
    assert kinesis("benchmark", "physiology", *arguments) == 0
    result = json.loads(report.read_text())
    (walk,) = result["walks"]
    assert walk["speed"] == 1.1
    assert walk["fell_at"] is None
    assert -1.0 <= walk["emg"]["mean_r"] <= 1.0
    assert walk["emg"]["muscles"]["SOL"].keys() == {"r", "lag", "best_r"}
    assert {"hip_flexion", "knee_angle", "pelvis_list"} <= walk["angles"].keys()
    assert {"hip_adduction", "ankle_angle"} <= walk["moments"].keys()
    assert walk["grf"].keys() == {"up", "fore", "in"}
    assert len(walk["centre_of_pressure"]) == 101
    for name in ("cost_of_transport", "mean_square_activation", "impact_peak", "stride_time"):
        assert walk[name] > 0.0
    assert result["summary"]["emg_r"] == walk["emg"]["mean_r"]
    assert result["summary"]["walks"] == 1
    assert sum(group["people"] for group in result["people"]) == 17
    shown = capsys.readouterr().out
    assert "cost of transport [J/kg/m]" in shown
    assert "1 walks: EMG r" in shown


def test_a_clip_is_measured_and_a_standing_one_is_said_to_have_no_cycle(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    generator = MotionGenerator.load()
    generator.command(1.1)
    states = [generator.advance() for _ in range(240)][60:]
    Clip("walk", "walk", np.array(states)).save(tmp_path / "walk.npz")
    still = np.repeat(generator.standing_state()[None], 60, axis=0)
    Clip("still", "stand", still).save(tmp_path / "still.npz")
    report = tmp_path / "clips.json"
    assert kinesis("benchmark", "physiology", tmp_path, "--json", report) == 0
    assert "still: no whole gait cycle" in capsys.readouterr().out
    walks = {walk["name"]: walk for walk in json.loads(report.read_text())["walks"]}
    assert walks["walk"]["cycles"] > 2
    assert walks["still"]["cycles"] == 0


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--body", "legs8"], "body 'legs8' does not exist"),
        (["--control", "magic"], "control 'magic' does not exist"),
        (["--policy", "no.onnx"], "'no.onnx' does not exist"),
        (["--people", "nobody"], "people's folder 'nobody' does not exist"),
        (["--speed", "9"], "9 m/s is too fast"),
        (["clip.npz", "--speed", "1"], "either clips or --speed"),
    ],
)
def test_bad_input_gets_one_line_that_names_it(
    arguments: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert kinesis("benchmark", "physiology", *arguments) == 2
    error = capsys.readouterr().err
    assert complaint in error
    assert len(error.strip().splitlines()) == 1
