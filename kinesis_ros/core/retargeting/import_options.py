# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What the user can say about motion files."""

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from kinesis_ros.core.retargeting.errors import MotionError
from kinesis_ros.core.retargeting.world import METRES, UP_AXES
from kinesis_ros.options import Choices, check

AUTO = "auto"  # treadmill: find its speed
_FASTEST_BELT = 12.0  # [m/s]


@dataclasses.dataclass(frozen=True)
class ImportOptions:
    """What a file does not tell about itself; None: find it.

    Attributes:
        mapping: our joint names to the skeleton's, see `joint_names`.
        up: up axis; default: detected.
        units: unit of lengths; default: detected.
        rate: frames per second of files that do not state it, or state it wrongly [Hz].
        treadmill: speed [m/s] of the belt under the person, forwards is positive, or 'auto': as
            fast as the standing feet go back, where they do; the person walks on over the floor.
        skeleton: skeleton (.asf) of .amc files; default: the one beside them.
        label: kind of motion of all files; default: guessed.
        licence: licence of the files, kept in the clips.
    """

    mapping: Mapping[str, str] | None = None
    up: Annotated[str | None, Choices(tuple(UP_AXES))] = None
    units: Annotated[str | None, Choices(tuple(METRES))] = None
    rate: float | None = None
    treadmill: str | None = None
    skeleton: Path | None = None
    label: str | None = None
    licence: str = ""

    def __post_init__(self) -> None:
        check(self, MotionError)
        if self.rate is not None and not self.rate > 0.0:
            raise MotionError(f"rate {self.rate} Hz is not positive")
        if self.treadmill not in (None, AUTO):
            _ = self.belt_speed

    @property
    def belt_speed(self) -> float | None:
        """Speed of the treadmill [m/s]; None: not said.

        Raises:
            MotionError: it is no speed.
        """
        if self.treadmill in (None, AUTO):
            return None
        try:
            speed = float(self.treadmill)
        except ValueError:
            speed = float("nan")
        if not abs(speed) <= _FASTEST_BELT:
            raise MotionError(
                f"treadmill '{self.treadmill}' is neither '{AUTO}' nor a speed of up to "
                f"{_FASTEST_BELT:g} m/s"
            )
        return speed
