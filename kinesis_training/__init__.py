# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Offline training of the policies: imitation by reinforcement learning, export, evaluation."""

import os

# Idle OpenMP threads of torch must sleep: spinning, they would take the cores from the physics.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
