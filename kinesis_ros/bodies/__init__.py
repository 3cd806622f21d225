# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Bodies for other programs: their URDF with meshes, in a folder or in the cache."""

from kinesis_ros.bodies.description import cached_description, write_description

__all__ = [
    "cached_description",
    "write_description",
]
