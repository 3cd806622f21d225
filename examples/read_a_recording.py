# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Read a recorded run without ROS: python examples/read_a_recording.py run.mcap.

`kinesis record run.mcap`, or `ros2 bag record --storage mcap`, writes one.
"""

import sys
from pathlib import Path

from kinesis_ros import read_recording

if len(sys.argv) != 2:
    sys.exit("usage: python examples/read_a_recording.py run.mcap")
run = read_recording(Path(sys.argv[1]))
print(f"{run.body or 'a body'} for {run.duration:.1f} s, fell {len(run.falls)} times")
knee = run.coordinates.position.column("knee_angle_r")  # [rad] at run.coordinates.time [s]
print(f"the right knee bends {knee.min():.2f} to {knee.max():.2f} rad")
if len(run.activation):
    strongest = run.activation.values.mean(axis=0).argmax()
    print(f"most active muscle: {run.activation.names[strongest]}")
