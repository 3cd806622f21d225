# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What the user can say about motion files."""

import dataclasses
from collections.abc import Mapping
from pathlib import Path

from kinesis_ros.core.retargeting.errors import MotionError
from kinesis_ros.core.retargeting.world import METRES, UP_AXES


@dataclasses.dataclass(frozen=True)
class ImportOptions:
    """What a file does not tell about itself; None: find it.

    Attributes:
        mapping: our joint names to the skeleton's, see `joint_names`.
        up: up axis of the file's world, one of `UP_AXES`.
        units: of the file's lengths, one of `METRES`.
        rate: frames per second of files without [Hz].
        skeleton: file with the skeleton of motions that come without one.
        label: kind of motion.
        licence: of the files.
    """

    mapping: Mapping[str, str] | None = None
    up: str | None = None
    units: str | None = None
    rate: float | None = None
    skeleton: Path | None = None
    label: str | None = None
    licence: str = ""

    def __post_init__(self) -> None:
        if self.up is not None and self.up not in UP_AXES:
            raise MotionError(f"up axis '{self.up}' is not one of {', '.join(UP_AXES)}")
        if self.units is not None and self.units not in METRES:
            raise MotionError(f"unit '{self.units}' is not one of {', '.join(METRES)}")
        if self.rate is not None and not self.rate > 0.0:
            raise MotionError(f"rate {self.rate} Hz is not positive")
