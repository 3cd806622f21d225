# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Motion capture of any skeleton onto the legs of the model.

reading (bvh, deepmimic, smpl, opensim_file) -> joint_names -> cleaning -> world -> anatomy
-> retarget (smoothing, leg_fit on leg_chain, ground) -> measures and labels; importer is the door.
"""

from kinesis_ros.core.retargeting.errors import MotionError
from kinesis_ros.core.retargeting.importer import (
    Imported,
    Importer,
    ImportOptions,
    import_motion,
    motion_files,
)
from kinesis_ros.core.retargeting.joint_names import read_mapping
from kinesis_ros.core.retargeting.retarget import Retargeter

__all__ = [
    "ImportOptions",
    "Imported",
    "Importer",
    "MotionError",
    "Retargeter",
    "import_motion",
    "motion_files",
    "read_mapping",
]
