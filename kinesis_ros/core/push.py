# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Pushes on the pelvis, each for a moment."""

import numpy as np

from kinesis_ros.core.body import CONTROL_RATE
from kinesis_ros.core.simulation import Simulation

DURATION = 0.1  # [s]
MAX_FORCE = 2000.0  # [N] a tackle; what exceeds it is a mistake
MAX_TORQUE = 500.0  # [N m]

_STEPS = round(DURATION * CONTROL_RATE)


class PushError(ValueError):
    """A push that is not taken; the message says why."""


class Pusher:
    """Lets a wrench act on the pelvis for `DURATION`; a new one replaces the old one.

    Args:
        simulation: whose body is pushed.
    """

    def __init__(self, simulation: Simulation) -> None:
        self._data = simulation.data
        self._pelvis = simulation.body.model.body("pelvis").id
        self._left = 0  # control steps

    def push(self, force: np.ndarray, torque: np.ndarray) -> None:
        """Begin a push at the next control step.

        Args:
            force: (3,) at the pelvis's centre of mass, world axes [N].
            torque: (3,) world axes [N m].

        Raises:
            PushError: not finite, or beyond `MAX_FORCE` or `MAX_TORQUE`.
        """
        for what, values, limit, unit in (
            ("force", force, MAX_FORCE, "N"),
            ("torque", torque, MAX_TORQUE, "N m"),
        ):
            size = float(np.linalg.norm(values))
            if not size <= limit:
                raise PushError(f"{what} of a push is {size:g} {unit}; at most {limit:g} {unit}")
        self._data.xfrc_applied[self._pelvis] = (*force, *torque)
        self._left = _STEPS

    def advance(self) -> None:
        """Count a control step that is about to begin; a push that is over ends here."""
        if self._left == 0:
            self._data.xfrc_applied[self._pelvis] = 0.0
        self._left = max(0, self._left - 1)

    def stop(self) -> None:
        """End a push at once."""
        self._left = 0
