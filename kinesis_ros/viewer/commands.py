# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What the page may ask of whoever it is a window on."""

import dataclasses
from typing import Protocol


@dataclasses.dataclass(frozen=True)
class Setup:
    """A body and how it is controlled.

    Attributes:
        body: e.g. 'legs80'.
        control: 'coordinated' or 'direct'.
    """

    body: str
    control: str


class Commands(Protocol):
    """Receives what people do on the page; called from the page's threads."""

    def say(self, text: str) -> None:
        """Pass on a command in English."""
        ...

    def walk_to(self, x: float, y: float, heading: float) -> None:
        """Walk to a point of the floor [m] and stop there, facing `heading` [rad]."""
        ...

    def drive(self, speed: float, turn_rate: float) -> None:
        """Walk at a velocity [m/s], [rad/s] until another one comes, or none for a while."""
        ...

    def kick(self, x: float, y: float) -> None:
        """Kick the ball towards a point of the floor [m]."""
        ...

    def push(self, forward: float, left: float) -> None:
        """Push the pelvis for a moment, seen from the body [N]."""
        ...

    def pause(self, paused: bool) -> None:
        """Stop or go on with the simulation."""
        ...

    def reset(self) -> None:
        """Put the body back on its feet at the origin."""
        ...

    def restart(self, setup: Setup) -> None:
        """Start again with another body or control."""
        ...
