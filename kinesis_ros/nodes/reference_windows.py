# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Which reference belongs to which state.

goal_node answers the state of control step k with frames from step k on. The policy tracks the
answer to the state before, one frame in: it is there already, so that the way from state to
command does not lead through goal_node. Only a body that has just been put somewhere waits for
the answer to its own state, because older references lead elsewhere. In lockstep nothing else will
do, so that runs repeat exactly, whoever is quicker; in real time a body goes on with the reference
that there is.
"""

import numpy as np

_KEPT = 3
_STALE = 5  # control steps after which a reference that nobody renews is not followed


class ReferenceWindows:
    """The newest references by the control step whose state they answer.

    Args:
        realtime: an older or a newer reference will do where the right one is late.
    """

    def __init__(self, *, realtime: bool = True) -> None:
        self._realtime = realtime
        self._windows: dict[int, np.ndarray] = {}
        self._late = False

    def add(self, tick: int, window: np.ndarray) -> None:
        """Keep the reference (frames, STATE_SIZE) that begins at control step `tick`."""
        self._windows.pop(tick, None)  # so that the newest answer is also the last one
        self._windows[tick] = window
        while len(self._windows) > _KEPT:
            del self._windows[next(iter(self._windows))]

    def allow_stale(self) -> None:
        """Let the next state be followed by an older reference: its own is late."""
        self._late = True

    def find(self, tick: int, *, just_placed: bool) -> tuple[np.ndarray, int] | None:
        """Find the reference for the state of control step `tick` and the index of its frame.

        Args:
            tick: control step.
            just_placed: the body is at rest because it has been put there.
        """
        if just_placed:
            return (self._windows[tick], 0) if tick in self._windows else None
        for age in (1, 0) if self._realtime else (1,):
            if tick - age in self._windows:
                self._late = False
                return self._windows[tick - age], age
        newest = max((t for t in self._windows if t < tick), default=None)
        if not (self._realtime and self._late) or newest is None or tick - newest > _STALE:
            return None
        return self._windows[newest], tick - newest
