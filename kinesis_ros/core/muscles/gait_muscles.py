# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The nine muscles per leg that electromyography of walking usually shows."""

import dataclasses
from collections.abc import Sequence


@dataclasses.dataclass(frozen=True)
class GaitMuscle:
    """A muscle, made of one or more of the model's.

    Attributes:
        short: label, e.g. 'TA'.
        name: e.g. 'tibialis anterior'.
        parts: names in the model, without the side; their mean is shown.
    """

    short: str
    name: str
    parts: tuple[str, ...]

    def columns(self, muscles: Sequence[str], side: str) -> list[int]:
        """Positions of the parts of the side ('r' or 'l') that are among `muscles`."""
        names = [f"{part}_{side}" for part in self.parts]
        return [muscles.index(name) for name in names if name in muscles]


GAIT_MUSCLES = (
    GaitMuscle("GMAX", "gluteus maximus", ("glmax1", "glmax2", "glmax3")),
    GaitMuscle("GMED", "gluteus medius", ("glmed1", "glmed2", "glmed3")),
    GaitMuscle("RF", "rectus femoris", ("recfem",)),
    GaitMuscle("VL", "vastus lateralis", ("vaslat",)),
    GaitMuscle("BF", "biceps femoris", ("bflh",)),
    GaitMuscle("ST", "semitendinosus", ("semiten",)),
    GaitMuscle("TA", "tibialis anterior", ("tibant",)),
    GaitMuscle("GM", "gastrocnemius medialis", ("gasmed",)),
    GaitMuscle("SOL", "soleus", ("soleus",)),
)
