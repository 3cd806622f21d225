# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""How a command ends when it cannot do what it was asked: one clear line, no traceback."""

FAILED = 1  # the command ran, and the answer is no
BAD_INPUT = 2  # bad usage or input: nothing was done


class CommandError(Exception):
    """A command cannot go on; `kinesis` prints the message as one line and exits.

    Args:
        message: one line that names the culprit and the choices.
        exit_status: `BAD_INPUT` (default) or `FAILED`.
    """

    def __init__(self, message: str, exit_status: int = BAD_INPUT) -> None:
        super().__init__(message)
        self.exit_status = exit_status
