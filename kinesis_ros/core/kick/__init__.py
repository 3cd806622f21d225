# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""A kick as a motion: one step beside the ball, the foot through the ball, and back to standing.

It begins where the body stands and ends in standing, is aimed, and keeps its balance: the feet on
the floor stay where they are, the swing of the kicking leg is the learned one, moved so that the
foot meets the ball squarely, and the pelvis goes where the feet can carry the body.
"""

from kinesis_ros.core.kick.config import KickConfig
from kinesis_ros.core.kick.planner import KickPlanner, PlannedKick, default_planner
from kinesis_ros.core.kick.style import KickStyle

__all__ = [
    "KickConfig",
    "KickPlanner",
    "KickStyle",
    "PlannedKick",
    "default_planner",
]
