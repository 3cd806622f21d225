# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Walk to a place."""

from typing import Any, Unpack

import numpy as np

from kinesis_ros.core.plans import GoTo, Plan
from kinesis_ros.core.rollout import GoalReference
from kinesis_ros.gym.environment import BodyEnv, BodyOptions, Info, refuse_unknown

_NEAR = 0.1  # [m] that the protocol of KINESIS asks for
_SPEED = 1.2  # [m/s] of the reference at most


class TargetEnv(BodyEnv):
    """Walk from standing to a place and stay there: `kinesis_ros/Target-v0`.

    Places are uniform in the square of twice the radius about the start, as in the protocol of
    KINESIS (Simos et al. 2025). The reference is what the shipped goals make of 'go there'.

    reward = exp(-distance) - effort_weight * effort

    with the distance [m] of the pelvis from the place, on the floor. The info holds

    | key | |
    | --- | --- |
    | `target` | (2,) the place in the world, x forward and y to the left of the start [m] |
    | `distance` | of the pelvis from it [m] |
    | `is_success` | whether that is 0.1 m at most, on its feet |

    `reset(options={"target": (2.0, -1.0)})` chooses the place.

    Args:
        radius: of the places [m].
        options: of every environment, see `BodyEnv`.
    """

    def __init__(self, radius: float = 2.0, **options: Unpack[BodyOptions]) -> None:
        if not radius > 0.0:
            raise ValueError(f"radius must be positive, it is {radius}")
        self._goals = GoalReference()
        super().__init__(self._goals, **options)
        self._radius, self._place = radius, np.zeros(2)

    def _choose(self, options: dict[str, Any]) -> None:
        refuse_unknown(options, "target")
        if "target" in options:
            x, y = options["target"]
            self._place = np.array([x, y], dtype=float)
        else:
            self._place = self.np_random.uniform(-self._radius, self._radius, 2)

    def _instruct(self) -> None:
        if self.lockstep.frame == 0:
            x, y = map(float, self._place)
            self._goals.take(Plan("target", (GoTo(x, y, speed=_SPEED),)))

    def _reward(self, action: np.ndarray, target: np.ndarray) -> float:
        return float(np.exp(-self._distance()))

    def _tell(self) -> Info:
        distance = self._distance()
        near = distance <= _NEAR and not self.lockstep.simulation.fallen
        return {"target": self._place.copy(), "distance": distance, "is_success": near}

    def _distance(self) -> float:
        return float(np.hypot(*(self.lockstep.state[:2] - self._place)))
