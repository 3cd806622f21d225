# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Muscle coordination: from joint set-points to muscle excitations.

Every physics step shares the wanted joint torques among the muscles with minimal effort, within
the activations that one step can reach: static optimisation with the bounds of computed muscle
control (Thelen & Anderson, J Biomech 2006). It is defined for any body, so one joint-level
policy drives 80, 86, 290 or 416 muscles.
"""

import dataclasses
from typing import Literal, NamedTuple, get_args

import mujoco
import numpy as np

from kinesis_ros.core.body import Body
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.compiled import native, njit
from kinesis_ros.core.muscles.hill import (
    MuscleParameters,
    excitation_for,
    muscle_forces,
    muscle_parameters,
    reachable_activation,
)
from kinesis_ros.core.muscles.load_sharing import (
    Sharing,
    SharingScratch,
    envelope_of,
    sharing_scratch,
    solve,
)

Weighting = Literal["one", "volume", "force2"]


@dataclasses.dataclass(frozen=True)
class CoordinationConfig:
    """How the wanted torques are shared.

    Attributes:
        effort: weight of squared activation against squared torque error [1].
        weighting: what a muscle's squared activation costs beside others: 'one' (all the same:
            Crowninshield & Brand 1981 with activation for stress), 'volume' (peak force times
            optimal length: what is active costs energy, Umberger et al. 2003; it does not matter
            into how many parts a muscle was cut), 'force2' (the squared force, Pedotti et al.
            1978). They are scaled so that the legs bear as much of a load under each of them.
    """

    effort: float = 0.1
    weighting: Weighting = "one"

    def __post_init__(self) -> None:
        if not 0.0 < self.effort < np.inf:
            raise ValueError(f"effort must be positive and finite, it is {self.effort}")
        if self.weighting not in get_args(Weighting):
            raise ValueError(
                f"weighting '{self.weighting}' does not exist; "
                f"choose one of {', '.join(get_args(Weighting))}"
            )


class CoordinationTables(NamedTuple):
    """Constants of one body for the compiled solver."""

    muscles: MuscleParameters
    stiffness: np.ndarray  # (num_joints,) [N m/rad]
    damping: np.ndarray  # (num_joints,) [N m s/rad]
    torque_limit: np.ndarray  # (num_joints,) [N m]
    joint_qpos: np.ndarray  # (num_joints,)
    joint_dofs: np.ndarray  # (num_joints,)
    dof_joint: np.ndarray  # (nv,) joint whose angle moves this dof, -1: none
    dof_slope: np.ndarray  # (nv, 4) derivative of the coupling: d0 + d1 x + d2 x^2 + d3 x^3
    slot: np.ndarray  # (num_muscles, num_joints) position of a joint within span, -1: not spanned
    sharing: Sharing


class CoordinationWorkspace(NamedTuple):
    """What the solver carries from step to step (`scratch.price`: warm start) and scratch space."""

    activation: np.ndarray  # (num_muscles,) wanted activation
    moment: np.ndarray  # (num_muscles, max span) torque per unit activation [N m]
    gain: np.ndarray  # (num_muscles,)
    passive: np.ndarray  # (num_muscles,)
    low: np.ndarray  # (num_muscles,)
    high: np.ndarray  # (num_muscles,)
    active: np.ndarray  # (num_joints,) torque that is left to activation [N m]
    residual: np.ndarray  # (num_joints,) wanted minus realised torque [N m]
    torque: np.ndarray  # (num_joints,) wanted torque [N m]
    scratch: SharingScratch


def coordination_tables(body: Body, config: CoordinationConfig) -> CoordinationTables:
    """Collect what the compiled solver needs of `body`."""
    model, couplings = body.model, body.couplings
    dof_joint = np.full(model.nv, -1, dtype=np.int64)
    dof_slope = np.zeros((model.nv, 4))
    dof_joint[body.joint_dofs] = np.arange(len(body.joints))
    dof_slope[body.joint_dofs, 0] = 1.0
    for follower, leader, c in zip(
        couplings.follower_dof, couplings.leader_dof, couplings.coefficients, strict=True
    ):
        if leader >= 0:
            dof_joint[follower] = dof_joint[leader]
            dof_slope[follower] = c[1:] * np.array([1.0, 2.0, 3.0, 4.0])
    spans = _spanned_joints(body, dof_joint)
    width = max(len(span) for span in spans)
    span = np.zeros((model.nu, width), dtype=np.int64)
    slot = np.full((model.nu, len(body.joints)), -1, dtype=np.int64)
    for i, joints in enumerate(spans):
        span[i, : len(joints)] = joints
        slot[i, joints] = np.arange(len(joints))
    span_count = np.array([len(s) for s in spans], dtype=np.int64)
    tables = CoordinationTables(
        muscles=muscle_parameters(model),
        stiffness=body.gains.stiffness,
        damping=body.gains.damping,
        torque_limit=body.gains.torque_limit,
        joint_qpos=body.joint_qpos,
        joint_dofs=body.joint_dofs,
        dof_joint=dof_joint,
        dof_slope=dof_slope,
        slot=slot,
        sharing=Sharing(
            span_count=span_count,
            span=span,
            weight=1.0 / body.gains.torque_scale**2,
            effort=np.ones(model.nu),
            envelope=envelope_of(span_count, span, len(body.joints)),
        ),
    )
    effort = config.effort * _muscle_prices(body, tables, config.weighting)
    return tables._replace(sharing=tables.sharing._replace(effort=effort))


def _muscle_prices(body: Body, tables: CoordinationTables, weighting: Weighting) -> np.ndarray:
    """Price (num_muscles,) of each muscle's squared activation.

    What share of a load a joint bears goes with the sum over its muscles of (torque at full
    activation)^2 / price. Prices are scaled so that this is the same for the legs' joints, in the
    middle, whatever the weighting.
    """
    muscles = tables.muscles
    prices = {
        "one": np.ones(len(body.muscles)),
        "volume": muscles.peak_force * muscles.optimal,
        "force2": muscles.peak_force**2,
    }[weighting]
    data = mujoco.MjData(body.model)
    body.couplings.complete(data.qpos)
    mujoco.mj_forward(body.model, data)
    moment = np.zeros(tables.sharing.span.shape)
    joint_moments(tables, native.view(data), moment)
    strength = (moment * muscles.peak_force[:, None]) ** 2
    joint = tables.sharing.span.ravel()

    def capacity(of: np.ndarray) -> np.ndarray:
        total = np.bincount(joint, (strength / of[:, None]).ravel(), len(body.joints))
        return total[: ks.NUM_JOINTS]

    return prices * float(np.median(capacity(prices) / capacity(np.ones_like(prices))))


def new_workspace(tables: CoordinationTables) -> CoordinationWorkspace:
    """Scratch space for one body."""
    num_muscles, width = tables.sharing.span.shape
    num_joints = tables.stiffness.shape[0]
    return CoordinationWorkspace(
        activation=np.zeros(num_muscles),
        moment=np.zeros((num_muscles, width)),
        gain=np.zeros(num_muscles),
        passive=np.zeros(num_muscles),
        low=np.zeros(num_muscles),
        high=np.zeros(num_muscles),
        active=np.zeros(num_joints),
        residual=np.zeros(num_joints),
        torque=np.zeros(num_joints),
        scratch=sharing_scratch(num_muscles, num_joints),
    )


def _spanned_joints(body: Body, dof_joint: np.ndarray) -> list[list[int]]:
    """Joints that each muscle can load: those between the bodies its tendon touches."""
    model = body.model
    ancestors = [_ancestor_dofs(model, i) for i in range(model.nbody)]
    spans = []
    for i in range(model.nu):
        tendon = model.actuator_trnid[i, 0]
        first, count = model.tendon_adr[tendon], model.tendon_num[tendon]
        chains = [
            ancestors[body_id] for body_id in _wrapped_bodies(model, range(first, first + count))
        ]
        dofs = set.union(*chains) - set.intersection(*chains)
        spans.append(sorted({int(dof_joint[d]) for d in dofs if dof_joint[d] >= 0}))
    return spans


def _wrapped_bodies(model: mujoco.MjModel, wraps: range) -> set[int]:
    bodies = set()
    for w in wraps:
        kind, obj = model.wrap_type[w], model.wrap_objid[w]
        if kind == mujoco.mjtWrap.mjWRAP_SITE:
            bodies.add(int(model.site_bodyid[obj]))
        elif kind in (mujoco.mjtWrap.mjWRAP_SPHERE, mujoco.mjtWrap.mjWRAP_CYLINDER):
            bodies.add(int(model.geom_bodyid[obj]))
    return bodies


def _ancestor_dofs(model: mujoco.MjModel, body_id: int) -> set[int]:
    dofs: set[int] = set()
    while body_id > 0:
        first, count = model.body_dofadr[body_id], model.body_dofnum[body_id]
        dofs.update(range(first, first + count))
        body_id = model.body_parentid[body_id]
    return dofs


@njit(cache=True, nogil=True)
def want_torque(
    tables: CoordinationTables,
    qpos: np.ndarray,
    qvel: np.ndarray,
    setpoint: np.ndarray,
    torque: np.ndarray,
) -> None:
    """Write tau = clip(kp (setpoint - q) - kd qd, +-limit) [N m] of every joint."""
    for j in range(torque.shape[0]):
        wanted = (
            tables.stiffness[j] * (setpoint[j] - qpos[tables.joint_qpos[j]])
            - tables.damping[j] * qvel[tables.joint_dofs[j]]
        )
        limit = tables.torque_limit[j]
        torque[j] = min(max(wanted, -limit), limit)


@njit(cache=True, nogil=True)
def joint_moments(
    tables: CoordinationTables,
    view: native.DataView,
    moment: np.ndarray,
) -> None:
    """Write each muscle's moment arms [m] about the joints it spans (num_muscles, max span).

    The knee's coupled coordinates move with the knee angle, so a joint's moment arm is the sum
    over its dofs of (moment arm of the dof) x (slope of the coupling polynomial).
    """
    moment[:] = 0.0
    slope = np.empty(tables.dof_joint.shape[0])
    for dof in range(slope.shape[0]):
        joint = tables.dof_joint[dof]
        if joint >= 0:
            x = view.qpos[tables.joint_qpos[joint]]
            c = tables.dof_slope[dof]
            slope[dof] = c[0] + x * (c[1] + x * (c[2] + x * c[3]))
    for i in range(moment.shape[0]):
        first = view.moment_rowadr[i]
        for k in range(first, first + view.moment_rownnz[i]):
            dof = view.moment_colind[k]
            joint = tables.dof_joint[dof]
            if joint >= 0:
                position = tables.slot[i, joint]
                if position >= 0:
                    moment[i, position] += view.actuator_moment[k] * slope[dof]


@njit(cache=True, nogil=True)
def share_load(
    tables: CoordinationTables,
    view: native.DataView,
    work: CoordinationWorkspace,
    timestep: float,
) -> None:
    """Find activations for `work.torque` and write the excitations that reach them to ctrl.

    Minimises |W (tau - R (F a + passive))|^2 + sum_i e_i a_i^2 over the reachable activations,
    exactly (see `load_sharing`).

    Args:
        tables: constants of the body.
        view: arrays of its MjData after a forward pass; `ctrl` is written.
        work: `torque` is read, `activation` and `residual` are written.
        timestep: of the physics [s].
    """
    muscles, sharing = tables.muscles, tables.sharing
    muscle_forces(muscles, view.actuator_length, view.actuator_velocity, work.gain, work.passive)
    joint_moments(tables, view, work.moment)
    work.active[:] = work.torque
    num_muscles = work.activation.shape[0]
    for i in range(num_muscles):
        work.low[i], work.high[i] = reachable_activation(
            view.act[i], muscles.rise_time[i], muscles.fall_time[i], timestep
        )
        for k in range(sharing.span_count[i]):
            work.active[sharing.span[i, k]] -= work.moment[i, k] * work.passive[i]
            work.moment[i, k] *= work.gain[i]  # from here on: torque per unit activation
    solve(
        sharing,
        work.moment,
        work.active,
        work.low,
        work.high,
        work.scratch,
        work.activation,
        work.residual,
    )
    for i in range(num_muscles):
        view.ctrl[i] = excitation_for(
            work.activation[i], view.act[i], muscles.rise_time[i], muscles.fall_time[i], timestep
        )


@njit(cache=True, nogil=True)
def coordinate(
    tables: CoordinationTables,
    view: native.DataView,
    work: CoordinationWorkspace,
    setpoint: np.ndarray,
    timestep: float,
) -> None:
    """One physics step's worth of coordination: set-points (num_joints,) [rad] to `view.ctrl`."""
    want_torque(tables, view.qpos, view.qvel, setpoint, work.torque)
    share_load(tables, view, work, timestep)


class Coordinator:
    """Muscle coordination of one body with its own warm start.

    Args:
        body: a body with muscles.
        config: load sharing options.
    """

    def __init__(self, body: Body, config: CoordinationConfig | None = None) -> None:
        self.body = body
        self.tables = coordination_tables(body, config or CoordinationConfig())
        self.work = new_workspace(self.tables)

    @property
    def residual(self) -> np.ndarray:
        """Wanted minus realised joint torque of the last step, (num_joints,) [N m]."""
        return self.work.residual

    def excite(self, data: mujoco.MjData, setpoint: np.ndarray) -> None:
        """Write the excitations that drive the joints to `setpoint` into `data.ctrl`.

        Args:
            data: state of the body after a forward pass.
            setpoint: (num_joints,) wanted angles of `body.joints` [rad].
        """
        view = native.view(data)
        coordinate(self.tables, view, self.work, setpoint, self.body.model.opt.timestep)

    def settle(self, data: mujoco.MjData, setpoint: np.ndarray) -> None:
        """Give the muscles the activations that the set-points ask for right now.

        Used after the body was put somewhere: without it, it would sag for a tenth of a second
        until activation has built up.
        """
        settle(
            self.tables,
            native.view(data),
            self.work,
            setpoint,
            self.body.model.opt.timestep,
        )


_SETTLING_ROUNDS = 3


@njit(cache=True, nogil=True)
def settle(
    tables: CoordinationTables,
    view: native.DataView,
    work: CoordinationWorkspace,
    setpoint: np.ndarray,
    timestep: float,
) -> None:
    """See `Coordinator.settle`."""
    view.act[:] = 0.05
    work.scratch.price[:] = 0.0
    for _ in range(_SETTLING_ROUNDS):
        want_torque(tables, view.qpos, view.qvel, setpoint, work.torque)
        share_load(tables, view, work, timestep)
        view.act[:] = work.activation
