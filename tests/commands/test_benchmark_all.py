# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""`kinesis benchmark all`: what got worse is told from what only varies."""

import json
from pathlib import Path

import pytest

from kinesis_ros.benchmarks import suite
from kinesis_ros.cli import main

GENERATOR = "generator.speed_error"


def kinesis(*arguments: object) -> int:
    with pytest.raises(SystemExit) as ended:
        main([str(argument) for argument in arguments])
    return int(ended.value.code or 0)


@pytest.mark.parametrize(
    ("value", "verdict"),
    [(0.80, "same"), (0.77, "same"), (0.75, "worse"), (0.85, "better"), (None, "missing")],
)
def test_a_share_is_worse_beyond_its_tolerance(value: float | None, verdict: str) -> None:
    (found,) = suite.judge({"target.success": value}, {"target.success": 0.80}, "full")
    assert found.tolerance == 0.04
    assert found.verdict == verdict
    assert found.bad == (verdict in ("worse", "missing"))


def test_of_errors_less_is_better() -> None:
    (found,) = suite.judge({"imitation.mpjpe_mm": 30.0}, {"imitation.mpjpe_mm": 40.0}, "full")
    assert found.verdict == "better"
    (found,) = suite.judge({"imitation.mpjpe_mm": 50.0}, {"imitation.mpjpe_mm": 40.0}, "full")
    assert found.verdict == "worse"


def test_what_was_not_run_is_not_judged_and_what_is_not_recorded_is_new() -> None:
    assert not suite.judge({}, {"target.success": 0.8}, "full")
    (found,) = suite.judge({"target.success": 0.8}, {}, "full")
    assert found.verdict == "new"
    assert not found.bad


def test_figures_are_found_in_nested_summaries() -> None:
    summaries = {"push": {"survival": {"20": 1.0, "30": float("nan")}}}
    figures = suite.figures_of(summaries)
    assert figures == {
        "push.survival.20": 1.0,
        "push.survival.30": None,
        "push.survival.40": None,
    }


def test_what_is_recorded_comes_back_and_others_stay(tmp_path: Path) -> None:
    path = tmp_path / "recorded.json"
    suite.record(path, "legs80", "coordinated", "full", {"target.success": 0.9, "text.passed": 0.8})
    suite.record(
        path, "legs80", "coordinated", "full", {"target.success": 0.95, "kick.goals": None}
    )
    suite.record(path, "legs80", "direct", "quick", {"target.success": 0.5})
    expected = {"target.success": 0.95, "text.passed": 0.8}
    assert suite.read_recorded(path, "legs80", "coordinated", "full") == expected
    assert suite.read_recorded(path, "legs80", "direct", "quick") == {"target.success": 0.5}
    assert suite.read_recorded(path, "back290", "direct", "quick") == {}


def test_the_table_that_comes_along_names_figures_that_exist() -> None:
    names = {figure.name for figure in suite.FIGURES}
    for row in json.loads(suite.RECORDED.read_text()).values():
        for figures in row.values():
            assert figures.keys() <= names


def test_one_benchmark_is_run_and_a_loss_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table, report = tmp_path / "recorded.json", tmp_path / "all.json"
    table.write_text("{}")
    options = ("benchmark", "all", "--quick", "--only", "generator", "--recorded", table)
    assert kinesis(*options, "--record", table, "--json", report) == 0
    result = json.loads(report.read_text())
    assert result["mode"] == "quick"
    assert set(result["benchmarks"]) == {"generator"}
    figures = json.loads(table.read_text())["legs80 coordinated"]["quick"]
    assert figures == {
        name: value for name, value in result["figures"].items() if value is not None
    }
    figures[GENERATOR] -= 0.5
    table.write_text(json.dumps({"legs80 coordinated": {"quick": figures}}))
    capsys.readouterr()
    assert kinesis(*options) == 1
    assert f"worse than recorded: {GENERATOR}" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--only", "chess"], "benchmark 'chess' does not exist; choose text"),
        (["--body", "legs8"], "body 'legs8' does not exist"),
        (["--recorded", "none.json"], "'none.json' cannot be read"),
    ],
)
def test_bad_input_gets_one_line_that_names_it(
    arguments: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert kinesis("benchmark", "all", "--quick", *arguments) == 2
    error = capsys.readouterr().err
    assert complaint in error
    assert len(error.strip().splitlines()) == 1
