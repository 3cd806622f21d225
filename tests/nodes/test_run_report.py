# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The figures of a run."""

import json
from pathlib import Path

import numpy as np
import pytest

from kinesis_ros.nodes.command_slot import LatencyMeter
from kinesis_ros.nodes.run_report import Odometer, SimulationReport


def test_a_straight_way_has_its_length() -> None:
    odometer = Odometer()
    for x in np.linspace(0.0, 7.3, 100):
        odometer.move(np.array([x, 0.0]))
    assert odometer.metres == pytest.approx(7.3)


def test_sway_is_not_way() -> None:
    odometer = Odometer()
    for i in range(301):
        odometer.move(np.array([0.0, 0.05 * np.sin(2.0 * np.pi * i / 30.0)]))
    assert odometer.metres < 0.01


def test_being_put_elsewhere_is_not_way() -> None:
    odometer = Odometer()
    for x in (0.0, 1.0):
        odometer.move(np.array([x, 0.0]))
    odometer.restart_segment()
    for x in (100.0, 102.0):
        odometer.move(np.array([x, 0.0]))
    assert odometer.metres == pytest.approx(3.0)


def test_the_figures_have_the_names_of_the_command_line(tmp_path: Path) -> None:
    report = SimulationReport(LatencyMeter())
    report.steps, report.wall = 300, 10.0
    report.save(tmp_path / "report.json", status="running")
    figures = json.loads((tmp_path / "report.json").read_text())
    assert figures["sim_time_s"] == 10.0
    assert figures["rtf"] == 1.0
    assert list(figures) == [
        *("sim_time_s", "wall_s", "rtf", "fell", "distance_m", "mean_speed_m_s"),
        *("latency_ms", "missed_deadlines", "status"),
    ]
    assert list(figures["latency_ms"]) == ["p50", "p99", "max"]
