# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Pushes: their momentum, their end, and what is refused."""

import mujoco
import numpy as np
import pytest

from kinesis_ros.core.body import load_body
from kinesis_ros.core.push import DURATION, MAX_FORCE, Pusher, PushError
from kinesis_ros.core.simulation import Simulation


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
            pusher.push(np.array([100.0, -50.0, 0.0]), np.zeros(3))
        pusher.advance()
        simulation.relax()
    model, data = simulation.body.model, simulation.data
    mujoco.mj_subtreeVel(model, data)
    return data.subtree_linvel[0] * model.body_subtreemass[0]


def test_a_push_gives_the_body_its_impulse_and_then_ends(simulation: Simulation) -> None:
    still, once, twice = (momentum(simulation, pushes) for pushes in range(3))
    impulse = DURATION * np.array([100.0, -50.0, 0.0])
    assert np.allclose(once - still, impulse, atol=0.02 * np.linalg.norm(impulse))
    assert np.allclose(twice - still, 2.0 * impulse, atol=0.02 * np.linalg.norm(impulse))


def test_a_push_that_is_stopped_has_no_effect(simulation: Simulation) -> None:
    pusher = Pusher(simulation)
    pusher.push(np.array([0.0, 500.0, 0.0]), np.zeros(3))
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
def test_an_impossible_push_is_refused(
    simulation: Simulation, force: tuple, torque: tuple, complaint: str
) -> None:
    pusher = Pusher(simulation)
    with pytest.raises(PushError, match=complaint):
        pusher.push(np.array(force), np.array(torque))
    pusher.advance()
    assert not simulation.data.xfrc_applied.any()
