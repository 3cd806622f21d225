# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Driving with keys: a key that is held repeats itself, and one that is not is forgotten."""

import dataclasses
import threading

HOLD = 0.35  # [s] a key counts as held after its last sign; the page repeats every 0.12 s

_BEND_SHARE = 0.6  # of the speed, when only a turning key is held: a body turns as it walks
_BACK_SHARE = 0.4  # of the speed, when walking backward


@dataclasses.dataclass(frozen=True)
class DriveConfig:
    """What the keys mean.

    Attributes:
        speed: of walking forward [m/s].
        turn_rate: of turning [rad/s].
    """

    speed: float = 1.1
    turn_rate: float = 0.7

    def __post_init__(self) -> None:
        for field in ("speed", "turn_rate"):
            if not 0.0 < getattr(self, field) < float("inf"):
                raise ValueError(f"{field} must be positive, it is {getattr(self, field)}")


class Drive:
    """Turns signs of held keys into a velocity.

    Args:
        config: speeds.
    """

    KEYS = ("forward", "back", "left", "right")

    def __init__(self, config: DriveConfig | None = None) -> None:
        self.config = config or DriveConfig()
        self._seen: dict[str, float] = {}
        self._driving = False
        self._lock = threading.Lock()

    def press(self, key: str, now: float) -> None:
        """Note that `key` is held at the time `now` [s].

        Raises:
            ValueError: there is no such key.
        """
        if key not in self.KEYS:
            raise ValueError(f"key '{key}' does not drive; choose {', '.join(self.KEYS)}")
        with self._lock:
            self._seen[key] = now

    def velocity(self, now: float) -> tuple[float, float] | None:
        """Speed [m/s] and turn rate [rad/s] at the time `now` [s].

        None: nobody drives. When the last key is let go, one zero velocity comes before that.
        """
        with self._lock:
            held = {key for key, seen in self._seen.items() if now - seen <= HOLD}
            was_driving, self._driving = self._driving, bool(held)
        if not held:
            return (0.0, 0.0) if was_driving else None
        turn = self.config.turn_rate * (("left" in held) - ("right" in held))
        if "back" in held:
            share = 0.0 if "forward" in held else -_BACK_SHARE
        else:
            share = 1.0 if "forward" in held else _BEND_SHARE
        return share * self.config.speed, turn
