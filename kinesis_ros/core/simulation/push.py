# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Pushes on the body, each for a moment: from the page, on a topic, or in a benchmark."""

import dataclasses
import math

from kinesis_ros.core.body import CONTROL_RATE
from kinesis_ros.core.simulation.simulation import Simulation

MAX_FORCE = 2000.0  # [N] a tackle; what exceeds it is a mistake
MAX_TORQUE = 500.0  # [N m]

Vector = tuple[float, float, float]


class PushError(ValueError):
    """A push that is not taken; the message says why."""


@dataclasses.dataclass(frozen=True)
class Push:
    """A wrench on one body part for a while.

    Example:
        >>> from kinesis_ros import GoalReference, Push, Rollout
        >>> rollout = Rollout.load(GoalReference())  # it stands
        >>> rollout.pusher.push(Push((80.0, 0.0, 0.0), duration=0.1, part="pelvis"), delay=1.0)
        >>> rollout.run(3.0).fell_at is None
        True
        >>> Push((9000.0, 0.0, 0.0))
        Traceback (most recent call last):
        kinesis_ros.core.simulation.push.PushError: force of a push is 9000 N; at most 2000 N

    Attributes:
        force: (3,) at the part's centre of mass, world axes [N].
        torque: (3,) world axes [N m].
        duration: [s]; it is rounded to control steps, to one at least.
        part: name of the MuJoCo body that is pushed.

    Raises:
        PushError: force or torque is not finite, or beyond `MAX_FORCE` or `MAX_TORQUE`.
    """

    force: Vector
    torque: Vector = (0.0, 0.0, 0.0)
    duration: float = 0.1
    part: str = "pelvis"

    def __post_init__(self) -> None:
        for what, values, limit, unit in (
            ("force", self.force, MAX_FORCE, "N"),
            ("torque", self.torque, MAX_TORQUE, "N m"),
        ):
            size = math.hypot(*values)
            if not size <= limit:
                raise PushError(f"{what} of a push is {size:g} {unit}; at most {limit:g} {unit}")

    @property
    def steps(self) -> int:
        """Control steps that it lasts."""
        return max(1, round(self.duration * CONTROL_RATE))


class Pusher:
    """Lets pushes act; on the same part, the one that began last replaces the others.

    Args:
        simulation: whose body is pushed.
    """

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation
        self._step = 0  # control steps so far
        self._pushes: dict[tuple[int, int], Push] = {}  # by first step and part

    def push(self, push: Push, delay: float = 0.0) -> None:
        """Begin a push at the next control step, or after a delay.

        Args:
            push: what acts.
            delay: [s] from the next control step on, rounded to control steps.

        Raises:
            UnknownNameError: the model does not have this part.
        """
        part = self._simulation.body.body_id(push.part)
        self._pushes[self._step + round(delay * CONTROL_RATE), part] = push

    def advance(self) -> None:
        """Apply what acts during the control step that is about to begin."""
        wrenches = self._simulation.data.xfrc_applied
        wrenches[:] = 0.0
        for first, part in sorted(self._pushes):
            push = self._pushes[first, part]
            if self._step >= first + push.steps:
                del self._pushes[first, part]
            elif self._step >= first:
                wrenches[part] = (*push.force, *push.torque)
        self._step += 1

    def stop(self) -> None:
        """Forget all pushes; what acts ends with the next control step."""
        self._pushes.clear()
