# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What all commands share: options from dataclasses, errors with exit statuses, JSON results."""

from kinesis_ros.console.dataclass_options import Flag, takes
from kinesis_ros.console.errors import BAD_INPUT, FAILED, CommandError
from kinesis_ros.console.json_file import json_option, write_json

__all__ = [
    "BAD_INPUT",
    "FAILED",
    "CommandError",
    "Flag",
    "json_option",
    "takes",
    "write_json",
]
