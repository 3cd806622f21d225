# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Imitate motion capture: python examples/imitate_a_bvh.py walk.bvh."""

import sys
from pathlib import Path

from kinesis_ros import ClipReference, Rollout
from kinesis_ros.core.retargeting import import_motion

if len(sys.argv) != 2:
    sys.exit("usage: python examples/imitate_a_bvh.py walk.bvh (or .mot, .npz, ...)")
# Retargeting: the motion of any skeleton becomes joint angles of this body's legs, at 30 Hz.
(clip,) = import_motion(Path(sys.argv[1]))
print(f"{clip.name}: {clip.duration:.1f} s, it looks like '{clip.label}'")

rollout = Rollout.load(ClipReference(clip))  # the body begins in the first frame
trajectory = rollout.run(clip.duration)
error = trajectory.tracking_error
assert error is not None  # a rollout knows its reference
print(f"imitated for {trajectory.time[-1]:.1f} s")
print(f"mean distance of pelvis, shanks, feet: {1000 * error.mean():.0f} mm")
