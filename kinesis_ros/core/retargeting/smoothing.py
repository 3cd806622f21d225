# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Zero-phase low-pass filter and resampling of positions and orientations."""

import numpy as np
from scipy.signal import butter, sosfiltfilt
from scipy.spatial.transform import Rotation, Slerp

from kinesis_ros.core.body.kinematics import continuous

CUTOFF = 6.0  # [Hz], customary in gait analysis (Winter 2009)
_ORDER = 2  # run forwards and backwards: fourth order, no phase


def low_pass(values: np.ndarray, rate: float, cutoff: float = CUTOFF) -> np.ndarray:
    """Filter values (frames, ...) without phase; slow or very short signals pass unchanged."""
    if cutoff >= 0.45 * rate or len(values) < 4:
        return values.copy()
    sections = butter(_ORDER, cutoff / (0.5 * rate), output="sos")
    pad = min(len(values) - 1, round(2.0 * rate / cutoff))
    return sosfiltfilt(sections, values, axis=0, padlen=pad)


def low_pass_rotation(matrices: np.ndarray, rate: float, cutoff: float = CUTOFF) -> np.ndarray:
    """Filter orientations (frames, 3, 3) by their quaternions."""
    quaternion = continuous(Rotation.from_matrix(matrices).as_quat())
    return Rotation.from_quat(low_pass(quaternion, rate, cutoff)).as_matrix()


def new_times(frames: int, rate: float, new_rate: float) -> np.ndarray:
    """Times [s] of the frames at `new_rate` that lie within the motion."""
    duration = (frames - 1) / rate
    return np.arange(int(duration * new_rate + 1e-3) + 1) / new_rate


def resample(values: np.ndarray, rate: float, times: np.ndarray) -> np.ndarray:
    """Values (frames, n) at `times`, linear between frames."""
    old = np.arange(len(values)) / rate
    return np.stack([np.interp(times, old, column) for column in values.T], axis=1)


def resample_rotation(matrices: np.ndarray, rate: float, times: np.ndarray) -> np.ndarray:
    """Orientations (frames, 3, 3) at `times`, by spherical interpolation."""
    old = np.arange(len(matrices)) / rate
    return Slerp(old, Rotation.from_matrix(matrices))(np.minimum(times, old[-1])).as_matrix()
