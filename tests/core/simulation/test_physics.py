# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Compiled control steps and the kinematic state of MuJoCo's data."""

from collections.abc import Callable

import mujoco
import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from kinesis_ros.core.body import SUBSTEPS, Body, load_body, state_tables, write_state
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.body.state_access import state_of
from kinesis_ros.core.compiled import native
from kinesis_ros.core.muscles import Coordinator
from kinesis_ros.core.simulation.physics import advance_coordinated, advance_held

PutAnywhere = Callable[[Body, np.random.Generator], mujoco.MjData]


@pytest.fixture
def moving(put_anywhere: PutAnywhere) -> mujoco.MjData:
    return put_anywhere(load_body("legs80"), np.random.default_rng(1))


def test_a_written_state_is_read_back(any_body: Body, put_anywhere: PutAnywhere) -> None:
    rng = np.random.default_rng(2)
    state = state_of(any_body, put_anywhere(any_body, rng))
    data = mujoco.MjData(any_body.model)
    write_state(state_tables(any_body), native.view(data), state)
    mujoco.mj_kinematics(any_body.model, data)
    np.testing.assert_allclose(state_of(any_body, data)[:41], state[:41], atol=1e-14)
    if len(any_body.joints) == ks.NUM_JOINTS:  # nothing but the state moves the body
        np.testing.assert_allclose(state_of(any_body, data), state, atol=1e-12)


def test_writing_a_state_completes_the_coupled_coordinates(moving: mujoco.MjData) -> None:
    body = load_body("legs80")
    data = mujoco.MjData(body.model)
    write_state(state_tables(body), native.view(data), state_of(body, moving))
    np.testing.assert_allclose(data.qpos, moving.qpos, atol=1e-14)
    np.testing.assert_allclose(data.qvel, moving.qvel, atol=1e-14)


def test_at_the_identity_quaternion_the_toes_point_forward_and_left_is_left() -> None:
    body = load_body("legs80")
    data = mujoco.MjData(body.model)
    state = np.zeros(ks.STATE_SIZE)
    state[ks.QUATERNION.start] = 1.0
    write_state(state_tables(body), native.view(data), state)
    mujoco.mj_kinematics(body.model, data)
    keys = state_of(body, data)[ks.KEY_POSITION].reshape(-1, 3)
    place: dict[str, np.ndarray] = dict(zip(ks.KEY_BODIES, keys, strict=True))
    for side, sign in (("l", 1.0), ("r", -1.0)):
        assert place[f"toes_{side}"][0] > place[f"talus_{side}"][0] + 0.1
        assert sign * place[f"talus_{side}"][1] > 0.05
        assert place[f"tibia_{side}"][2] > place[f"talus_{side}"][2] + 0.3


def test_velocities_are_the_rates_of_position_and_orientation(moving: mujoco.MjData) -> None:
    body, step = load_body("legs80"), 1e-6
    before = state_of(body, moving)
    mujoco.mj_integratePos(body.model, moving.qpos, moving.qvel, step)
    mujoco.mj_kinematics(body.model, moving)
    after = state_of(body, moving)
    change = (after - before) / step
    np.testing.assert_allclose(change[ks.POSITION], before[ks.LINEAR_VELOCITY], atol=1e-7)
    np.testing.assert_allclose(change[ks.JOINT_POSITION], before[ks.JOINT_VELOCITY], atol=1e-7)
    turned = _rotation(before).inv() * _rotation(after)
    np.testing.assert_allclose(
        turned.as_rotvec() / step, before[ks.ANGULAR_VELOCITY], rtol=0.0, atol=1e-7
    )


def test_a_compiled_control_step_is_the_same_as_one_from_python(any_body: Body) -> None:
    model = any_body.model
    setpoint = 0.2 * np.sin(np.arange(len(any_body.joints)))
    ours, theirs = mujoco.MjData(model), mujoco.MjData(model)
    compiled, stepped = Coordinator(any_body), Coordinator(any_body)
    efforts = []
    mujoco.mj_step1(model, ours)  # positions and velocities are up to date before
    effort = advance_coordinated(
        model._address,
        ours._address,
        native.view(ours),
        compiled.tables,
        compiled.work,
        setpoint,
        SUBSTEPS,
        model.opt.timestep,
    )
    for _ in range(SUBSTEPS):
        mujoco.mj_step1(model, theirs)
        stepped.excite(theirs, setpoint)
        mujoco.mj_step2(model, theirs)
        efforts.append(np.mean(theirs.act**2))
    mujoco.mj_step1(model, theirs)  # and after
    for field in ("qpos", "qvel", "act", "ctrl", "xpos", "actuator_length"):
        np.testing.assert_array_equal(getattr(ours, field), getattr(theirs, field))
    assert effort == pytest.approx(np.mean(efforts))


def test_held_excitations_are_plain_mujoco_steps() -> None:
    model = load_body("legs80").model
    ours, theirs = mujoco.MjData(model), mujoco.MjData(model)
    for data in (ours, theirs):
        mujoco.mj_forward(model, data)
        data.ctrl[:] = np.linspace(0.0, 1.0, model.nu)
    mujoco.mj_step1(model, ours)  # positions and velocities are up to date before
    advance_held(model._address, ours._address, SUBSTEPS)
    mujoco.mj_step(model, theirs, SUBSTEPS)
    mujoco.mj_step1(model, theirs)  # and after
    for field in ("qpos", "qvel", "act", "xpos", "actuator_length"):
        np.testing.assert_array_equal(getattr(ours, field), getattr(theirs, field))


def _rotation(state: np.ndarray) -> Rotation:
    return Rotation.from_quat(np.roll(state[ks.QUATERNION], -1))
