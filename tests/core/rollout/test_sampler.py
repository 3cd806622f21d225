# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Samples: watching changes nothing, and what is sampled obeys mechanics."""

import copy

import mujoco
import numpy as np
import pytest
from scipy.spatial import Delaunay

from kinesis_ros.core.body import load_body
from kinesis_ros.core.body.model import PHYSICS_RATE
from kinesis_ros.core.rollout import GoalReference, Rollout
from kinesis_ros.core.rollout.sampler import Sampler
from kinesis_ros.core.rollout.samples import Samples
from kinesis_ros.core.simulation import Simulation

WALKED = 3.0  # [s]


@pytest.fixture(scope="module")
def rollout() -> Rollout:
    return Rollout.load(GoalReference("walk forward"))


@pytest.fixture(scope="module")
def samples(rollout: Rollout) -> Samples:
    rollout.reset()
    samples = rollout.run(WALKED, sampled=True).samples
    assert samples is not None
    return samples


class Law:
    """Runs a check of the simulation at every physics step, beside a sampler."""

    def __init__(self, simulation: Simulation) -> None:
        self.simulation = simulation
        self.sampler = Sampler(simulation)
        self.moments: list[np.ndarray] = []
        self.pushes: list[np.ndarray] = []
        self.contacts: list[list[np.ndarray]] = []

    def before_step(self) -> None:
        self._before = copy.copy(self.simulation.data)
        self.sampler.before_step()

    def after_step(self) -> None:
        self.sampler.after_step()
        simulation, body = self.simulation, self.simulation.body
        model, data = body.model, simulation.data
        inverse = self._before
        inverse.qacc[:] = data.qacc
        mujoco.mj_inverse(model, inverse)
        ligaments = np.zeros(model.nv)
        ends = inverse.efc_type == mujoco.mjtConstraint.mjCNSTR_LIMIT_JOINT
        if ends.any():
            mujoco.mj_mulJacTVec(model, inverse, ligaments, ends * inverse.efc_force)
        across = inverse.qfrc_inverse + inverse.qfrc_passive + ligaments
        slopes = np.zeros((len(body.joints), model.nv))
        slopes[np.arange(len(body.joints)), body.joint_dofs] = 1.0
        couplings = body.couplings
        for follower, leader, leader_q, c in zip(
            couplings.follower_dof,
            couplings.leader_dof,
            couplings.leader_qpos,
            couplings.coefficients,
            strict=True,
        ):
            if leader >= 0:
                x = inverse.qpos[leader_q]
                row = int(np.flatnonzero(body.joint_dofs == leader)[0])
                slopes[row, follower] = c[1] + x * (2 * c[2] + x * (3 * c[3] + x * 4 * c[4]))
        self.moments.append(slopes @ across)
        self.pushes.append(inverse.qfrc_constraint[:3].copy())
        self.contacts.append([contact.pos.copy() for contact in data.contact])


@pytest.fixture(scope="module")
def law(rollout: Rollout) -> Law:
    """Two seconds of walking, with every step checked."""
    rollout.reset()
    law = Law(rollout.simulation)
    rollout.simulation.watcher = law
    rollout.run(2.0)
    rollout.simulation.watcher = None
    return law


@pytest.mark.parametrize("control", ["coordinated", "direct"])
def test_a_watched_run_is_the_same_to_the_last_bit(control: str) -> None:
    rollout = Rollout.load(GoalReference("walk forward"), control=control)
    free = rollout.run(1.0)
    rollout.reset()
    watched = rollout.run(1.0, sampled=True)
    np.testing.assert_array_equal(free.qpos, watched.qpos)
    np.testing.assert_array_equal(free.activation, watched.activation)
    assert rollout.simulation.watcher is None


def test_samples_come_at_the_physics_rate_and_begin_where_the_run_does(
    rollout: Rollout, samples: Samples
) -> None:
    assert len(samples) == round(WALKED * PHYSICS_RATE)
    np.testing.assert_allclose(samples.time, np.arange(len(samples)) / PHYSICS_RATE)
    rollout.reset()
    run = rollout.run(WALKED)
    # A control step's first sample is the state that the control step before it ended in.
    np.testing.assert_array_equal(samples.state[5::5], run.state[:-1])


def test_the_net_moment_is_what_inverse_dynamics_finds(law: Law) -> None:
    found = law.sampler.samples().joint_moment
    expected = np.array(law.moments)
    assert np.abs(expected).max() > 50.0  # [N m]
    np.testing.assert_allclose(found, expected, atol=1e-3)


def test_heels_and_toes_together_carry_what_the_floor_pushes(law: Law) -> None:
    samples = law.sampler.samples()
    assert samples.heel_force is not None
    assert samples.toe_force is not None
    total = (samples.heel_force + samples.toe_force).sum(axis=1)
    np.testing.assert_allclose(total, np.array(law.pushes), atol=1.0)  # [N]
    assert samples.heel_force[:, :, 2].max() > 100.0
    assert samples.toe_force[:, :, 2].max() > 100.0


def test_the_heel_comes_before_the_toes(samples: Samples) -> None:
    assert samples.heel_force is not None
    assert samples.toe_force is not None
    for foot in range(2):
        heel, toes = (force[:, foot, 2] > 20.0 for force in (samples.heel_force, samples.toe_force))
        landings = np.flatnonzero(np.diff((heel | toes).astype(int)) > 0) + 1
        steps = [at for at in landings if at > PHYSICS_RATE]
        assert any(heel[at] and not toes[at] for at in steps)


def test_the_centre_of_pressure_lies_within_what_touches_the_floor(law: Law) -> None:
    pressed = law.sampler.samples().centre_of_pressure
    checked = 0
    for row, contacts in zip(pressed, law.contacts, strict=True):
        known = row[np.isfinite(row).all(axis=1)]
        if not len(known) or len(contacts) < 3:
            continue
        places = np.array(contacts)[:, :2]
        around = 0.004 * np.array([[1, 1], [1, -1], [-1, 1], [-1, -1]])  # [m] contacts sink in
        hull = Delaunay((places[:, None] + around).reshape(-1, 2))
        assert (hull.find_simplex(known) >= 0).all()
        checked += 1
    assert checked > 50


def test_the_torso_is_upright_when_the_body_stands_straight() -> None:
    simulation = Simulation(load_body("back290"))
    with Sampler(simulation) as sampler:
        simulation.step_setpoint(np.zeros(14))
    samples = sampler.samples()
    w, x, y, z = samples.trunk[0]
    assert w * w - x * x - y * y + z * z == pytest.approx(1.0, abs=1e-6)  # its z axis points up
    np.testing.assert_allclose(np.abs(samples.trunk[0]), np.abs(samples.state[0, 3:7]), atol=1e-6)
    weight = 9.81 * simulation.body.model.body_mass.sum()
    assert samples.ground_force[-1, :, 2].sum() < 3.0 * weight


def test_nothing_sampled_is_said_so(rollout: Rollout) -> None:
    with pytest.raises(ValueError, match="no step"):
        Sampler(rollout.simulation).samples()
