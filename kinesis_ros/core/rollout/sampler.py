# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Takes samples of a simulation at every physics step."""

import mujoco
import numpy as np

from kinesis_ros.core.body import ROOT_TO_BASE, SIDE_NAMES, Body
from kinesis_ros.core.maths import rotations
from kinesis_ros.core.rollout.samples import Samples
from kinesis_ros.core.simulation import Simulation


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
        self._upright = upright_torso(body)
        self._ankles = [body.body_id(f"talus_{foot[0]}") for foot in SIDE_NAMES]

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
        self._note("joint_moment", simulation.solved_joint_moment())
        self._note("ground_force", np.stack([feet[foot].force for foot in SIDE_NAMES]))
        self._note("heel_force", np.stack([feet[foot].heel for foot in SIDE_NAMES]))
        pressed = np.stack([feet[foot].centre_of_pressure for foot in SIDE_NAMES])
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


def upright_torso(body: Body) -> np.ndarray:
    """What takes the torso's axes to the pelvis' (x forward, z up) in the neutral pose, (4,)."""
    data, torso = mujoco.MjData(body.model), body.body_id("torso")
    mujoco.mj_kinematics(body.model, data)
    root = data.xquat[body.model.body_rootid[body.body_id("pelvis")]]
    neutral = rotations.multiply(rotations.conjugate(data.xquat[torso]), root)
    return rotations.multiply(neutral, ROOT_TO_BASE)
