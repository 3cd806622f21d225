# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Keys, clicks, pace, words and ports: what the page's controls are made of."""

import html
import re
import shutil
import socket
import subprocess

import numpy as np
import pytest

from kinesis_ros.core.muscles import GAIT_MUSCLES
from kinesis_ros.viewer.charts import NUM_ROWS, StripChart, baselines
from kinesis_ros.viewer.drive import HOLD, Drive, DriveConfig
from kinesis_ros.viewer.keyboard import HOTKEYS, REPEAT, pad_html
from kinesis_ros.viewer.pacing import Pacer
from kinesis_ros.viewer.picking import floor_point, heading
from kinesis_ros.viewer.server import AddressError, free_port
from kinesis_ros.viewer.status import History, Vitals, experts_html, goal_html, vitals_html


def test_keys_drive_while_they_are_held_and_then_stop_once() -> None:
    drive = Drive(DriveConfig(speed=1.0, turn_rate=0.5))
    assert drive.velocity(0.0) is None
    drive.press("forward", 1.0)
    drive.press("left", 1.0)
    assert drive.velocity(1.0 + 0.9 * HOLD) == (1.0, 0.5)
    assert drive.velocity(1.0 + 1.1 * HOLD) == (0.0, 0.0)
    assert drive.velocity(1.0 + 1.2 * HOLD) is None


def test_opposite_keys_cancel_each_other() -> None:
    drive = Drive()
    for key in Drive.KEYS:
        drive.press(key, 5.0)
    assert drive.velocity(5.0) == (0.0, 0.0)
    other = Drive()
    other.press("right", 0.0)
    assert other.velocity(0.0) == (pytest.approx(0.6 * 1.1), -0.7)
    back = Drive()
    back.press("back", 0.0)
    speed, turn = back.velocity(0.0) or (0.0, 0.0)
    assert (speed < 0.0, turn) == (True, 0.0)


def test_a_key_that_does_not_drive_is_named_with_the_choices() -> None:
    with pytest.raises(ValueError, match="key 'x' does not drive; choose forward, back"):
        Drive().press("x", 0.0)
    with pytest.raises(ValueError, match="speed must be positive, it is nan"):
        DriveConfig(speed=float("nan"))


def test_a_held_key_repeats_before_it_is_forgotten() -> None:
    assert 2.0 * REPEAT < HOLD
    assert HOTKEYS.keys() == set(Drive.KEYS)
    keys = set(re.findall(r'data-kinesis-key="(\w)"', pad_html()))
    assert keys == {key.lower() for key in HOTKEYS.values()}


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
def test_the_script_of_the_keys_is_javascript() -> None:
    script = html.unescape(re.search(r'onload="([^"]*)"', pad_html())[1])  # type: ignore[index]
    subprocess.run(["node", "--check", "-"], input=script, text=True, check=True)


def test_a_ray_meets_the_floor_where_it_should() -> None:
    rng = np.random.default_rng(0)
    for _ in range(100):
        origin = rng.uniform((-5.0, -5.0, 0.5), (5.0, 5.0, 3.0))
        point = rng.uniform(-5.0, 5.0, 2)
        way = np.array([*point, 0.0]) - origin
        found = floor_point(origin, way * rng.uniform(0.1, 3.0))
        assert found is not None
        assert np.allclose(found, point)


@pytest.mark.parametrize(
    ("origin", "direction"),
    [
        ((0.0, 0.0, 1.0), (1.0, 0.0, 0.0)),  # level
        ((0.0, 0.0, 1.0), (0.0, 0.0, 1.0)),  # up
        ((0.0, 0.0, 1.0), (1.0, 0.0, -1e-3)),  # near the horizon
        ((0.0, 0.0, -1.0), (0.0, 0.0, -1.0)),  # from below
        ((0.0, 0.0, 1.0), (np.nan, 0.0, np.nan)),
    ],
)
def test_a_ray_past_the_floor_meets_nothing(origin: tuple, direction: tuple) -> None:
    assert floor_point(np.array(origin), np.array(direction)) is None


def test_a_drag_has_a_direction_when_it_is_long_enough() -> None:
    here = np.array([1.0, 2.0])
    for angle in np.linspace(-3.0, 3.0, 7):
        there = here + 2.0 * np.array([np.cos(angle), np.sin(angle)])
        assert heading(here, there) == pytest.approx(angle)
    assert heading(here, here + 0.05) is None


def drawn(pacer: Pacer, seconds: float, cost: float, period: float = 1.0 / 30.0) -> float:
    """Frames per second in the second half, when a frame costs `cost` [s] of processor time."""
    now, processor, late = 0.0, 0.0, 0
    while now < seconds:
        if pacer.due(now, processor):
            processor += cost
            late += now >= 0.5 * seconds
        now += period
    return late / (0.5 * seconds)


def test_cheap_frames_are_all_drawn() -> None:
    assert drawn(Pacer(30.0, 0.2), 20.0, cost=0.002) == pytest.approx(30.0, abs=1.0)


@pytest.mark.parametrize("cost", [0.01, 0.015, 0.03])
def test_dear_frames_stay_within_the_budget(cost: float) -> None:
    rate = drawn(Pacer(30.0, 0.2), 60.0, cost)
    assert 0.6 * 0.2 <= rate * cost <= 1.15 * 0.2  # states come every 33 ms: rates are 30 / n


def test_even_the_dearest_frames_are_drawn_now_and_then() -> None:
    assert drawn(Pacer(30.0, 0.2), 60.0, cost=0.5) >= 4.0


def test_the_chart_shows_the_newest_activation_on_the_right() -> None:
    names = [f"{part}_{side}" for side in "lr" for m in GAIT_MUSCLES for part in m.parts]
    chart = StripChart(names, span=1.0, rate=10.0)
    assert len(chart.time) == len(chart.rows[0]) == 11
    activation = np.zeros(len(names))
    activation[names.index("soleus_r")] = 1.0
    chart.add(activation)
    chart.add(np.zeros(len(names)))
    lifted = np.array(chart.rows) - np.array(baselines())[:, None]
    assert np.argwhere(lifted > 0.0).tolist() == [[NUM_ROWS - 1, 9]]
    assert ((lifted >= 0.0) & (lifted < 1.0)).all()  # rows do not overlap


def test_a_body_without_some_muscles_has_a_chart_all_the_same() -> None:
    chart = StripChart(["soleus_r"])
    chart.add(np.ones(1))
    assert len(chart.rows) == 2 * NUM_ROWS


def test_what_people_and_nodes_write_is_escaped() -> None:
    evil = "<img src=x onerror=alert(1)>"
    history = History()
    history.say(evil)
    history.understand(evil)
    texts = (
        goal_html(evil, evil, evil),
        history.html(),
        vitals_html(Vitals(health=evil)),
        experts_html([float("nan"), 2.0]),
    )
    assert all("<img" not in text for text in texts)


def test_the_history_keeps_what_became_of_each_command() -> None:
    history = History()
    history.say("walk forward")
    history.understand("walk at 1.1 m/s")
    history.understand("go to (1, 2)")  # of a click: not an answer to what was said
    history.say("walk forward")
    history.tell("walk forward", "preempted", "by 'walk forward'")
    history.tell("walk forward", "active", "2 m walked")
    text = history.html()
    assert text.index("2 m walked") < text.index("walk at 1.1 m/s")
    assert "go to (1, 2)" not in text
    history.tell("walk forward", "failed", "the body fell")
    assert "the body fell" in history.html()


def test_the_history_is_short_and_so_are_its_entries() -> None:
    history = History()
    for i in range(1000):
        history.say(f"walk {i} steps " + "x" * 10_000)
    assert len(history.html()) < 5000
    assert "walk 999 steps" in history.html()


def test_figures_that_are_not_known_are_not_invented() -> None:
    assert ">0" not in vitals_html(Vitals())
    assert "1.25" in vitals_html(Vitals(speed=1.25))


def test_a_taken_port_gives_way_to_the_next_free_one() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert port < free_port("127.0.0.1", port) < port + 100


@pytest.mark.parametrize(
    ("host", "complaint"),
    [("192.0.2.1", "cannot listen on 192.0.2.1:8080"), ("no.such.host.invalid", "is not known")],
)
def test_an_address_of_another_machine_is_refused(host: str, complaint: str) -> None:
    with pytest.raises(AddressError, match=complaint):
        free_port(host, 8080)
