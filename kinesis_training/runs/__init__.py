# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Training runs: their configuration, the wiring of their stage, the whole pipeline, export."""

from kinesis_training.runs.exporting import export_coordinated, export_direct
from kinesis_training.runs.gait_network import export_gaits
from kinesis_training.runs.pipeline import Pipeline, PipelineConfig
from kinesis_training.runs.run import load_student
from kinesis_training.runs.run_config import (
    DistillationRunConfig,
    GatingRunConfig,
    RefinementRunConfig,
    RunConfig,
    RunError,
    Stage,
    StageConfig,
    configuration_of,
    default_config,
    load_run_config,
    save_config,
)

__all__ = [
    "DistillationRunConfig",
    "GatingRunConfig",
    "Pipeline",
    "PipelineConfig",
    "RefinementRunConfig",
    "RunConfig",
    "RunError",
    "Stage",
    "StageConfig",
    "configuration_of",
    "default_config",
    "export_coordinated",
    "export_direct",
    "export_gaits",
    "load_run_config",
    "load_student",
    "save_config",
]
