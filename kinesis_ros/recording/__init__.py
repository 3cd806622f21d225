# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""A recorded run as arrays, without ROS: what reports and pictures are made of.

    recording = read_recording(Path("run.mcap"))
    knee = recording.coordinates.position.column("knee_angle_r")

All times are simulated ones [s]. Topics that were not recorded leave arrays of length 0.
"""

from kinesis_ros.recording.bag import (
    BagError,
    BagMessage,
    BagSummary,
    BagWriter,
    Topic,
    read_bag,
    summarise,
)
from kinesis_ros.recording.bag_qos import Qos
from kinesis_ros.recording.reading import read_body_name, read_recording
from kinesis_ros.recording.run import HealthReport, RecordedGoalEvent, Recording
from kinesis_ros.recording.series import Motion, RecordingError, Series
from kinesis_ros.recording.trajectory import recorded_trajectory

__all__ = [
    "BagError",
    "BagMessage",
    "BagSummary",
    "BagWriter",
    "HealthReport",
    "Motion",
    "Qos",
    "RecordedGoalEvent",
    "Recording",
    "RecordingError",
    "Series",
    "Topic",
    "read_bag",
    "read_body_name",
    "read_recording",
    "recorded_trajectory",
    "summarise",
]
