# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Where a foot has to be so that it meets the ball squarely."""

import mujoco
import numpy as np

from kinesis_ros.core.body import Body, Kinematics, load_body
from urdf_mjcf.penalty import BALL, BALL_RADIUS
from urdf_mjcf.registry import DEFAULT_BODY

_FOOT_BODIES = ("calcn", "toes")
_FAR = 1.0  # [m]
_HALVINGS = 20
_ASIDE = np.linspace(-0.12, 0.12, 97)  # [m] of the ball's middle from the calcaneus


class BallContact:
    """Finds where the ball touches the right foot.

    Args:
        body: in a scene with a ball; default: legs80 with a ball.
    """

    def __init__(self, body: Body | None = None) -> None:
        self._kinematics = Kinematics(body or load_body(DEFAULT_BODY, "penalty"))
        self._model = self._kinematics.body.model
        self._ball = self._model.geom(BALL).id

    def place(self, state: np.ndarray, angle: float) -> np.ndarray:
        """Where the right foot, coming along the world's x axis, pushes the ball at an angle.

        Args:
            state: (STATE_SIZE,) with the foot as it meets the ball.
            angle: of the push, to the left [rad].

        Returns:
            (2,) middle of the ball on the floor, from the calcaneus [m].
        """
        data = self._kinematics.place(state)
        foot = data.body("calcn_r").xpos.copy()
        bodies = [self._model.body(f"{name}_r").id for name in _FOOT_BODIES]
        geoms = [
            g
            for g in range(self._model.ngeom)
            if self._model.geom_contype[g] and self._model.geom_bodyid[g] in bodies
        ]
        tries = [self._touching(data, geoms, foot, aside) for aside in _ASIDE]
        off = [abs(np.arctan2(push[1], push[0]) - angle) for _, push in tries]
        place, _ = tries[int(np.argmin(off))]
        return place[:2] - foot[:2]

    def _touching(
        self, data: mujoco.MjData, geoms: list[int], foot: np.ndarray, aside: float
    ) -> tuple[np.ndarray, np.ndarray]:
        """Where a ball on the floor, so far aside, touches the foot from the front."""
        near, far = foot[0], foot[0] + _FAR
        place = np.array([far, foot[1] + aside, BALL_RADIUS])
        direction = np.array([1.0, 0.0, 0.0])
        for _ in range(_HALVINGS):
            place[0] = 0.5 * (near + far)
            data.geom_xpos[self._ball] = place
            distance, direction = self._nearest(data, geoms)
            near, far = (place[0], far) if distance < 0.0 else (near, place[0])
        return place, direction

    def _nearest(self, data: mujoco.MjData, geoms: list[int]) -> tuple[float, np.ndarray]:
        """Distance [m] of the ball from the foot, and the direction (3,) from the foot to it."""
        best, direction = np.inf, np.zeros(3)
        points = np.zeros(6)
        for geom in geoms:
            distance = mujoco.mj_geomDistance(self._model, data, geom, self._ball, _FAR, points)
            if distance < best:
                best = distance
                direction = data.geom_xpos[self._ball] - points[:3]
        return best, direction / max(float(np.linalg.norm(direction)), 1e-9)
