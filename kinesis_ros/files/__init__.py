# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What everything that writes files stands on: files that are whole or absent, and the cache."""

from kinesis_ros.files.cache import cache_folder
from kinesis_ros.files.whole import WriteError, check_writable, write_text, written_whole

__all__ = [
    "WriteError",
    "cache_folder",
    "check_writable",
    "write_text",
    "written_whole",
]
