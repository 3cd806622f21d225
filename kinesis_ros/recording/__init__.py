# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""A recorded run as arrays, without ROS: what reports and pictures are made of.

    recording = read_recording(Path("run.mcap"))
    knee = recording.coordinates.position.column("knee_angle_r")

All times are simulated ones [s]. Topics that were not recorded leave arrays of length 0.
"""

from kinesis_ros.recording.reading import read_body_name, read_recording
from kinesis_ros.recording.run import GoalEvent, HealthReport, Recording
from kinesis_ros.recording.series import Motion, RecordingError, Series

__all__ = [
    "GoalEvent",
    "HealthReport",
    "Motion",
    "Recording",
    "RecordingError",
    "Series",
    "read_body_name",
    "read_recording",
]
