# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""A tiny corpus that needs no motion capture: the body stands and sways."""

import numpy as np
import pytest

from kinesis_ros.core.body import CONTROL_RATE, SIDES, Kinematics, states_from_motion
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.motion import Clip

torch = pytest.importorskip("torch", reason="training needs torch: pip install '.[training]'")


def swaying(name: str, seconds: float = 2.0, amplitude: float = 0.05) -> Clip:
    """Standing with the knees bending and stretching once per second."""
    time = np.arange(round(seconds * CONTROL_RATE)) / CONTROL_RATE
    bend = amplitude * (1.0 - np.cos(2.0 * np.pi * time))
    joints = np.zeros((len(time), ks.NUM_JOINTS))
    for side in SIDES:
        for kind, factor in (("hip_flexion", 1.0), ("knee_angle", 2.0), ("ankle_angle", 1.0)):
            joints[:, ks.LEG_JOINTS.index(f"{kind}_{side}")] = factor * bend
    position = np.tile([0.0, 0.0, 0.93], (len(time), 1))
    position[:, 2] -= 0.8 * (1.0 - np.cos(bend))
    upright = np.tile([1.0, 0.0, 0.0, 0.0], (len(time), 1))
    kinematics = Kinematics()
    return Clip(
        name, "stand", states_from_motion(kinematics, position, upright, joints, CONTROL_RATE)
    )


@pytest.fixture(scope="session")
def clips() -> list[Clip]:
    return [swaying("sway"), swaying("deep_sway", amplitude=0.1)]
