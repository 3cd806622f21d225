# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What a body did at every physics step: muscles, moments and forces as measured on people."""

import dataclasses

import mujoco
import numpy as np

from kinesis_ros.core import rotations
from kinesis_ros.core.body import ROOT_TO_BASE, Body
from kinesis_ros.core.simulation import Simulation
from kinesis_ros.core.trajectory import FEET


@dataclasses.dataclass(frozen=True)
class Samples:
    """Rows at `time`; all of a row belongs to the same instant.

    Attributes:
        body: name of the body.
        time: (rows,) [s], evenly spaced.
        state: (rows, STATE_SIZE) kinematic states, joint velocities among them.
        trunk: (rows, 4) orientation of the torso in the world; as the pelvis' when upright.
        centre_of_mass: (rows, 3) of the whole body [m].
        excitation: (rows, num_muscles) 0..1.
        activation: (rows, num_muscles) 0..1.
        muscle_length: (rows, num_muscles) musculotendon lengths [m].
        muscle_velocity: (rows, num_muscles) lengthening speeds [m/s].
        muscle_tension: (rows, num_muscles) tendon tensions [N].
        joint_moment: (rows, num_joints) all that acts across `Body.joints` [N m], see
            `Simulation.net_joint_moment`.
        heel_force: (rows, 2, 3) of the floor on the heels of the `FEET`, world axes [N].
        toe_force: (rows, 2, 3) of the floor on ball and toes [N].
        centre_of_pressure: (rows, 2, 2) x, y on the floor [m]; NaN: the foot carries nothing.
        ankle: (rows, 2, 3) talus of the `FEET` in the world [m].
    """

    body: str
    time: np.ndarray
    state: np.ndarray
    trunk: np.ndarray
    centre_of_mass: np.ndarray
    excitation: np.ndarray
    activation: np.ndarray
    muscle_length: np.ndarray
    muscle_velocity: np.ndarray
    muscle_tension: np.ndarray
    joint_moment: np.ndarray
    heel_force: np.ndarray
    toe_force: np.ndarray
    centre_of_pressure: np.ndarray
    ankle: np.ndarray

    def __len__(self) -> int:
        return len(self.time)

    @property
    def ground_force(self) -> np.ndarray:
        """(rows, 2, 3) of the floor on the `FEET`, world axes [N]."""
        return self.heel_force + self.toe_force

    def until(self, time: float) -> "Samples":
        """The rows up to `time` [s]."""
        rows = int(np.searchsorted(self.time, time, side="right"))
        arrays = {
            field.name: value[:rows]
            for field in dataclasses.fields(self)
            if isinstance(value := getattr(self, field.name), np.ndarray)
        }
        return dataclasses.replace(self, **arrays)


class Sampler:
    """Collects samples of a simulation while it watches it.

    Example:
        >>> with Sampler(rollout.simulation) as sampler:
        ...     rollout.run(8.0)
        >>> sampler.samples().activation.shape
        (1200, 80)

    Args:
        simulation: of the body.
    """

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation
        self._rows: dict[str, list[np.ndarray | float]] = {}
        body = simulation.body
        self._root = body.model.body_rootid[body.body_id("pelvis")]
        self._torso = body.body_id("torso")
        self._upright = _upright(body, self._torso)
        self._ankles = [body.body_id(f"talus_{foot[0]}") for foot in FEET]

    def __enter__(self) -> "Sampler":
        self._simulation.watcher = self
        return self

    def __exit__(self, *_: object) -> None:
        self._simulation.watcher = None

    def before_step(self) -> None:
        """Note what the step will move."""
        data, simulation = self._simulation.data, self._simulation
        trunk = rotations.multiply(data.xquat[self._torso], self._upright)
        self._note("time", simulation.time)
        self._note("state", simulation.state())
        self._note("trunk", trunk)
        self._note("centre_of_mass", data.subtree_com[self._root].copy())
        self._note("excitation", data.ctrl.copy())
        self._note("activation", simulation.activation.copy())
        self._note("muscle_length", simulation.muscle_length.copy())
        self._note("muscle_velocity", simulation.muscle_velocity.copy())
        self._note("ankle", data.xpos[self._ankles].copy())

    def after_step(self) -> None:
        """Note the forces that moved the body."""
        simulation = self._simulation
        feet = simulation.solved_ground_reaction()
        self._note("muscle_tension", simulation.muscle_tension)
        self._note("joint_moment", simulation.net_joint_moment())
        self._note("heel_force", np.stack([feet[foot].heel for foot in FEET]))
        self._note("toe_force", np.stack([feet[foot].toes for foot in FEET]))
        pressed = np.stack([feet[foot].centre_of_pressure for foot in FEET])
        self._note("centre_of_pressure", pressed)

    def samples(self) -> Samples:
        """What has been collected.

        Raises:
            ValueError: nothing has.
        """
        if not self._rows:
            raise ValueError("no step was made")
        arrays = {name: np.array(rows) for name, rows in self._rows.items()}
        return Samples(self._simulation.body.name, **arrays)

    def _note(self, name: str, value: np.ndarray | float) -> None:
        self._rows.setdefault(name, []).append(value)


def _upright(body: Body, torso: int) -> np.ndarray:
    """What takes the torso's axes to the pelvis' (x forward, z up) in the neutral pose, (4,)."""
    data = mujoco.MjData(body.model)
    mujoco.mj_kinematics(body.model, data)
    root = data.xquat[body.model.body_rootid[body.body_id("pelvis")]]
    neutral = rotations.multiply(rotations.conjugate(data.xquat[torso]), root)
    return rotations.multiply(neutral, ROOT_TO_BASE)
