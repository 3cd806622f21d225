# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Motions on disk and on the wire: clips, their npz files, and motions that somebody sends."""

from kinesis_ros.core.motion.clip import Clip, ClipError, SeamlessClip, clip_files, is_validation
from kinesis_ros.core.motion.motion_input import MotionInputError, clip_from_coordinates
from kinesis_ros.core.motion.npz_file import DamagedFileError, read_npy, read_npz, write_npz

__all__ = [
    "Clip",
    "ClipError",
    "DamagedFileError",
    "MotionInputError",
    "SeamlessClip",
    "clip_files",
    "clip_from_coordinates",
    "is_validation",
    "read_npy",
    "read_npz",
    "write_npz",
]
