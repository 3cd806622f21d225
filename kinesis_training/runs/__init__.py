# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Training runs: their configuration, the stages and their wiring, the whole pipeline, export.

`stages` has a record for each stage; `run` builds what it needs, `run_config` keeps it on disk.
"""

from kinesis_training.runs.exporting import export_coordinated, export_direct
from kinesis_training.runs.gait_network import export_gaits
from kinesis_training.runs.pipeline import Pipeline, PipelineConfig
from kinesis_training.runs.run import trainable_parts
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
    embodiment_of,
    load_run_config,
    save_config,
)
from kinesis_training.runs.stages import STAGES, TrainingStage, build, find_stage

__all__ = [
    "STAGES",
    "DistillationRunConfig",
    "GatingRunConfig",
    "Pipeline",
    "PipelineConfig",
    "RefinementRunConfig",
    "RunConfig",
    "RunError",
    "Stage",
    "StageConfig",
    "TrainingStage",
    "build",
    "configuration_of",
    "default_config",
    "embodiment_of",
    "export_coordinated",
    "export_direct",
    "export_gaits",
    "find_stage",
    "load_run_config",
    "save_config",
    "trainable_parts",
]
