# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Networks: actors and critics, mixtures of experts, direct students, averages of weights."""

from kinesis_training.networks.averaging import Average
from kinesis_training.networks.network import (
    Actor,
    ActorCritic,
    Gate,
    Mixture,
    MixtureActorCritic,
    NetworkConfig,
    Normaliser,
)
from kinesis_training.networks.student import DirectStudent, StudentMirror

__all__ = [
    "Actor",
    "ActorCritic",
    "Average",
    "DirectStudent",
    "Gate",
    "Mixture",
    "MixtureActorCritic",
    "NetworkConfig",
    "Normaliser",
    "StudentMirror",
]
