# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Forces between the feet and the floor."""

import dataclasses

import mujoco
import numpy as np

from kinesis_ros.core.body import SIDE_NAMES, SIDES

_FOOT_BODIES = ("talus", "calcn", "toes")


@dataclasses.dataclass(frozen=True)
class FootReaction:
    """What the floor does to one foot, world axes.

    Attributes:
        heel: (3,) force on what is behind the middle of the calcaneus [N].
        toes: (3,) force on what is before it: the ball of the foot and the toes [N].
        torque: (3,) of both about `sole` [N m].
        sole: (3,) point on the floor under the ankle [m].
    """

    heel: np.ndarray
    toes: np.ndarray
    torque: np.ndarray
    sole: np.ndarray

    @property
    def force(self) -> np.ndarray:
        """(3,) on the whole foot [N]."""
        return self.heel + self.toes

    @property
    def centre_of_pressure(self) -> np.ndarray:
        """(2,) x, y of the floor where the vertical forces balance [m]; NaN: nothing carries."""
        up = self.force[2]
        if up <= 0.0:
            return np.full(2, np.nan)
        return self.sole[:2] + np.array([-self.torque[1], self.torque[0]]) / up


class GroundReaction:
    """Reads the floor contacts of one simulated body.

    Args:
        model: with a plane named 'floor'.
        data: its data; `read` uses the contacts of the last step.
    """

    def __init__(self, model: mujoco.MjModel, data: mujoco.MjData) -> None:
        self._model, self._data = model, data
        self._floor = model.geom("floor").id
        self._ankles = [model.body(f"talus_{suffix}").id for suffix in SIDES]
        self._foot_of_geom = np.full(model.ngeom, -1)
        for foot, suffix in enumerate(SIDES):
            bodies = [model.body(f"{name}_{suffix}").id for name in _FOOT_BODIES]
            self._foot_of_geom[np.isin(model.geom_bodyid, bodies)] = foot
        self._calcanei = [model.body(f"calcn_{suffix}").id for suffix in SIDES]
        self._middles = [_middle(model, calcaneus) for calcaneus in self._calcanei]

    def read(self) -> dict[str, FootReaction]:
        """Sum the contact forces of each foot: {'right': ..., 'left': ...}."""
        soles = self._data.xpos[self._ankles] * np.array([1.0, 1.0, 0.0])
        force, torque = np.zeros((2, 2, 3)), np.zeros((2, 3))  # feet, heel and toes
        contact, wrench = self._data.contact, np.zeros(6)
        for i, (first, second) in enumerate(contact.geom):
            if self._floor not in (first, second):
                continue
            foot = self._foot_of_geom[second if first == self._floor else first]
            if foot < 0:
                continue
            mujoco.mj_contactForce(self._model, self._data, i, wrench)
            # Rows of the frame are the contact's axes; its x points from the first geom to the
            # second and the wrench acts on the second.
            axes = contact.frame[i].reshape(3, 3)
            sign = 1.0 if first == self._floor else -1.0
            push = sign * (wrench[:3] @ axes)
            force[foot, self._part(int(foot), contact.pos[i])] += push
            torque[foot] += sign * (wrench[3:] @ axes)
            torque[foot] += np.cross(contact.pos[i] - soles[foot], push)
        return {
            name: FootReaction(force[foot, 0], force[foot, 1], torque[foot], soles[foot])
            for foot, name in enumerate(SIDE_NAMES)
        }

    def _part(self, foot: int, point: np.ndarray) -> int:
        """0: a point (3,) in the world is at the heel of the foot, 1: at its toes."""
        calcaneus = self._calcanei[foot]
        forward = self._data.xmat[calcaneus].reshape(3, 3)[:, 0]
        return int(forward @ (point - self._data.xpos[calcaneus]) > self._middles[foot])

    def clearance(self) -> float:
        """Smallest distance [m] of a colliding geom from the floor; negative: penetration."""
        points = np.zeros(6)
        reach = 10.0  # [m]
        root = self._model.body_rootid
        body = root[self._model.body("pelvis").id]
        return min(
            mujoco.mj_geomDistance(self._model, self._data, self._floor, geom, reach, points)
            for geom in range(self._model.ngeom)
            if self._model.geom_contype[geom] and root[self._model.geom_bodyid[geom]] == body
        )


def _middle(model: mujoco.MjModel, calcaneus: int) -> float:
    """Where the middle of what touches the floor is along a calcaneus [m]."""
    geoms = (model.geom_bodyid == calcaneus) & (model.geom_contype > 0)
    return float(model.geom_pos[geoms, 0].mean())
