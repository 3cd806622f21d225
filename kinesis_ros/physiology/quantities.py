# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What is measured over the gait cycle, of the body and of people, by one name each."""

import dataclasses

from kinesis_ros.core.muscles.gait_muscles import GaitMuscle

POINTS = 101  # of a cycle: one per percent

# Muscles of the usual electromyogram, as surface electrodes see them: what lies under one
# electrode is one muscle. The mean over the first nine is the figure that is compared.
MUSCLES = (
    GaitMuscle("GMAX", "gluteus maximus", ("glmax1", "glmax2", "glmax3")),
    GaitMuscle("GMED", "gluteus medius", ("glmed1", "glmed2", "glmed3")),
    GaitMuscle("RF", "rectus femoris", ("recfem",)),
    GaitMuscle("VL", "vastus lateralis", ("vaslat",)),
    GaitMuscle("BF", "biceps femoris", ("bflh",)),
    GaitMuscle("MH", "medial hamstrings", ("semimem", "semiten")),
    GaitMuscle("TA", "tibialis anterior", ("tibant",)),
    GaitMuscle("GM", "gastrocnemius medialis", ("gasmed",)),
    GaitMuscle("SOL", "soleus", ("soleus",)),
    GaitMuscle("VM", "vastus medialis", ("vasmed",)),
    GaitMuscle("GL", "gastrocnemius lateralis", ("gaslat",)),
    GaitMuscle("TFL", "tensor fasciae latae", ("tfl",)),
    GaitMuscle("PL", "peroneus longus", ("perlong",)),
)
NINE = tuple(muscle.short for muscle in MUSCLES[:9])

ANGLES = (
    "hip_flexion",
    "hip_adduction",
    "knee_angle",
    "ankle_angle",
    "pelvis_tilt",
    "pelvis_list",
    "trunk_tilt",
    "trunk_list",
)
MOMENTS = ("hip_flexion", "hip_adduction", "knee_angle", "ankle_angle")
FORCES = ("up", "fore", "in")


@dataclasses.dataclass(frozen=True)
class Quantity:
    """One curve over the gait cycle.

    Attributes:
        name: e.g. 'moment_knee_angle'.
        title: in words.
        unit: of the values; empty: none, only the shape counts.
    """

    name: str
    title: str
    unit: str


_TITLES = {
    "hip_flexion": "hip flexion",
    "hip_adduction": "hip adduction",
    "knee_angle": "knee flexion",
    "ankle_angle": "ankle dorsiflexion",
    "pelvis_tilt": "pelvis tilt backward",
    "pelvis_list": "pelvis list",
    "trunk_tilt": "trunk tilt backward",
    "trunk_list": "trunk list",
}
_DIRECTIONS = {"up": "force upward", "fore": "force forward", "in": "force inward"}

QUANTITIES = {
    quantity.name: quantity
    for quantity in (
        *(Quantity(f"emg_{m.short}", m.name, "") for m in MUSCLES),
        *(Quantity(f"angle_{name}", _TITLES[name], "deg") for name in ANGLES),
        *(Quantity(f"moment_{name}", f"{_TITLES[name]} moment", "N m/kg") for name in MOMENTS),
        *(Quantity(f"force_{name}", _DIRECTIONS[name], "body weights") for name in FORCES),
        Quantity("cop_fore", "centre of pressure ahead of the ankle", "m"),
    )
}
