# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Motion that a body can do: the pelvis' path is moved a little until feet on the floor carry it.

What a captured motion asks of the floor, by the inverse dynamics of a model that is not the person,
often acts beside the feet. Small, smooth changes of the pelvis' path mend most of it; the feet stay
where they are, and the legs follow.
"""

import dataclasses
from collections.abc import Iterator
from typing import Any

import numpy as np
import scipy.sparse as sparse
from scipy.interpolate import BSpline
from scipy.ndimage import binary_dilation, gaussian_filter1d
from scipy.sparse.linalg import spsolve
from scipy.spatial.transform import Rotation

from kinesis_ros.core.body import SIDES
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.dynamics import FloorForces, InverseDynamics
from kinesis_ros.core.dynamics.floor_forces import divide
from kinesis_ros.core.dynamics.inverse import Demand, ExternalForce, centre_of_pressure
from kinesis_ros.core.motion.clip import ClipDynamics
from kinesis_ros.core.retargeting.body_motion import BodyMotion, Legs
from kinesis_ros.core.retargeting.ground import contacts, same_foot
from kinesis_ros.core.retargeting.leg_fit import fit_leg
from kinesis_ros.core.retargeting.smoothing import low_pass

_ITERATIONS = 6
_KNOTS = 2  # frames from knot to knot of the path's change
_DEGREE = 4
_CUTOFF = 10.0  # [Hz] of the joint angles
_STEP = 0.003  # [m] of the differences
_INSIDE = 0.01  # [m] the centre of pressure off the feet
_CARRIED = 0.2  # of the weight, from which on pressure counts
_ROUGH = 0.02  # [m] the centre of pressure off its smooth way
_SMOOTH = 2.5  # frames
_FLYING = 0.05  # of the weight, that the floor would have to carry in flight
_AWAY = np.array([0.02, 0.02, 0.02])  # [m] the pelvis off its path
_SHAKING = np.array([1.0, 1.0, 1.0])  # [m/s^2]
_ANGLE = np.radians(4.0)  # of a standing leg off the source's
_TRUNK = 0.2  # [m] above the pelvis is the middle of what moves with it
_FOLLOWING = 0.8  # of the mass, moves with the pelvis
_NEAR = 0.02  # [m] above the floor, where a foot may push on it
_COMPARED = [0, 1, 3, 4]  # hip flexion and adduction, knee, ankle

Matrix = Any  # sparse; the stubs of scipy.sparse do not know its arithmetic


@dataclasses.dataclass(frozen=True)
class Forces:
    """What a motion asks for, and what the floor can give.

    Attributes:
        demand: by inverse dynamics.
        floor: its division between the feet.
    """

    demand: Demand
    floor: FloorForces


class ConsistencyFit:
    """Moves the pelvis' path of motions.

    The path's change d(t) is a spline. By first-order terms it moves the centre of pressure and the
    angles of standing legs; a few sparse least-squares steps weigh

        |pressure off the soles|^2 + |angles off the source's|^2 + |d|^2 + |d''|^2.

    Args:
        legs: of the body.
        dynamics: of the body.
    """

    def __init__(self, legs: Legs, dynamics: InverseDynamics) -> None:
        self._legs = legs
        self._dynamics = dynamics

    def forces(self, motion: BodyMotion) -> Forces:
        """Inverse dynamics of a motion and the floor's forces on its feet."""
        demand = self._dynamics.demand(self._dynamics.motion(_states(motion), motion.rate))
        soles = self._legs.sole_points(motion)
        ahead = motion.pelvis[:, :2, 0] / np.linalg.norm(
            motion.pelvis[:, :2, 0], axis=1, keepdims=True
        )
        return Forces(demand, divide(demand.wrench, soles, self._stands(motion), ahead))

    def _stands(self, motion: BodyMotion) -> np.ndarray:
        """Whether each foot can push on the floor, (2, frames).

        A frame longer than it stands still, while it is near the floor: a heel that strikes and a
        tip of toes that leaves are quicker than a planted foot.
        """
        still = contacts(self._legs, motion).any(axis=1)
        near = self._legs.sole_points(motion)[..., 2].min(axis=2) < _NEAR
        return still | (binary_dilation(still, np.ones((1, 3))) & near)

    def dynamics(self, motion: BodyMotion) -> ClipDynamics:
        """Net joint moments, the floor's forces and where they act.

        Moments are what the joints need with the floor's forces as they can be; what is missing to
        the motion's demand is left to a hand at the pelvis.
        """
        forces = self.forces(motion)
        floor, dynamics = forces.floor, self._dynamics
        soles = self._legs.sole_points(motion)
        pushes = [
            [push for side in (0, 1) for push in self._pushes(floor, soles[side, i], side, i)]
            for i in range(len(motion.position))
        ]
        moved = dynamics.motion(_states(motion), motion.rate)
        moments = dynamics.joint_moments(moved, forces.demand, pushes)
        return ClipDynamics(moments, floor.force, floor.pressure)

    def pressure_off(self, motion: BodyMotion) -> float:
        """How far the wanted centre of pressure is off the soles, root mean square [m]."""
        forces = self.forces(motion)
        off = _off(forces.demand.wrench, forces.floor)
        carried = forces.floor.force[..., 2].sum(axis=1) > _CARRIED * self._dynamics.weight
        return float(np.sqrt(np.mean(np.sum(off[carried] ** 2, axis=1)))) if carried.any() else 0.0

    def _pushes(
        self, floor: FloorForces, sole: np.ndarray, side: int, frame: int
    ) -> Iterator[ExternalForce]:
        """On the heel bone and the toes of a foot, in proportion to what they carry."""
        loads, total = floor.points[frame, side], floor.force[frame, side, 2]
        heel = self._legs.heel_points
        for name, part in (("calcn", slice(0, heel)), ("toes", slice(heel, None))):
            carried = loads[part].sum()
            if carried <= 0.0:
                continue
            place = loads[part] @ sole[part] / carried * [1.0, 1.0, 0.0]
            share = carried / total
            body = self._dynamics.body.body_id(f"{name}_{SIDES[side]}")
            twist = share * floor.twist[frame, side] * np.array([0.0, 0.0, 1.0])
            yield ExternalForce(body, place, share * floor.force[frame, side], twist)

    def fit(self, motion: BodyMotion, source: np.ndarray) -> BodyMotion:
        """The motion on a path that feet can carry.

        Args:
            motion: with its feet planted.
            source: (frames, 14) angles of the legs before that [rad].
        """
        if len(motion.position) < 2 * (_DEGREE + 1):
            return motion
        start, moved = motion, motion
        basis, accelerations = _basis(len(motion.position), motion.rate)
        stands = self._stands(motion)
        slopes = self._slopes(motion)
        change = np.zeros((basis.shape[1], 3))
        for _ in range(_ITERATIONS):
            forces = self.forces(moved)
            step = self._step(moved, source, forces, stands, slopes, basis, accelerations, change)
            change = change + step
            moved = self._moved(start, basis @ change)
        return moved

    def _step(
        self,
        moved: BodyMotion,
        source: np.ndarray,
        forces: Forces,
        stands: np.ndarray,
        slopes: np.ndarray,
        basis: Matrix,
        accelerations: Matrix,
        change: np.ndarray,
    ) -> np.ndarray:
        """How the spline's coefficients (n, 3) are to change next."""
        weight = self._dynamics.weight
        wrench, floor = forces.demand.wrench, forces.floor
        load = np.clip(wrench[:, 2] / weight, 0.0, 2.0)
        stance = stands.any(axis=0)
        rows, values = [], []

        def add(blocks: list, value: np.ndarray, scale: np.ndarray | float) -> None:
            scale = np.broadcast_to(scale, value.shape)
            rows.append(sparse.hstack([sparse.diags(scale) @ b for b in blocks]))
            values.append(scale * value)

        none = sparse.csr_matrix(basis.shape)
        off = _off(wrench, floor)
        rough = _rough(floor)
        carried = stance & (load > _CARRIED)
        lever = (moved.position[:, 2] + _TRUNK) / (wrench[:, 2] / (weight / 9.81)).clip(3.0)
        for axis in range(2):
            blocks: list[Any] = [none, none, none]
            blocks[axis] = _FOLLOWING * (basis - sparse.diags(lever) @ accelerations)
            add(blocks, -off[:, axis], np.where(carried, load / _INSIDE, 0.0))
            add(blocks, -(off + rough)[:, axis], np.where(carried, load / _ROUGH, 0.0))
        fly = ~stance | (wrench[:, 2] < 0.0)
        add(
            [none, none, _FOLLOWING / 9.81 * accelerations],
            -wrench[:, 2] / weight,
            np.where(fly, 1.0 / _FLYING, 0.0),
        )
        for column, side in ((7 * side + joint, side) for side in (0, 1) for joint in _COMPARED):
            blocks = [sparse.diags(slopes[:, column, axis]) @ basis for axis in range(3)]
            add(blocks, (source - moved.angles)[:, column], stands[side] / _ANGLE)
        for axis in range(3):
            blocks = [none, none, none]
            blocks[axis] = basis
            add(blocks, -(basis @ change[:, axis]), 1.0 / _AWAY[axis])
            blocks[axis] = accelerations
            add(blocks, -(accelerations @ change[:, axis]), 1.0 / _SHAKING[axis])
        matrix: Matrix = sparse.vstack(rows).tocsr()
        normal = (matrix.T @ matrix + 1e-6 * sparse.eye(matrix.shape[1])).tocsc()
        solution = spsolve(normal, matrix.T @ np.concatenate(values))
        return solution.reshape(3, -1).T

    def _slopes(self, motion: BodyMotion) -> np.ndarray:
        """How the legs' angles change with the pelvis' place, (frames, 14, 3) [rad/m]."""
        slopes = np.zeros((*motion.angles.shape, 3))
        base = self._moved(motion, np.zeros(motion.position.shape), smooth=False).angles
        for axis in range(3):
            way = np.zeros(motion.position.shape)
            way[:, axis] = _STEP
            slopes[..., axis] = (self._moved(motion, way, smooth=False).angles - base) / _STEP
        return slopes

    def _moved(self, motion: BodyMotion, way: np.ndarray, smooth: bool = True) -> BodyMotion:
        """The motion with its pelvis moved by `way` (frames, 3) [m] over the same feet."""
        angles = motion.angles.copy()
        back = np.einsum("fji,fj->fi", motion.pelvis, -way)
        for side, (chain, pose) in enumerate(
            zip(self._legs.chains, self._legs.poses(motion), strict=True)
        ):
            target = same_foot(self._legs, motion, side, pose.position[:, 2] + back)
            angles[:, chain.columns] = fit_leg(chain, target)
        if smooth:
            angles = low_pass(angles, motion.rate, _CUTOFF)
        return dataclasses.replace(motion, position=motion.position + way, angles=angles)


def _off(wrench: np.ndarray, floor: FloorForces) -> np.ndarray:
    """How far the wanted centre of pressure is from what the soles give, (frames, 2) [m]."""
    vertical = floor.force[..., 2]
    total = vertical.sum(axis=1, keepdims=True)
    given = np.einsum("fs,fsi->fi", vertical, floor.pressure) / np.maximum(total, 1e-6)
    off = centre_of_pressure(wrench) - given
    return np.where(total > 1.0, np.clip(off, -0.2, 0.2), 0.0)


def _rough(floor: FloorForces) -> np.ndarray:
    """How far the centre of pressure is from a smooth way, (frames, 2) [m].

    The mean of two measures: of the common centre, and of each foot's own by what it carries.
    From foot to foot pressure goes fast, but not in a jump.
    """
    vertical = floor.force[..., 2:]  # (frames, 2, 1)
    total = vertical.sum(axis=1)
    least = 1e-3 * max(float(total.max()), 1.0)
    centres = np.concatenate(
        [floor.pressure, ((vertical * floor.pressure).sum(axis=1) / (total + least))[:, None]],
        axis=1,
    )
    weight = np.concatenate([vertical, total[:, None]], axis=1) + least
    smooth = gaussian_filter1d(centres * weight, _SMOOTH, axis=0)
    rough = centres - smooth / gaussian_filter1d(weight, _SMOOTH, axis=0)
    own = (vertical * rough[:, :2]).sum(axis=1) / (total + least)
    return 0.5 * (own + rough[:, 2])


def _basis(frames: int, rate: float) -> tuple[Matrix, Matrix]:
    """A spline's values and second derivatives (frames, coefficients) by its coefficients."""
    inner = np.linspace(0.0, frames - 1.0, max(2, round((frames - 1) / _KNOTS) + 1))
    knots = np.concatenate([[inner[0]] * _DEGREE, inner, [inner[-1]] * _DEGREE])
    count = len(knots) - _DEGREE - 1
    at = np.arange(frames, dtype=float)
    spline = BSpline(knots, np.eye(count), _DEGREE)
    second = spline.derivative(2)(at) * rate**2
    return sparse.csr_matrix(spline(at)), sparse.csr_matrix(second)


def _states(motion: BodyMotion) -> np.ndarray:
    states = np.zeros((len(motion.position), ks.STATE_SIZE))
    states[:, ks.POSITION] = motion.position
    states[:, ks.QUATERNION] = Rotation.from_matrix(motion.pelvis).as_quat(scalar_first=True)
    states[:, ks.JOINT_POSITION] = motion.angles
    return states
