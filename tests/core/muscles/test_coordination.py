# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Load sharing: moment arms, bounds, optimality, and the torque that comes out."""

from collections.abc import Callable
from typing import get_args

import mujoco
import numpy as np
import pytest
from scipy.optimize import lsq_linear

from kinesis_ros.core.body import Body, load_body
from kinesis_ros.core.compiled import native
from kinesis_ros.core.muscles import (
    CoordinationConfig,
    CoordinationTables,
    Coordinator,
    Weighting,
    coordination_tables,
)
from kinesis_ros.core.muscles.coordination import joint_moments, share_load

PutAnywhere = Callable[[Body, np.random.Generator], mujoco.MjData]


def dense(tables: CoordinationTables, moment: np.ndarray) -> np.ndarray:
    """Moments of spanned joints as a full matrix (num_joints, num_muscles)."""
    matrix = np.zeros((len(tables.stiffness), len(moment)))
    for i, count in enumerate(tables.sharing.span_count):
        matrix[tables.sharing.span[i, :count], i] = moment[i, :count]
    return matrix


def share(
    body: Body, data: mujoco.MjData, torque: np.ndarray, config: CoordinationConfig | None = None
) -> Coordinator:
    """Share `torque` (num_joints,) from a cold start."""
    coordinator = Coordinator(body, config)
    coordinator.work.torque[:] = torque
    share_load(
        coordinator.tables,
        native.view(data),
        coordinator.work,
        body.model.opt.timestep,
    )
    return coordinator


def feasible_torque(
    body: Body, data: mujoco.MjData, rng: np.random.Generator
) -> tuple[np.ndarray, float]:
    """A torque (num_joints,) that some reachable activation makes, and its active part's size."""
    work = share(body, data, np.zeros(len(body.joints))).work
    coordinator = Coordinator(body)
    per_activation = dense(coordinator.tables, work.moment)
    joint_moments(coordinator.tables, native.view(data), coordinator.work.moment)
    passive = dense(coordinator.tables, coordinator.work.moment) @ work.passive
    active = per_activation @ rng.uniform(work.low, work.high)
    return active + passive, float(np.linalg.norm(active))


def test_moment_arms_are_finite_differences_of_tendon_length(
    any_body: Body, put_anywhere: PutAnywhere
) -> None:
    model = any_body.model
    rng = np.random.default_rng(1)
    data = put_anywhere(any_body, rng)
    coordinator = Coordinator(any_body)
    joint_moments(coordinator.tables, native.view(data), coordinator.work.moment)
    moments = dense(coordinator.tables, coordinator.work.moment)
    home, step = data.qpos.copy(), 1e-5
    for joint, address in enumerate(any_body.joint_qpos):
        lengths = []
        for side in (step, -step):
            data.qpos[:] = home
            data.qpos[address] += side
            any_body.couplings.complete(data.qpos)  # the knee cap and the spine follow
            mujoco.mj_fwdPosition(model, data)
            lengths.append(data.actuator_length.copy())
        slope = (lengths[0] - lengths[1]) / (2.0 * step)
        # Truncation of the difference; measured up to 2.2e-9 m.
        np.testing.assert_allclose(moments[joint], slope, rtol=0.0, atol=1e-7)


def test_wanted_activations_are_reachable_whatever_is_asked(
    any_body: Body, put_anywhere: PutAnywhere
) -> None:
    rng = np.random.default_rng(2)
    for size in (0.0, 1.0, 1000.0):
        data = put_anywhere(any_body, rng)
        torque = size * rng.normal(size=len(any_body.joints))
        work = share(any_body, data, torque).work
        assert (work.activation >= work.low).all()
        assert (work.activation <= work.high).all()
        assert (data.ctrl >= 0.0).all()
        assert (data.ctrl <= 1.0).all()


def test_the_residual_is_what_mujocos_muscles_leave_open(
    any_body: Body, put_anywhere: PutAnywhere
) -> None:
    rng = np.random.default_rng(3)
    data = put_anywhere(any_body, rng)
    torque = 20.0 * rng.normal(size=len(any_body.joints))
    coordinator = share(any_body, data, torque)
    data.act[:] = coordinator.work.activation
    mujoco.mj_forward(any_body.model, data)
    tables = coordinator.tables
    realised = np.zeros(len(any_body.joints))
    for dof, joint in enumerate(tables.dof_joint):
        if joint >= 0:
            slope = np.polyval(tables.dof_slope[dof][::-1], data.qpos[tables.joint_qpos[joint]])
            realised[joint] += data.qfrc_actuator[dof] * slope
    np.testing.assert_allclose(torque - coordinator.residual, realised, rtol=0.0, atol=1e-9)


def test_a_feasible_torque_is_realised_up_to_the_price_of_effort(
    any_body: Body, put_anywhere: PutAnywhere
) -> None:
    rng = np.random.default_rng(4)
    shares = []
    for _ in range(10):
        data = put_anywhere(any_body, rng)
        torque, size = feasible_torque(any_body, data, rng)
        residual = share(any_body, data, torque).residual
        shares.append(np.linalg.norm(residual) / size)
    # Limbs thrown about at random. The share that is left is what the effort term trades for lower
    # activation; measured up to 0.042, one seed to another.
    assert max(shares) < 0.06


def off_optimum(coordinator: Coordinator) -> float:
    """Largest violation of the optimality conditions, in activation.

    Every activation is where its bounds and the joints' prices want it.
    """
    sharing, work = coordinator.tables.sharing, coordinator.work
    drive = dense(coordinator.tables, work.moment).T @ (sharing.weight * work.residual)
    wanted = np.clip(drive / sharing.effort, work.low, work.high)
    return float(np.abs(work.activation - wanted).max())


@pytest.mark.parametrize("effort", [0.1, 1.5])
@pytest.mark.parametrize("weighting", get_args(Weighting))
def test_the_load_is_shared_optimally(
    any_body: Body, put_anywhere: PutAnywhere, weighting: Weighting, effort: float
) -> None:
    rng = np.random.default_rng(5)
    config = CoordinationConfig(effort, weighting)
    for size in (0.0, 0.5, 2.0, 20.0):
        data = put_anywhere(any_body, rng)
        torque = size * any_body.gains.torque_scale * rng.normal(size=len(any_body.joints))
        assert off_optimum(share(any_body, data, torque, config)) < 1e-9


def test_the_solution_does_not_depend_on_where_the_solver_starts(
    any_body: Body, put_anywhere: PutAnywhere
) -> None:
    rng = np.random.default_rng(6)
    data = put_anywhere(any_body, rng)
    torque = any_body.gains.torque_scale * rng.normal(size=len(any_body.joints))
    coordinator = share(any_body, data, torque)
    cold = coordinator.work.activation.copy()
    coordinator.work.scratch.price[:] = rng.normal(size=len(torque))
    timestep = any_body.model.opt.timestep
    share_load(coordinator.tables, native.view(data), coordinator.work, timestep)
    np.testing.assert_allclose(coordinator.work.activation, cold, rtol=0.0, atol=1e-9)


def test_no_other_solver_finds_less(put_anywhere: PutAnywhere) -> None:
    body = load_body("legs80")
    rng = np.random.default_rng(5)
    for _ in range(5):
        data = put_anywhere(body, rng)
        torque, _ = feasible_torque(body, data, rng)
        coordinator = share(body, data, torque)
        sharing, work = coordinator.tables.sharing, coordinator.work
        weight = np.sqrt(sharing.weight)
        per_activation = dense(coordinator.tables, work.moment)
        open_torque = work.residual + per_activation @ work.activation
        stacked = np.vstack([weight[:, None] * per_activation, np.diag(np.sqrt(sharing.effort))])
        target = np.concatenate([weight * open_torque, np.zeros(len(body.muscles))])
        best = lsq_linear(stacked, target, (work.low, work.high + 1e-12), tol=1e-12)
        reached = np.sum((stacked @ work.activation - target) ** 2)
        assert reached == pytest.approx(2.0 * best.cost, rel=1e-8)


def test_dearer_effort_leaves_more_torque_open(put_anywhere: PutAnywhere) -> None:
    body = load_body("legs86")
    rng = np.random.default_rng(6)
    data = put_anywhere(body, rng)
    torque, _ = feasible_torque(body, data, rng)
    left, spent = [], []
    for effort in (0.1, 0.3, 1.0, 3.0):
        coordinator = share(body, data, torque, CoordinationConfig(effort))
        sharing, work = coordinator.tables.sharing, coordinator.work
        left.append(np.sum(sharing.weight * work.residual**2))
        spent.append(np.sum(work.activation**2))
    assert (np.diff(left) > 0.0).all()
    assert (np.diff(spent) < 0.0).all()


def test_weightings_leave_the_legs_of_all_bodies_alike(any_body: Body) -> None:
    # What the legs' muscles cost hangs neither on the weighting, in the middle, nor on the muscles
    # that a body has beside them.
    names = [name for name in load_body("legs80").muscles if name in any_body.muscles]
    for weighting in get_args(Weighting):
        config = CoordinationConfig(1.0, weighting)
        mine = coordination_tables(any_body, config).sharing.effort
        legs80 = load_body("legs80")
        theirs = coordination_tables(legs80, config).sharing.effort
        np.testing.assert_allclose(
            mine[any_body.muscle_index(names)], theirs[legs80.muscle_index(names)], rtol=0.05
        )


def test_the_set_point_torque_is_limited(put_anywhere: PutAnywhere) -> None:
    body = load_body("legs80")
    data = put_anywhere(body, np.random.default_rng(7))
    coordinator = Coordinator(body)
    coordinator.excite(data, np.full(len(body.joints), 100.0))
    np.testing.assert_array_equal(coordinator.work.torque, body.gains.torque_limit)


def test_settled_muscles_already_make_the_wanted_torque() -> None:
    body = load_body("legs80")
    data = mujoco.MjData(body.model)
    body.couplings.complete(data.qpos)
    mujoco.mj_forward(body.model, data)
    coordinator = Coordinator(body)
    setpoint = np.zeros(len(body.joints))
    setpoint[body.joint_index(["knee_angle_r"])] = 0.3
    coordinator.settle(data, setpoint)
    np.testing.assert_array_equal(data.act, coordinator.work.activation)
    wanted = np.linalg.norm(coordinator.work.torque)
    assert wanted > 50.0
    assert np.linalg.norm(coordinator.residual) < 0.15 * wanted


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"effort": 0.0}, "effort must be positive"),
        ({"weighting": "fmax"}, "weighting 'fmax' does not exist; choose one of one, volume"),
    ],
)
def test_nonsense_options_are_refused(options: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        CoordinationConfig(**options)  # pyright: ignore[reportArgumentType] wrong on purpose
