# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The policy: what it observes, its body in training, and the ONNX session with its contract."""

from kinesis_ros.core.controls import CONTROLS, DEFAULT_CONTROL, ControlName
from kinesis_ros.core.policy.embodiment import Embodiment
from kinesis_ros.core.policy.observation import (
    LOOKAHEAD,
    OBSERVATION_SIZE,
    WINDOW,
    mirror_joints,
    observe,
)
from kinesis_ros.core.policy.session import (
    MUSCLE_SIGNALS,
    PolicyContractError,
    PolicyMetadata,
    PolicyOutput,
    PolicySession,
    default_policy,
    muscle_signals,
    read_metadata,
)

__all__ = [
    "CONTROLS",
    "DEFAULT_CONTROL",
    "LOOKAHEAD",
    "MUSCLE_SIGNALS",
    "OBSERVATION_SIZE",
    "WINDOW",
    "ControlName",
    "Embodiment",
    "PolicyContractError",
    "PolicyMetadata",
    "PolicyOutput",
    "PolicySession",
    "default_policy",
    "mirror_joints",
    "muscle_signals",
    "observe",
    "read_metadata",
]
