# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Pushes: their momentum, their end, and what is refused."""

import mujoco
import numpy as np
import pytest

from kinesis_ros.core.body import load_body
from kinesis_ros.core.body.model import UnknownNameError
from kinesis_ros.core.simulation import Push, Pusher, PushError, Simulation
from kinesis_ros.core.simulation.push import MAX_FORCE, MAX_TORQUE


@pytest.fixture
def simulation() -> Simulation:
    return Simulation(load_body("legs80"))


def momentum(simulation: Simulation, pushes: int) -> np.ndarray:
    """Of the body after 0.3 s in free fall, pushed at the beginning of each 0.1 s."""
    pusher = Pusher(simulation)
    state = simulation.standing_state
    state[2] += 5.0
    simulation.reset(state)
    for step in range(9):
        if step < 3 * pushes and step % 3 == 0:
            pusher.push(Push((100.0, -50.0, 0.0)))
        pusher.advance()
        simulation.relax()
    model, data = simulation.body.model, simulation.data
    mujoco.mj_subtreeVel(model, data)
    return data.subtree_linvel[0] * model.body_subtreemass[0]


def test_a_push_gives_the_body_its_impulse_and_then_ends(simulation: Simulation) -> None:
    still, once, twice = (momentum(simulation, pushes) for pushes in range(3))
    impulse = 0.1 * np.array([100.0, -50.0, 0.0])
    assert np.allclose(once - still, impulse, atol=0.02 * np.linalg.norm(impulse))
    assert np.allclose(twice - still, 2.0 * impulse, atol=0.02 * np.linalg.norm(impulse))


def test_a_push_that_is_stopped_has_no_effect(simulation: Simulation) -> None:
    pusher = Pusher(simulation)
    pusher.push(Push((0.0, 500.0, 0.0)))
    pusher.stop()
    pusher.advance()
    assert not simulation.data.xfrc_applied.any()


@pytest.mark.parametrize(
    ("force", "torque", "complaint"),
    [
        ((np.nan, 0.0, 0.0), (0.0, 0.0, 0.0), "force of a push is nan N"),
        ((np.inf, 0.0, 0.0), (0.0, 0.0, 0.0), "force of a push is inf N"),
        ((0.0, 1.1 * MAX_FORCE, 0.0), (0.0, 0.0, 0.0), "at most 2000 N"),
        ((0.0, 0.0, 0.0), (0.0, 0.0, 501.0), "torque of a push is 501 N m"),
    ],
)
def test_an_impossible_push_is_refused(force: tuple, torque: tuple, complaint: str) -> None:
    with pytest.raises(PushError, match=complaint):
        Push(force, torque)


def test_the_hardest_push_is_taken() -> None:
    assert Push((0.0, -MAX_FORCE, 0.0), (0.0, 0.0, MAX_TORQUE)).steps == 3


@pytest.mark.parametrize(("duration", "steps"), [(0.0, 1), (0.1, 3), (0.5, 15)])
def test_a_push_lasts_as_long_as_it_says(
    simulation: Simulation, duration: float, steps: int
) -> None:
    pusher = Pusher(simulation)
    pusher.push(Push((1.0, 0.0, 0.0), duration=duration), delay=1.0)
    acting = []
    for step in range(60):
        pusher.advance()
        if simulation.data.xfrc_applied.any():
            acting.append(step)
    assert acting == list(range(30, 30 + steps))


def test_a_new_push_replaces_the_old_one_on_the_same_part(simulation: Simulation) -> None:
    pusher, applied = Pusher(simulation), simulation.data.xfrc_applied
    pusher.push(Push((1.0, 0.0, 0.0)))
    pusher.push(Push((0.0, 0.0, 5.0), part="torso"))
    pusher.advance()
    pusher.push(Push((0.0, 2.0, 0.0)))
    pusher.advance()
    body = simulation.body
    assert applied[body.body_id("pelvis"), :3].tolist() == [0.0, 2.0, 0.0]
    assert applied[body.body_id("torso"), :3].tolist() == [0.0, 0.0, 5.0]


def test_a_push_on_no_part_is_named(simulation: Simulation) -> None:
    with pytest.raises(UnknownNameError, match="'tail' is not in legs80"):
        Pusher(simulation).push(Push((1.0, 0.0, 0.0), part="tail"))
