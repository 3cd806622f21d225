# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What can be wrong with a motion file."""


class MotionError(ValueError):
    """A motion file cannot be imported; the message names the file and the reason."""
