# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The commands of `kinesis`, one file each; `kinesis_ros.cli` imports them on demand."""
