# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The penalty scene: the body is the same in it, the ball rolls and bounces, the keeper is slow."""

import mujoco
import numpy as np
import pytest

from kinesis_ros.core.body import CONTROL_RATE, load_body
from kinesis_ros.core.simulation import BallState, Goalkeeper, GoalWatch, Simulation
from kinesis_ros.core.simulation.penalty_area import GoalkeeperConfig, aim_point
from urdf_mjcf.penalty import (
    BALL_PLACE,
    BALL_RADIUS,
    GOAL_DISTANCE,
    GOAL_HEIGHT,
    GOAL_LINE,
    GOAL_WIDTH,
)
from urdf_mjcf.registry import BODY_NAMES, UnknownSceneError

STILL = np.array([1.0, 0.0, 0.0, 0.0])


@pytest.fixture
def simulation() -> Simulation:
    return Simulation(load_body("legs80", "penalty_keeper"))


@pytest.fixture
def ball_alone() -> tuple[mujoco.MjModel, mujoco.MjData, int, int]:
    """The body high above, the ball on its place; addresses of the ball."""
    model = load_body("legs80", "penalty").model
    data = mujoco.MjData(model)
    data.qpos[2] = 50.0
    joint = model.joint("ball_free")
    return model, data, int(joint.qposadr[0]), int(joint.dofadr[0])


@pytest.mark.parametrize("name", BODY_NAMES)
def test_a_body_is_the_same_in_the_scene(name: str) -> None:
    plain, body = load_body(name), load_body(name, "penalty_keeper")
    assert body.joints == plain.joints
    assert body.muscles == plain.muscles
    for table in ("joint_qpos", "joint_dofs", "leg_qpos", "leg_dofs", "key_bodies"):
        assert np.array_equal(getattr(body, table), getattr(plain, table))
    nq = plain.model.nq
    assert np.array_equal(body.model.qpos0[:nq], plain.model.qpos0)


def test_a_scene_that_does_not_exist_is_named() -> None:
    with pytest.raises(UnknownSceneError, match=r"'moon'.*none, penalty"):
        load_body("legs80", "moon")


def test_the_body_moves_as_without_the_ball() -> None:
    ends = []
    for scene in ("none", "penalty"):
        simulation = Simulation(load_body("legs80", scene))
        for _ in range(10):
            simulation.step_setpoint(np.zeros(14))
        ends.append(simulation.state())
    # The solver iterates on more constraints, to its own tolerance.
    assert np.abs(ends[0] - ends[1]).max() < 1e-3


def test_a_dropped_ball_bounces_as_footballs_do(
    ball_alone: tuple[mujoco.MjModel, mujoco.MjData, int, int],
) -> None:
    model, data, position, _ = ball_alone
    data.qpos[position + 2] = 2.0 + BALL_RADIUS
    heights = []
    for _ in range(200):
        mujoco.mj_step(model, data)
        heights.append(data.qpos[position + 2] - BALL_RADIUS)
    floor = int(np.argmin(heights[:120]))
    # Laws of the game of the federation: 1.35 to 1.55 m from 2 m on steel; less on grass.
    assert 0.5 < max(heights[floor:]) < 1.6
    assert min(heights) > -0.3 * BALL_RADIUS


def test_a_sliding_ball_begins_to_roll_and_slows_down(
    ball_alone: tuple[mujoco.MjModel, mujoco.MjData, int, int],
) -> None:
    model, data, position, dof = ball_alone
    data.qvel[dof] = 6.0
    for _ in range(225):
        mujoco.mj_step(model, data)
    speed, spin = data.qvel[dof], data.qvel[dof + 3 : dof + 6]
    # A hollow ball that slides without spin keeps three fifths of its speed when it rolls.
    assert speed == pytest.approx(0.6 * 6.0, rel=0.1)
    assert np.linalg.norm(spin) * BALL_RADIUS == pytest.approx(speed, rel=0.05)
    assert abs(data.qpos[position + 1]) < 1e-6
    before = speed
    for _ in range(75):
        mujoco.mj_step(model, data)
    assert data.qvel[dof] < before


@pytest.mark.parametrize(
    ("height", "side", "in_goal", "between"),
    [(1.0, 2.0, True, True), (3.0, 0.0, False, True), (1.0, -3.7, False, False)],
)
def test_a_ball_is_in_the_goal_between_posts_and_bar(
    height: float, side: float, in_goal: bool, between: bool
) -> None:
    watch = GoalWatch()
    for x in np.linspace(GOAL_LINE - 1.0, GOAL_LINE + 1.0, 8):
        watch.see(np.array([x, side, height]))
    assert watch.crossing == pytest.approx([GOAL_LINE, side, height])
    assert (watch.in_goal, watch.between_posts) == (in_goal, between)


def test_a_ball_that_comes_back_does_not_score() -> None:
    watch = GoalWatch()
    for x in (GOAL_LINE + 1.0, GOAL_LINE - 1.0):
        watch.see(np.array([x, 0.0, 0.1]))
    assert watch.crossing is None


def test_words_aim_into_the_goal_ten_metres_ahead() -> None:
    assert pytest.approx(10.0) == GOAL_DISTANCE == GOAL_LINE - BALL_PLACE[0]
    left, right, middle = (aim_point(words) for words in ("left", "right", ""))
    assert left[1] == -right[1] > 0.0 == middle[1]
    assert left[1] < 0.5 * GOAL_WIDTH
    assert BALL_RADIUS <= middle[2] < aim_point("top left")[2] < GOAL_HEIGHT


def test_the_keeper_waits_then_moves_no_faster_than_it_can(simulation: Simulation) -> None:
    config = GoalkeeperConfig(speed=1.5, reaction=0.3)
    keeper = Goalkeeper(simulation.body, simulation.data, config)
    keeper.stand(0.0)
    velocity = np.array([8.0, 2.0, 0.0])
    places = []
    for i in range(30):
        position = np.array([*BALL_PLACE, BALL_RADIUS]) + velocity * i / CONTROL_RATE
        keeper.advance(BallState(position, STILL, velocity, np.zeros(3)))
        places.append(keeper.place[1])
    assert np.all(np.array(places[:8]) == 0.0)
    assert np.diff(places).max() <= 1.5 / CONTROL_RATE + 1e-9
    # It goes to where the ball will cross the line, and not farther.
    assert 0.5 < places[-1] <= 2.0 / 8.0 * GOAL_DISTANCE + 1e-6


def test_a_resting_ball_leaves_the_keeper_alone(simulation: Simulation) -> None:
    assert simulation.goalkeeper is not None
    simulation.goalkeeper.stand(1.0)
    for _ in range(20):
        simulation.relax()
    assert simulation.goalkeeper.place[1] == 1.0


def test_a_reset_brings_ball_and_keeper_back(simulation: Simulation) -> None:
    assert simulation.ball is not None
    simulation.place_ball(4.0, 1.0)
    assert simulation.ball.state.position == pytest.approx([4.0, 1.0, BALL_RADIUS])
    simulation.reset()
    assert simulation.ball.state.position[:2] == pytest.approx(BALL_PLACE)


def test_without_a_ball_none_can_be_placed() -> None:
    simulation = Simulation(load_body("legs80"))
    assert simulation.ball is None
    with pytest.raises(ValueError, match="no ball"):
        simulation.place_ball(1.0, 0.0)
