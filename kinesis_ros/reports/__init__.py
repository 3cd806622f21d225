# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Reports: one self-contained web page of a run of the body or of a training run."""
