# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Motion capture of any skeleton onto the legs of the model.

reading (formats has a row for each of amc, bvh, deepmimic, smpl, opensim_file) -> joint_names
-> cleaning -> world -> anatomy -> retarget (smoothing, leg_fit on leg_chain, ground) -> measures
and labels; importer is the door.
"""

from kinesis_ros.core.retargeting.errors import MotionError
from kinesis_ros.core.retargeting.formats import FORMATS, MotionFormat, described_formats
from kinesis_ros.core.retargeting.import_options import ImportOptions
from kinesis_ros.core.retargeting.importer import Imported, Importer, import_motion, motion_files
from kinesis_ros.core.retargeting.joint_names import read_mapping
from kinesis_ros.core.retargeting.retarget import Retargeter

__all__ = [
    "FORMATS",
    "ImportOptions",
    "Imported",
    "Importer",
    "MotionError",
    "MotionFormat",
    "Retargeter",
    "described_formats",
    "import_motion",
    "motion_files",
    "read_mapping",
]
