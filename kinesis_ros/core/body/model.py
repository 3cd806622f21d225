# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The body: a compiled MuJoCo model whose muscles, joints and couplings are known by name."""

import dataclasses
import functools
from collections.abc import Sequence

import mujoco
import numpy as np

from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.body.gains import JointGains, gains_for
from kinesis_ros.core.maths import quartic, quartic_slope
from urdf_mjcf import compose
from urdf_mjcf.registry import STIFF_CONTACT_TIME, find_scene

PHYSICS_RATE = 150.0  # [Hz]
CONTROL_RATE = 30.0  # [Hz]
GRAVITY = 9.81  # [m/s^2]
SUBSTEPS = round(PHYSICS_RATE / CONTROL_RATE)

# The body faces -y at the identity quaternion; base_link faces x. The only place that knows.
ROOT_TO_BASE = np.array([np.sqrt(0.5), 0.0, 0.0, -np.sqrt(0.5)])  # (w, x, y, z)

_FLOATING = 7  # qpos of the free root joint
_SKELETON_LAG = 0.02  # [s] of the servo's set-point: stands for the muscles' activation lag


class UnknownNameError(ValueError):
    """A joint, muscle or body name that the model does not have."""


@dataclasses.dataclass(frozen=True)
class Couplings:
    """Joints that follow another one by a polynomial: q = c0 + c1 x + ... + c4 x^4."""

    follower_qpos: np.ndarray  # (n,)
    leader_qpos: np.ndarray  # (n,) -1: constant
    follower_dof: np.ndarray  # (n,)
    leader_dof: np.ndarray  # (n,) -1: constant
    coefficients: np.ndarray  # (n, 5)

    @classmethod
    def of(cls, model: mujoco.MjModel) -> "Couplings":
        """Read the joint equalities of `model`."""
        rows = [i for i in range(model.neq) if model.eq_type[i] == mujoco.mjtEq.mjEQ_JOINT]
        followers = model.eq_obj1id[rows].astype(int)
        leaders = model.eq_obj2id[rows].astype(int)
        coefficients = model.eq_data[rows, :5].copy()
        # The polynomial is about the reference positions: q - q0 = poly(x - x0).
        coefficients[:, 0] += model.qpos0[model.jnt_qposadr[followers]]
        has_leader = leaders >= 0
        return cls(
            follower_qpos=model.jnt_qposadr[followers].astype(np.int64),
            leader_qpos=np.where(has_leader, model.jnt_qposadr[leaders], -1).astype(np.int64),
            follower_dof=model.jnt_dofadr[followers].astype(np.int64),
            leader_dof=np.where(has_leader, model.jnt_dofadr[leaders], -1).astype(np.int64),
            coefficients=coefficients,
        )

    def complete(self, qpos: np.ndarray) -> np.ndarray:
        """Set the coupled coordinates of `qpos` (..., nq) in place and return it."""
        for follower, leader, c in zip(
            self.follower_qpos, self.leader_qpos, self.coefficients, strict=True
        ):
            x = qpos[..., leader] if leader >= 0 else 0.0
            qpos[..., follower] = quartic(c, x)
        return qpos

    def complete_velocity(self, qpos: np.ndarray, qvel: np.ndarray) -> np.ndarray:
        """Set the coupled speeds of `qvel` (nv,) in place for the position `qpos` (nq,)."""
        for follower, leader, leader_q, c in zip(
            self.follower_dof, self.leader_dof, self.leader_qpos, self.coefficients, strict=True
        ):
            if leader < 0:
                qvel[follower] = 0.0
                continue
            qvel[follower] = quartic_slope(c, qpos[leader_q]) * qvel[leader]
        return qvel


@dataclasses.dataclass(frozen=True)
class Body:
    """A compiled model with the names and tables that coordination and observation need.

    Attributes:
        name: e.g. 'legs80'.
        model: MuJoCo model at `PHYSICS_RATE`.
        muscles: muscle names in actuator order; empty for the fast skeleton.
        joints: independent hinge joints in model order (legs first in no particular order).
        gains: set-point servo gains of `joints`.
        couplings: joints that follow others.
    """

    name: str
    model: mujoco.MjModel
    muscles: tuple[str, ...]
    joints: tuple[str, ...]
    gains: JointGains
    couplings: Couplings

    @functools.cached_property
    def joint_qpos(self) -> np.ndarray:
        """Addresses of `joints` in qpos, (num_joints,)."""
        return self._addresses(self.joints, self.model.jnt_qposadr)

    @functools.cached_property
    def joint_dofs(self) -> np.ndarray:
        """Addresses of `joints` in qvel, (num_joints,)."""
        return self._addresses(self.joints, self.model.jnt_dofadr)

    @functools.cached_property
    def leg_qpos(self) -> np.ndarray:
        """Addresses of `LEG_JOINTS` in qpos, (14,)."""
        return self._addresses(ks.LEG_JOINTS, self.model.jnt_qposadr)

    @functools.cached_property
    def leg_dofs(self) -> np.ndarray:
        """Addresses of `LEG_JOINTS` in qvel, (14,)."""
        return self._addresses(ks.LEG_JOINTS, self.model.jnt_dofadr)

    @functools.cached_property
    def key_bodies(self) -> np.ndarray:
        """MuJoCo ids of `KEY_BODIES`, (7,)."""
        return np.array([self.model.body(name).id for name in ks.KEY_BODIES])

    @functools.cached_property
    def leg_ranges(self) -> np.ndarray:
        """Lower and upper limits of `LEG_JOINTS`, (14, 2) [rad]."""
        return self.model.jnt_range[[self.model.joint(name).id for name in ks.LEG_JOINTS]]

    def joint_index(self, names: Sequence[str]) -> np.ndarray:
        """Positions of `names` within `joints`.

        Raises:
            UnknownNameError: names the joint and what there is.
        """
        for name in names:
            if name not in self.joints:
                raise UnknownNameError(
                    f"joint '{name}' is not in {self.name}; it has: {', '.join(self.joints)}"
                )
        return np.array([self.joints.index(name) for name in names], dtype=np.int64)

    def muscle_index(self, names: Sequence[str]) -> np.ndarray:
        """Positions of `names` within `muscles`.

        Raises:
            UnknownNameError: names the muscle and what there is.
        """
        for name in names:
            if name not in self.muscles:
                raise UnknownNameError(
                    f"muscle '{name}' is not in {self.name}; it has: {', '.join(self.muscles)}"
                )
        return np.array([self.muscles.index(name) for name in names], dtype=np.int64)

    def body_id(self, name: str) -> int:
        """MuJoCo's id of the rigid body `name`.

        Raises:
            UnknownNameError: names it and what there is.
        """
        names = [self.model.body(i).name for i in range(1, self.model.nbody)]
        if name not in names:
            raise UnknownNameError(
                f"body '{name}' is not in {self.name}; it has: {', '.join(names)}"
            )
        return self.model.body(name).id

    def _addresses(self, names: Sequence[str], table: np.ndarray) -> np.ndarray:
        return np.array([table[self.model.joint(name).id] for name in names], dtype=np.int64)


@functools.cache
def load_body(
    name: str, scene: str = "none", foot_contact_time: float = STIFF_CONTACT_TIME
) -> Body:
    """Compile the musculoskeletal body `name`; the same object is returned every time.

    Example:
        >>> from kinesis_ros import load_body
        >>> body = load_body("legs80")
        >>> len(body.muscles), body.joints[:2]
        (80, ('hip_flexion_r', 'hip_adduction_r'))
        >>> body.model.nq, body.model.opt.timestep  # MuJoCo's own model, at 150 Hz
        (35, 0.006666666666666667)
        >>> int(body.muscle_index(["soleus_r"])[0])
        33

    Args:
        name: one of `registry.BODIES`.
        scene: what is around it, one of `registry.SCENES`.
        foot_contact_time: time constant of the contact between foot and floor [s].

    Raises:
        UnknownBodyError: with the names that exist.
        UnknownSceneError: likewise.
    """
    with compose.quiet_composition():
        spec = compose.build_spec(name, foot_contact_time)
        find_scene(scene).add_to(spec)
        model = spec.compile()
    return _describe(name, model)


@functools.cache
def load_skeleton(name: str, foot_contact_time: float = STIFF_CONTACT_TIME) -> Body:
    """Compile the fast skeleton of body `name`: joint servos instead of muscles.

    One servo per joint: torque = clip(kp (u - q) - kd qd, +-limit), where u follows the
    set-point with a first-order lag of 20 ms, as a muscle's activation would.
    """
    with compose.quiet_composition():
        spec = compose.build_skeleton_spec(name, foot_contact_time)
        joints = _independent_joints(spec.compile())
        gains = gains_for(joints)
        for i, joint in enumerate(joints):
            _add_servo(spec, joint, gains, i)
        model = spec.compile()
    return _describe(name, model)


def _describe(name: str, model: mujoco.MjModel) -> Body:
    model.opt.timestep = 1.0 / PHYSICS_RATE
    model.opt.integrator = mujoco.mjtIntegrator.mjINT_IMPLICITFAST
    joints = _independent_joints(model)
    muscles = tuple(
        model.actuator(i).name
        for i in range(model.nu)
        if model.actuator_dyntype[i] == mujoco.mjtDyn.mjDYN_MUSCLE
    )
    return Body(name, model, muscles, joints, gains_for(joints), Couplings.of(model))


def _independent_joints(model: mujoco.MjModel) -> tuple[str, ...]:
    """Names of the hinge joints that no equality couples to another one.

    The legs come first, in the order of `LEG_JOINTS`, so that every body starts alike.
    """
    coupled = {
        int(model.eq_obj1id[i])
        for i in range(model.neq)
        if model.eq_type[i] == mujoco.mjtEq.mjEQ_JOINT
    }
    free = [
        model.joint(i).name
        for i in range(model.njnt)
        if i not in coupled and model.jnt_type[i] == mujoco.mjtJoint.mjJNT_HINGE
    ]
    return ks.LEG_JOINTS + tuple(name for name in free if name not in ks.LEG_JOINTS)


def _add_servo(spec: mujoco.MjSpec, joint: str, gains: JointGains, i: int) -> None:
    servo = spec.add_actuator(name=joint, target=joint, trntype=mujoco.mjtTrn.mjTRN_JOINT)
    servo.gaintype = mujoco.mjtGain.mjGAIN_FIXED
    servo.biastype = mujoco.mjtBias.mjBIAS_AFFINE
    servo.gainprm[0] = gains.stiffness[i]
    servo.biasprm[1] = -gains.stiffness[i]
    servo.biasprm[2] = -gains.damping[i]
    servo.forcelimited = 1
    servo.forcerange = [-gains.torque_limit[i], gains.torque_limit[i]]
    servo.dyntype = mujoco.mjtDyn.mjDYN_FILTEREXACT
    servo.dynprm[0] = _SKELETON_LAG
