# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""`kinesis say` and its kin: bad input is told before a graph is looked for."""

import pytest

from kinesis_ros.cli import main

pytest.importorskip("rclpy", reason="rclpy is not installed: pip install 'kinesis_ros[ros]'")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["say", "  "], "empty"),
        (["go", "nan", "1"], "x is nan"),
        (["go", "1"], "Missing argument"),
        (["go", "1", "2", "--headng", "3"], "--headng"),
        (["drive", "inf"], "vx is inf"),
        (["kick", "1", "nan"], "y is nan"),
        (["play", "nowhere.bvh"], "does not exist"),
    ],
)
def test_bad_input_is_one_line_and_status_2(
    arguments: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    error = capsys.readouterr().err.strip()
    assert complaint in error
    assert len(error.splitlines()) == 1


@pytest.mark.parametrize("arguments", [["stop"], ["go", "-1", "-2.5"], ["say", "walk"]])
def test_without_a_graph_it_says_so(
    arguments: list[str],
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("kinesis_ros.commands.goals._PATIENCE", 0.3)
    monkeypatch.setenv("ROS_DOMAIN_ID", "101")  # nobody is there
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 1
    assert "kinesis sim" in capfd.readouterr().err
