# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Pictures of a body off screen: a graphics context, a stage, a film."""
