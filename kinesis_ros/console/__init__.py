# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What all commands share: errors with exit statuses, and JSON results."""

from kinesis_ros.console.errors import BAD_INPUT, FAILED, CommandError
from kinesis_ros.console.json_file import write_json

__all__ = [
    "BAD_INPUT",
    "FAILED",
    "CommandError",
    "write_json",
]
