# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The reference that the policy tracks: planned from a generated motion, or played from a clip."""

from kinesis_ros.core.reference.planner import GeneratedMotion, PlannerConfig, ReferencePlanner

__all__ = [
    "GeneratedMotion",
    "PlannerConfig",
    "ReferencePlanner",
]
