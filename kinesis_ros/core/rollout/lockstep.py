# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The body and its reference in lockstep; what the muscles do is decided outside."""

import numpy as np

from kinesis_ros.core.body import CONTROL_RATE
from kinesis_ros.core.policy import PolicyOutput
from kinesis_ros.core.rollout.references import Reference
from kinesis_ros.core.simulation import Pusher, Simulation


class Lockstep:
    """Runs a body beside its reference: `look`, decide, `advance`, once each a control step.

    Attributes:
        reference: what to follow.
        pusher: of the body; a reset ends its pushes.
        state: (STATE_SIZE,) of the body.
        frame: control steps since the start.
        fell_at: time of the first fall [s]; None: it has not fallen.

    Args:
        simulation: of the body.
        reference: what to follow.
    """

    def __init__(self, simulation: Simulation, reference: Reference) -> None:
        self.simulation, self.reference = simulation, reference
        self.pusher = Pusher(simulation)
        self.reset()

    @property
    def time(self) -> float:
        """Since the start [s]."""
        return self.frame / CONTROL_RATE

    def reset(self, state: np.ndarray | None = None) -> None:
        """Put the body into `state` (STATE_SIZE,), by default where the reference starts."""
        self.simulation.reset(self.reference.start if state is None else state)
        self.state = self.simulation.state()
        self._show_ball()
        self.reference.begin(self.state)
        self.pusher.stop()
        self.frame = 0
        self.fell_at: float | None = None

    def look(self) -> tuple[np.ndarray, int]:
        """What is to be followed now; only once a control step, for the reference goes on.

        Returns:
            Frames (frames, STATE_SIZE), and the index of the one that is due now.
        """
        self._show_ball()
        return self.reference.window(self.frame, self.state)

    def advance(self, output: PolicyOutput) -> None:
        """Let one control step pass as was decided."""
        self.pusher.advance()
        self.simulation.apply(output)
        self.frame += 1
        self.state = self.simulation.state()
        if self.simulation.fallen and self.fell_at is None:
            self.fell_at = self.time
            self.reference.fall()

    def _show_ball(self) -> None:
        if self.simulation.ball is not None:
            self.reference.see_ball(self.simulation.ball.state.position[:2])


def due(frames: np.ndarray, now: int) -> np.ndarray:
    """The frame (STATE_SIZE,) where the body should be after the next control step.

    Args:
        frames: (frames, STATE_SIZE); past their end the last one counts.
        now: index of the frame that is due now.
    """
    return frames[min(now + 1, len(frames) - 1)]
