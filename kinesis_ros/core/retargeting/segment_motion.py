# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""A motion of the lower body by its anatomical segments, whatever skeleton it came from."""

import dataclasses

import numpy as np


@dataclasses.dataclass(frozen=True)
class SegmentMotion:
    """Orientations of pelvis, thighs, shanks and feet in a world with z up.

    The columns of an orientation are forward, left and up of that segment when a person
    stands upright; legs come in the order right, left.

    Attributes:
        rate: frames per second [Hz].
        hip_centre: (frames, 3) midpoint of the hip joints, in the source's unit.
        ankle: (2, frames, 3) in the source's unit.
        pelvis: (frames, 3, 3).
        thigh: (2, frames, 3, 3); up runs from knee to hip.
        shank: (2, frames, 3, 3); up runs from ankle to knee.
        foot: (2, frames, 3, 3); level when the foot stands on the floor.
        leg_length: thigh and shank, mean of both legs, in the source's unit.
        lean: (frames,) how far the trunk leans forward [rad].
        sized: the leg length is in proportion to the root's path.
        flags: what is doubtful about the source.
    """

    rate: float
    hip_centre: np.ndarray
    ankle: np.ndarray
    pelvis: np.ndarray
    thigh: np.ndarray
    shank: np.ndarray
    foot: np.ndarray
    leg_length: float
    lean: np.ndarray
    sized: bool = True
    flags: tuple[str, ...] = ()
