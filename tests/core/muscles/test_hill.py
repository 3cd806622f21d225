# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Muscle curves and activation dynamics are MuJoCo's own."""

from collections.abc import Callable

import mujoco
import numpy as np
import pytest

from kinesis_ros.core.body import Body, load_body
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.gait import MotionGenerator
from kinesis_ros.core.muscles import mirror_muscles
from kinesis_ros.core.muscles.hill import (
    activation_rate,
    excitation_for,
    muscle_forces,
    muscle_parameters,
    reachable_activation,
)
from kinesis_ros.core.simulation import Simulation

PutAnywhere = Callable[[Body, np.random.Generator], mujoco.MjData]

# Double rounding through a few operations; measured up to 1.5e-14 of peak force.
ROUNDING = 1e-12


def test_forces_are_mujocos_over_all_lengths_and_velocities(any_body: Body) -> None:
    model = any_body.model
    parameters = muscle_parameters(model)
    rng = np.random.default_rng(1)
    shortest, longest = model.actuator_lengthrange.T
    gain, passive = np.empty(model.nu), np.empty(model.nu)
    for _ in range(20):
        # Beyond the range on both sides: every branch of the curves.
        length = shortest + rng.uniform(-0.3, 1.3, model.nu) * (longest - shortest)
        velocity = rng.uniform(-1.5, 1.5, model.nu) * parameters.optimal * parameters.vmax
        muscle_forces(parameters, length, velocity, gain, passive)
        for i in range(model.nu):
            reach, strength = model.actuator_lengthrange[i], model.actuator_acc0[i]
            active = mujoco.mju_muscleGain(
                length[i], velocity[i], reach, strength, model.actuator_gainprm[i, :9]
            )
            slack = mujoco.mju_muscleBias(length[i], reach, strength, model.actuator_biasprm[i, :9])
            tolerance = ROUNDING * parameters.peak_force[i]
            assert gain[i] == pytest.approx(active, abs=tolerance)
            assert passive[i] == pytest.approx(slack, abs=tolerance)


def test_muscles_pull_and_never_push(any_body: Body) -> None:
    model = any_body.model
    parameters = muscle_parameters(model)
    rng = np.random.default_rng(2)
    gain, passive = np.empty(model.nu), np.empty(model.nu)
    length = parameters.origin + rng.uniform(0.0, 2.0, model.nu) * parameters.optimal
    muscle_forces(parameters, length, rng.normal(size=model.nu), gain, passive)
    assert (gain <= 0.0).all()
    assert (passive <= 0.0).all()


def test_activation_rate_is_mujocos() -> None:
    rng = np.random.default_rng(3)
    for excitation, activation in rng.uniform(-0.2, 1.2, (200, 2)):
        for rise, fall in ((0.01, 0.04), (0.02, 0.06)):
            expected = mujoco.mju_muscleDynamics(
                excitation, activation, np.array([rise, fall, 0.0])
            )
            assert activation_rate(excitation, activation, rise, fall) == pytest.approx(
                expected, rel=1e-12, abs=1e-12
            )


def test_a_physics_step_moves_activation_as_predicted(put_anywhere: PutAnywhere) -> None:
    body = load_body("legs80")
    rng = np.random.default_rng(4)
    for _ in range(10):
        data = put_anywhere(body, rng)
        data.ctrl[:] = rng.uniform(size=body.model.nu)
        before = data.act.copy()
        mujoco.mj_step(body.model, data)
        p = muscle_parameters(body.model)
        rate = [
            activation_rate(*values)
            for values in zip(data.ctrl, before, p.rise_time, p.fall_time, strict=True)
        ]
        predicted = before + body.model.opt.timestep * np.array(rate)
        np.testing.assert_allclose(data.act, predicted.clip(0.0, 1.0), rtol=0.0, atol=1e-14)


def test_full_and_no_excitation_reach_the_bounds_in_one_physics_step(
    put_anywhere: PutAnywhere,
) -> None:
    body = load_body("legs80")
    p = muscle_parameters(body.model)
    rng = np.random.default_rng(5)
    for side, excitation in enumerate((0.0, 1.0)):
        data = put_anywhere(body, rng)
        bounds = np.array(
            [
                reachable_activation(*values, body.model.opt.timestep)
                for values in zip(data.act, p.rise_time, p.fall_time, strict=True)
            ]
        )
        data.ctrl[:] = excitation
        mujoco.mj_step(body.model, data)
        np.testing.assert_allclose(data.act, bounds[:, side], rtol=0.0, atol=1e-14)


def test_the_excitation_for_an_activation_reaches_it_in_one_physics_step(
    put_anywhere: PutAnywhere,
) -> None:
    body = load_body("legs80")
    p = muscle_parameters(body.model)
    timestep = body.model.opt.timestep
    rng = np.random.default_rng(6)
    for _ in range(10):
        data = put_anywhere(body, rng)
        wanted = np.empty(body.model.nu)
        for i in range(body.model.nu):
            wanted[i] = rng.uniform(
                *reachable_activation(data.act[i], p.rise_time[i], p.fall_time[i], timestep)
            )
            data.ctrl[i] = excitation_for(
                wanted[i], data.act[i], p.rise_time[i], p.fall_time[i], timestep
            )
        mujoco.mj_step(body.model, data)
        np.testing.assert_allclose(data.act, wanted, rtol=0.0, atol=1e-12)


def test_an_actuator_that_is_no_muscle_is_named() -> None:
    model = mujoco.MjModel.from_xml_string(
        """<mujoco><worldbody><body><joint name="hinge"/><geom size="0.1"/></body></worldbody>
        <actuator><motor name="crank" joint="hinge"/></actuator></mujoco>"""
    )
    with pytest.raises(ValueError, match="'crank' is not a muscle"):
        muscle_parameters(model)


def test_smoothed_activation_is_refused_by_name() -> None:
    model = mujoco.MjModel.from_xml_string(
        """<mujoco><worldbody><body><joint name="hinge"/><geom size="0.1"/></body></worldbody>
        <actuator><muscle name="soleus" joint="hinge" tausmooth="0.1" lengthrange="0.1 0.2"/>
        </actuator></mujoco>"""
    )
    with pytest.raises(ValueError, match="'soleus' has smoothed activation"):
        muscle_parameters(model)


def test_a_mirrored_body_has_the_mirrored_muscles(any_body: Body) -> None:
    counterpart = mirror_muscles(any_body.muscles)
    np.testing.assert_array_equal(counterpart[counterpart], np.arange(len(counterpart)))
    assert not np.any(counterpart == np.arange(len(counterpart)))
    simulation = Simulation(any_body)
    state = MotionGenerator.load().standing_state()
    state[ks.JOINT_POSITION] += np.random.default_rng(3).uniform(-0.1, 0.1, ks.NUM_JOINTS)
    lengths = []
    for side in (state, ks.mirror(state)):
        simulation.reset(side)
        lengths.append(simulation.muscle_length.copy())
    np.testing.assert_allclose(lengths[1], lengths[0][counterpart], rtol=2e-3)
