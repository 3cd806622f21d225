# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Compiled code: where it is kept, and MuJoCo's C functions and arrays as it sees them.

`cache` gives everybody the compiler, `once` lets processes that start together share its work,
`native` are the views on MuJoCo's data.
"""

from kinesis_ros.core.compiled.cache import njit, progress
from kinesis_ros.core.compiled.native import DataView

__all__ = [
    "DataView",
    "njit",
    "progress",
]
