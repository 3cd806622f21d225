# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Pictures of an environment's body, drawn off screen."""

import dataclasses

import numpy as np

from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.maths import rotations
from kinesis_ros.core.simulation import Simulation
from kinesis_ros.pictures.stage import VIEWS, Stage

_LOOK_AT = 0.87  # [m] above the floor: the middle of a standing body


class Camera:
    """Follows the body at a constant distance; `close` it in the end.

    Args:
        simulation: of the body.
        width: of the pictures [pixels].
        height: of the pictures [pixels].

    Raises:
        GraphicsError: there is no way to draw here.
    """

    def __init__(self, simulation: Simulation, width: int, height: int) -> None:
        self._simulation = simulation
        self._stage = Stage(simulation.body.name, "none", width, height)
        self.turn()

    def turn(self) -> None:
        """See the body from behind and aside as it stands now; it may turn from there on."""
        heading = np.degrees(rotations.heading(self._simulation.state()[ks.QUATERNION]))
        view = VIEWS["oblique"]
        self._view = dataclasses.replace(view, azimuth=view.azimuth + float(heading))

    def picture(self) -> np.ndarray:
        """What is seen now, (height, width, 3) uint8."""
        simulation = self._simulation
        place = np.array([*simulation.body_qpos[:2], _LOOK_AT])
        return self._stage.draw(simulation.body_qpos, simulation.activation, place, self._view)

    def close(self) -> None:
        """Give the graphics back."""
        self._stage.close()
