# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Inverse dynamics: what the floor and the joints must do so that the body moves as it is told."""

import copy
import dataclasses
from collections.abc import Sequence
from typing import NamedTuple

import mujoco
import numpy as np
from scipy.interpolate import make_interp_spline

from kinesis_ros.core.body import CONTROL_RATE, ROOT_TO_BASE, Body, load_body
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.body.kinematics import continuous
from kinesis_ros.core.body.model import Couplings
from kinesis_ros.core.maths import rotations
from urdf_mjcf.registry import DEFAULT_BODY

_DEGREE = 5  # of the splines through the frames: their second derivative is smooth
_ROOT_TO_BASE_INVERSE = ROOT_TO_BASE * np.array([1.0, -1.0, -1.0, -1.0])
_WITHOUT = (
    mujoco.mjtDisableBit.mjDSBL_CONSTRAINT
    | mujoco.mjtDisableBit.mjDSBL_SPRING
    | mujoco.mjtDisableBit.mjDSBL_DAMPER
    | mujoco.mjtDisableBit.mjDSBL_ACTUATION
)


@dataclasses.dataclass(frozen=True)
class GeneralisedMotion:
    """Generalised positions and their derivatives, over frames.

    Attributes:
        qpos: (frames, nq).
        qvel: (frames, nv).
        qacc: (frames, nv).
    """

    qpos: np.ndarray
    qvel: np.ndarray
    qacc: np.ndarray


@dataclasses.dataclass(frozen=True)
class Demand:
    """What a motion asks of the world and of the joints, over frames.

    Attributes:
        wrench: (frames, 6) of everything outside the body, in the world about its origin: force
            [N], moment [N m].
        moments: (frames, 14) generalised forces of `LEG_JOINTS` if that wrench acted on the
            pelvis [N m]; those of coupled coordinates are folded onto their leader.
    """

    wrench: np.ndarray
    moments: np.ndarray


class ExternalForce(NamedTuple):
    """A force on a body from outside, in the world.

    Attributes:
        body: MuJoCo's id of the rigid body.
        point: (3,) where the force acts [m].
        force: (3,) [N].
        torque: (3,) [N m].
    """

    body: int
    point: np.ndarray
    force: np.ndarray
    torque: np.ndarray


class InverseDynamics:
    """Solves M q'' + c = tau + J^T f for what is unknown on the right.

    Passive forces, contacts, joint limits and muscles are left out: tau is the net joint moment, as
    in gait analysis (Winter 2009). Rotor inertia (armature) counts as part of the body.

    Args:
        body: with legs; default legs80.
    """

    def __init__(self, body: Body | None = None) -> None:
        self.body = body or load_body(DEFAULT_BODY)
        self.model = copy.copy(self.body.model)
        self.model.opt.disableflags |= int(_WITHOUT)
        self.data = mujoco.MjData(self.model)

    @property
    def weight(self) -> float:
        """Of the body [N]."""
        return float(self.model.body_mass.sum() * -self.model.opt.gravity[2])

    def motion(self, states: np.ndarray, rate: float = CONTROL_RATE) -> GeneralisedMotion:
        """The motion through states (frames, STATE_SIZE); their stored velocities do not count.

        Args:
            states: kinematic states, six or more of them; they should be smooth, for the
                accelerations are second derivatives of a spline through them.
            rate: frames per second [Hz].
        """
        times = np.arange(len(states)) / rate
        columns = np.concatenate(
            [
                states[:, ks.POSITION],
                continuous(states[:, ks.QUATERNION]),
                states[:, ks.JOINT_POSITION],
            ],
            axis=1,
        )
        spline = make_interp_spline(times, columns, k=min(_DEGREE, len(states) - 1))
        velocity, acceleration = spline(times, 1), spline(times, 2)
        model, body = self.model, self.body
        qpos = np.tile(model.qpos0, (len(states), 1))
        qvel, qacc = np.zeros((2, len(states), model.nv))
        qpos[:, :3], qvel[:, :3], qacc[:, :3] = (
            d[:, :3] for d in (columns, velocity, acceleration)
        )
        for i in range(len(states)):
            root = rotations.multiply(columns[i, 3:7], _ROOT_TO_BASE_INVERSE)
            qpos[i, 3:7] = root
            for target, derivative in ((qvel, velocity), (qacc, acceleration)):
                # The product of a unit quaternion's two first derivatives has no vector part.
                change = rotations.multiply(derivative[i, 3:7], _ROOT_TO_BASE_INVERSE)
                target[i, 3:6] = 2.0 * rotations.multiply(rotations.conjugate(root), change)[1:]
        qpos[:, body.leg_qpos] = columns[:, 7:]
        qvel[:, body.leg_dofs] = velocity[:, 7:]
        qacc[:, body.leg_dofs] = acceleration[:, 7:]
        _couple(body.couplings, qpos, qvel, qacc)
        return GeneralisedMotion(qpos, qvel, qacc)

    def demand(self, motion: GeneralisedMotion) -> Demand:
        """What the world must exert, and the joints' moments if it did so at the root."""
        model, data = self.model, self.data
        wrench = np.empty((len(motion.qpos), 6))
        moments = np.empty((len(motion.qpos), ks.NUM_JOINTS))
        turn = np.empty(9)
        for i in range(len(motion.qpos)):
            data.qpos[:], data.qvel[:] = motion.qpos[i], motion.qvel[i]
            data.qacc[:] = motion.qacc[i]
            mujoco.mj_inverse(model, data)
            force = data.qfrc_inverse[:3]
            mujoco.mju_quat2Mat(turn, data.qpos[3:7])
            moment = turn.reshape(3, 3) @ data.qfrc_inverse[3:6]
            wrench[i, :3] = force
            wrench[i, 3:] = moment + np.cross(data.qpos[:3], force)
            moments[i] = self.folded(data.qfrc_inverse, motion.qpos[i])
        return Demand(wrench, moments)

    def joint_moments(
        self, motion: GeneralisedMotion, demand: Demand, pushes: Sequence[Sequence[ExternalForce]]
    ) -> np.ndarray:
        """Net joint moments (frames, 14) [N m] under what pushes on the body from outside.

        Args:
            motion: the motion.
            demand: of it.
            pushes: on the body in each frame.
        """
        model, data = self.model, self.data
        moments = demand.moments.copy()
        for i, each in enumerate(pushes):
            data.qpos[:] = motion.qpos[i]
            mujoco.mj_kinematics(model, data)
            mujoco.mj_comPos(model, data)
            outside = np.zeros(model.nv)
            for push in each:
                mujoco.mj_applyFT(
                    model, data, push.force, push.torque, push.point, push.body, outside
                )
            moments[i] -= self.folded(outside, motion.qpos[i])
        return moments

    def folded(self, forces: np.ndarray, qpos: np.ndarray) -> np.ndarray:
        """Generalised forces (14,) of `LEG_JOINTS` that do the same work as `forces` (nv,)."""
        couplings = self.body.couplings
        total = forces.copy()
        for follower, leader, leader_q, slope in zip(
            couplings.follower_dof,
            couplings.leader_dof,
            couplings.leader_qpos,
            _derivatives(couplings.coefficients),
            strict=True,
        ):
            if leader >= 0:
                x = qpos[leader_q]
                total[leader] += forces[follower] * np.polynomial.polynomial.polyval(x, slope)
        return total[self.body.leg_dofs]


def centre_of_pressure(wrench: np.ndarray) -> np.ndarray:
    """Where on the floor (..., 2) [m] a wrench (..., 6) about the origin has no tilting moment."""
    return np.stack([-wrench[..., 4], wrench[..., 3]], axis=-1) / wrench[..., 2:3]


def _couple(couplings: Couplings, qpos: np.ndarray, qvel: np.ndarray, qacc: np.ndarray) -> None:
    """Set the coupled coordinates and their derivatives (frames, ...) in place."""
    couplings.complete(qpos)
    value = np.polynomial.polynomial.polyval
    first = _derivatives(couplings.coefficients)
    second = _derivatives(first)
    for i, (follower, leader) in enumerate(
        zip(couplings.follower_dof, couplings.leader_dof, strict=True)
    ):
        if leader < 0:
            continue
        x, speed = qpos[:, couplings.leader_qpos[i]], qvel[:, leader]
        qvel[:, follower] = value(x, first[i]) * speed
        qacc[:, follower] = value(x, first[i]) * qacc[:, leader] + value(x, second[i]) * speed**2


def _derivatives(coefficients: np.ndarray) -> np.ndarray:
    """Coefficients (n, k - 1) of the derivatives of polynomials (n, k), constant first."""
    return coefficients[:, 1:] * np.arange(1, coefficients.shape[1])
