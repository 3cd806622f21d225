# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What a body did between the control steps, too: muscles, moments and forces over time."""

import dataclasses

import numpy as np


@dataclasses.dataclass(frozen=True)
class Samples:
    """Rows at `time`; all of a row belongs to the same instant.

    Attributes:
        body: name of the body.
        time: (rows,) [s], evenly spaced; of a simulation at the physics' rate.
        state: (rows, STATE_SIZE) kinematic states, joint velocities among them.
        trunk: (rows, 4) orientation of the torso in the world; as the pelvis' when upright.
        centre_of_mass: (rows, 3) of the whole body [m].
        ankle: (rows, 2, 3) talus of the `SIDE_NAMES` in the world [m].
        activation: (rows, num_muscles) 0..1.
        muscle_length: (rows, num_muscles) musculotendon lengths [m].
        muscle_velocity: (rows, num_muscles) lengthening speeds [m/s].
        muscle_tension: (rows, num_muscles) tendon tensions [N].
        joint_moment: (rows, num_joints) net moments about `Body.joints` [N m]; of a simulation
            all that acts across them, see `Simulation.solved_joint_moment`.
        ground_force: (rows, 2, 3) of the floor on the `SIDE_NAMES`, world axes [N].
        centre_of_pressure: (rows, 2, 2) x, y on the floor [m]; NaN: the foot carries nothing.
        excitation: (rows, num_muscles) 0..1; None: it was not recorded.
        heel_force: (rows, 2, 3) the part of `ground_force` on the heels [N]; None: likewise.
    """

    body: str
    time: np.ndarray
    state: np.ndarray
    trunk: np.ndarray
    centre_of_mass: np.ndarray
    ankle: np.ndarray
    activation: np.ndarray
    muscle_length: np.ndarray
    muscle_velocity: np.ndarray
    muscle_tension: np.ndarray
    joint_moment: np.ndarray
    ground_force: np.ndarray
    centre_of_pressure: np.ndarray
    excitation: np.ndarray | None = None
    heel_force: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.time)

    @property
    def toe_force(self) -> np.ndarray | None:
        """(rows, 2, 3) the part of `ground_force` on ball and toes [N]."""
        return None if self.heel_force is None else self.ground_force - self.heel_force

    def until(self, time: float) -> "Samples":
        """The rows up to `time` [s]."""
        rows = int(np.searchsorted(self.time, time, side="right"))
        arrays = {
            field.name: value[:rows]
            for field in dataclasses.fields(self)
            if isinstance(value := getattr(self, field.name), np.ndarray)
        }
        return dataclasses.replace(self, **arrays)
