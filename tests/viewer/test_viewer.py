# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The page without a browser: what it passes on, and that it rests while nobody looks."""

import itertools
import urllib.request
from collections.abc import Iterator

import numpy as np
import pytest

from kinesis_ros.core.body import LEFT, RIGHT, load_body
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.viewer.commands import Setup
from kinesis_ros.viewer.scene import GroundForce
from kinesis_ros.viewer.viewer import Viewer
from urdf_mjcf.penalty import GOAL_LINE

LEGS80 = Setup("legs80", "coordinated")


class Recorder:
    """Keeps what the page asks for."""

    def __init__(self) -> None:
        self.asked: list[tuple] = []

    def say(self, text: str) -> None:
        self.asked.append(("say", text))

    def walk_to(self, x: float, y: float, heading: float) -> None:
        self.asked.append(("walk_to", x, y, heading))

    def drive(self, speed: float, turn_rate: float) -> None:
        self.asked.append(("drive", speed, turn_rate))

    def kick(self, x: float, y: float) -> None:
        self.asked.append(("kick", x, y))

    def push(self, forward: float, left: float) -> None:
        self.asked.append(("push", forward, left))

    def pause(self, paused: bool) -> None:
        self.asked.append(("pause", paused))

    def reset(self) -> None:
        self.asked.append(("reset",))

    def restart(self, setup: Setup) -> None:
        self.asked.append(("restart", setup))


@pytest.fixture(scope="module")
def commands() -> Recorder:
    return Recorder()


@pytest.fixture(scope="module")
def viewer(commands: Recorder) -> Iterator[Viewer]:
    choices = (LEGS80, Setup("full416", "coordinated"))
    viewer = Viewer(load_body("legs80"), commands, LEGS80, choices, port=18080)
    yield viewer
    viewer.close()


def standing(x: float = 0.0, y: float = 0.0, yaw: float = 0.0) -> np.ndarray:
    state = np.zeros(ks.STATE_SIZE)
    state[:3] = x, y, 0.95
    state[3], state[6] = np.cos(0.5 * yaw), np.sin(0.5 * yaw)
    return state


def test_the_page_is_served_on_this_machine_only(viewer: Viewer) -> None:
    assert viewer.address.startswith("http://localhost:")
    with urllib.request.urlopen(viewer.address) as answer:
        assert b"<html" in answer.read(2000).lower()


def test_the_body_stands_until_the_first_state_comes(viewer: Viewer) -> None:
    data = viewer.scene.skeleton.data
    assert data.body("femur_r").xpos[2] - data.body("talus_r").xpos[2] > 0.6
    assert (viewer.scene.tubes.scale[:, 2] > 0.0).any()


def test_no_frame_is_wanted_while_nobody_looks(viewer: Viewer) -> None:
    assert not viewer.watched
    assert not viewer.wants_frame()


def test_the_view_follows_the_body_and_the_body_stays_in_the_middle(
    viewer: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticks = itertools.count(1)
    monkeypatch.setattr(viewer.scene, "clock", lambda: next(ticks) / 30.0)
    for step in range(200):
        viewer.draw(standing(0.03 * step, -0.01 * step))
    pelvis = viewer.scene.skeleton.data.qpos[:3].copy()
    shown = pelvis - viewer.scene.to_world(np.zeros(3))
    assert np.abs(shown[:2]).max() < 0.5
    assert np.abs(viewer.scene.tubes.position[:, :2]).max() < 1.0
    viewer.scene.following = False
    viewer.draw(standing(20.0, 0.0))
    assert np.allclose(viewer.scene.to_world(np.zeros(3)), pelvis - shown)
    viewer.scene.following = True
    viewer.draw(standing())  # a leap: put back at the origin
    assert np.allclose(viewer.scene.to_world(np.zeros(3)), 0.0)


def test_ground_forces_start_at_the_centre_of_pressure(viewer: Viewer) -> None:
    viewer.draw(standing())
    force, offset = np.array([30.0, -20.0, 700.0]), np.array([0.05, -0.02, 0.0])
    foot = GroundForce(force, np.cross(offset, force))
    viewer.draw(standing(), left=foot)
    talus = viewer.scene.skeleton.data.body("talus_l").xpos
    start, end = viewer.scene.forces.points[LEFT].astype(np.float64)
    assert np.allclose(start[:2], talus[:2] + offset[:2], atol=1e-5)
    assert np.allclose(np.cross(end - start, force), 0.0, atol=1e-3)
    right = viewer.scene.forces.points[RIGHT]
    assert (right[:, 2] < -1000.0).all()  # no force: out of sight


def test_a_joint_beyond_the_legs_is_drawn() -> None:
    body = load_body("back290")
    viewer = Viewer(body, Recorder(), Setup("back290", "coordinated"), port=18080)
    try:
        others = np.zeros(len(body.joints) - ks.NUM_JOINTS)
        viewer.draw(standing(), others)
        upright = viewer.scene.tubes.position.copy()
        others[body.joints.index("flex_extension") - ks.NUM_JOINTS] = 0.3
        viewer.draw(standing(), others)
        assert not np.allclose(viewer.scene.tubes.position, upright, atol=0.01)
    finally:
        viewer.close()


def test_words_are_passed_on_once_and_blanks_are_not(viewer: Viewer, commands: Recorder) -> None:
    commands.asked.clear()
    viewer.panel.say("  walk forward ")
    viewer.panel.say("   ")
    assert commands.asked == [("say", "walk forward")]


def test_a_kick_goes_into_the_middle_of_the_goal_or_where_somebody_aimed(
    viewer: Viewer, commands: Recorder
) -> None:
    commands.asked.clear()
    viewer.kick()
    viewer.aim((9.0, -2.0, 1.0))
    viewer.kick()
    assert commands.asked == [("kick", GOAL_LINE, 0.0), ("kick", 9.0, -2.0)]
    assert viewer.scene.aim.visible
    assert viewer.scene.aim.position[:2].tolist() == [9.0, -2.0]


def test_ball_goal_and_keeper_are_shown_where_they_are_once_they_are_known() -> None:
    viewer = Viewer(load_body("legs80"), Recorder(), LEGS80, port=18080)
    try:
        penalty = viewer.scene.penalty
        hidden = [node.visible for node in (penalty.ball, penalty.goal, penalty.keeper)]
        assert hidden == [False, False, False]
        ball, keeper = np.array([3.0, 1.0, 0.5]), np.array([GOAL_LINE, -2.0, 0.9])
        viewer.show_ball(ball, np.array([0.0, 0.0, 0.0, 1.0]))
        assert penalty.goal.visible
        assert not penalty.keeper.visible  # a scene without one
        viewer.show_keeper(keeper)
        assert penalty.keeper.visible
        assert np.allclose(penalty.ball.position, ball)
        assert np.allclose(penalty.keeper.position, keeper)
    finally:
        viewer.close()


def test_pause_toggles_and_follows_the_simulation(viewer: Viewer, commands: Recorder) -> None:
    commands.asked.clear()
    viewer.panel.toggle_pause()
    viewer.panel.show_pause(paused=False)  # somebody else went on
    viewer.panel.toggle_pause()
    assert commands.asked == [("pause", True), ("pause", True)]
    viewer.panel.show_pause(paused=False)


def test_a_second_page_gets_another_port(viewer: Viewer) -> None:
    port = int(viewer.address.rpartition(":")[2])
    other = Viewer(load_body("legs80"), Recorder(), LEGS80, port=port)
    try:
        assert other.address != viewer.address
    finally:
        other.close()
