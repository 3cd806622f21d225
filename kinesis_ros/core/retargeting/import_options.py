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


@dataclasses.dataclass(frozen=True)
class ImportOptions:
    """What a file does not tell about itself; None: find it.

    Attributes:
        mapping: our joint names to the skeleton's, see `joint_names`.
        up: up axis; default: detected.
        units: unit of lengths; default: detected.
        rate: frames per second of files that do not state it [Hz].
        skeleton: skeleton (.asf) of .amc files; default: the one beside them.
        label: kind of motion of all files; default: guessed.
        licence: licence of the files, kept in the clips.
    """

    mapping: Mapping[str, str] | None = None
    up: Annotated[str | None, Choices(tuple(UP_AXES))] = None
    units: Annotated[str | None, Choices(tuple(METRES))] = None
    rate: float | None = None
    skeleton: Path | None = None
    label: str | None = None
    licence: str = ""

    def __post_init__(self) -> None:
        check(self, MotionError)
        if self.rate is not None and not self.rate > 0.0:
            raise MotionError(f"rate {self.rate} Hz is not positive")
