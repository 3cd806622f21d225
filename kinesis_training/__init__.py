# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Offline training of the policies: imitation by reinforcement learning, export, evaluation."""
