# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""How often to draw: as often as is smooth, but never for more than a share of one core."""


class Pacer:
    """Spaces frames so that the process stays within its budget.

    Args:
        rate: frames per second when there is time [Hz].
        budget: share of one core that the process may use.
    """

    _LOWEST = 5.0  # [Hz] below this nobody sees a motion
    _MEASURE = 1.0  # [s] between two looks at the processor time

    def __init__(self, rate: float = 30.0, budget: float = 0.22) -> None:
        if not budget > 0.0:
            raise ValueError(f"budget must be positive, it is {budget}")
        if not rate >= self._LOWEST:
            raise ValueError(f"rate must be at least {self._LOWEST:g} Hz, it is {rate}")
        self._highest, self._budget = rate, budget
        self._rate = rate
        self._next = 0.0
        self._looked: tuple[float, float] | None = None

    @property
    def rate(self) -> float:
        """Frames per second at present [Hz]."""
        return self._rate

    def due(self, now: float, processor: float) -> bool:
        """Whether to draw a frame now.

        Args:
            now: time [s].
            processor: processor time that the process has used up to now [s].
        """
        self._adapt(now, processor)
        if now < self._next:
            return False
        # States come in a rhythm of their own: half a period early is in time.
        self._next = max(self._next + 1.0 / self._rate, now + 0.5 / self._rate)
        return True

    def _adapt(self, now: float, processor: float) -> None:
        if self._looked is None:
            self._looked = (now, processor)
            return
        elapsed = now - self._looked[0]
        if elapsed < self._MEASURE:
            return
        share = (processor - self._looked[1]) / elapsed
        self._looked = (now, processor)
        if elapsed > 3.0 * self._MEASURE:  # nobody watched in between
            return
        wanted = self._rate * min(1.25, self._budget / max(share, 1e-6))
        self._rate = min(max(wanted, self._LOWEST), self._highest)
