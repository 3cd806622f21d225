# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Bodies: names, couplings, standing, and the fast skeleton."""

from collections.abc import Callable

import mujoco
import numpy as np
import pytest

from kinesis_ros.core.body import CONTROL_RATE, SUBSTEPS, Body, load_body, load_skeleton
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.body.model import PHYSICS_RATE, UnknownNameError
from kinesis_ros.core.simulation import Simulation
from urdf_mjcf.registry import BODY_NAMES, UnknownBodyError

PutAnywhere = Callable[[Body, np.random.Generator], mujoco.MjData]


@pytest.mark.parametrize(
    ("name", "muscles", "joints"),
    [("legs80", 80, 14), ("legs86", 86, 17), ("back290", 290, 17), ("full416", 416, 71)],
)
def test_a_body_has_the_muscles_of_its_name(name: str, muscles: int, joints: int) -> None:
    body = load_body(name)
    assert len(body.muscles) == len(set(body.muscles)) == body.model.nu == muscles
    assert len(body.joints) == len(set(body.joints)) == joints


def test_every_body_begins_with_the_legs(any_body: Body) -> None:
    assert any_body.joints[: ks.NUM_JOINTS] == ks.LEG_JOINTS
    np.testing.assert_array_equal(any_body.joint_qpos[: ks.NUM_JOINTS], any_body.leg_qpos)
    np.testing.assert_array_equal(any_body.joint_dofs[: ks.NUM_JOINTS], any_body.leg_dofs)


def test_joints_and_muscles_are_found_by_name(any_body: Body) -> None:
    rng = np.random.default_rng(1)
    for names, find in (
        (any_body.joints, any_body.joint_index),
        (any_body.muscles, any_body.muscle_index),
    ):
        order = rng.permutation(len(names))
        np.testing.assert_array_equal(find([names[i] for i in order]), order)


def test_muscle_names_are_in_actuator_order(any_body: Body) -> None:
    for i, name in enumerate(any_body.muscles):
        assert any_body.model.actuator(name).id == i


def test_an_unknown_name_is_answered_with_the_choices() -> None:
    body = load_body("legs80")
    with pytest.raises(UnknownNameError, match=r"'knee' is not in legs80; .*knee_angle_r"):
        body.joint_index(["hip_flexion_r", "knee"])
    with pytest.raises(UnknownNameError, match=r"'biceps' is not in legs80; .*soleus_r"):
        body.muscle_index(["biceps"])
    with pytest.raises(UnknownBodyError, match=f"'arms' does not exist; .*{BODY_NAMES[-1]}"):
        load_body("arms")


def test_a_body_is_compiled_once() -> None:
    assert load_body("legs80") is load_body("legs80")


def test_rates_fit_together(any_body: Body) -> None:
    assert any_body.model.opt.timestep == pytest.approx(1.0 / PHYSICS_RATE)
    assert SUBSTEPS * CONTROL_RATE == PHYSICS_RATE


def test_completed_coordinates_fulfil_mujocos_constraints(
    any_body: Body, put_anywhere: PutAnywhere
) -> None:
    data = put_anywhere(any_body, np.random.default_rng(2))
    coupled = data.efc_type == mujoco.mjtConstraint.mjCNSTR_EQUALITY
    assert coupled.sum() == len(any_body.couplings.follower_qpos)
    np.testing.assert_allclose(data.efc_pos[coupled], 0.0, atol=1e-12)
    np.testing.assert_allclose(data.efc_vel[coupled], 0.0, atol=1e-12)


def test_completing_works_on_many_configurations_at_once(put_anywhere: PutAnywhere) -> None:
    body = load_body("back290")
    rng = np.random.default_rng(3)
    one_by_one = np.array([put_anywhere(body, rng).qpos.copy() for _ in range(7)])
    together = one_by_one.copy()
    together[:, body.couplings.follower_qpos] = np.nan
    np.testing.assert_array_equal(body.couplings.complete(together), one_by_one)


def test_a_coordinated_body_stands_for_a_second(any_body: Body) -> None:
    simulation = Simulation(any_body)
    start = simulation.state()[2]
    for _ in range(round(CONTROL_RATE)):
        simulation.step_setpoint(np.zeros(ks.NUM_JOINTS))
        # Nothing balances: it begins to tip after a second, but it does not sag.
        assert simulation.state()[2] == pytest.approx(start, abs=0.02)
    assert not simulation.fallen
    assert not simulation.diverged


def test_the_skeleton_of_the_legs_has_twenty_degrees_of_freedom() -> None:
    skeleton = load_skeleton("legs80")
    assert skeleton.model.nv == 20
    assert skeleton.joints == ks.LEG_JOINTS
    assert skeleton.muscles == ()


@pytest.mark.parametrize("name", BODY_NAMES)
def test_the_skeleton_weighs_what_the_body_weighs(name: str) -> None:
    mass = load_body(name).model.body_mass.sum()
    assert load_skeleton(name).model.body_mass.sum() == pytest.approx(mass, rel=1e-12)


def test_the_skeletons_servos_have_the_gains_of_the_coordinator() -> None:
    skeleton, gains = load_skeleton("legs80"), load_body("legs80").gains
    rng = np.random.default_rng(4)
    data = mujoco.MjData(skeleton.model)
    data.qpos[skeleton.joint_qpos] = rng.uniform(-0.3, 0.3, ks.NUM_JOINTS)
    data.qvel[skeleton.joint_dofs] = rng.normal(size=ks.NUM_JOINTS)
    setpoint = rng.uniform(-2.0, 2.0, ks.NUM_JOINTS)
    data.act[:] = setpoint
    mujoco.mj_forward(skeleton.model, data)
    wanted = (
        gains.stiffness * (setpoint - data.qpos[skeleton.joint_qpos])
        - gains.damping * data.qvel[skeleton.joint_dofs]
    )
    expected = np.clip(wanted, -gains.torque_limit, gains.torque_limit)
    np.testing.assert_allclose(data.qfrc_actuator[skeleton.joint_dofs], expected, rtol=1e-12)
