# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""A node started by the supervisor dies with it, however the supervisor dies."""

import ctypes
import os
import signal
import sys

PARENT_VARIABLE = "KINESIS_SUPERVISOR_PID"
_PR_SET_PDEATHSIG = 1


def die_with_parent() -> None:
    """Ask the kernel to kill this process when the supervisor that started it dies.

    The supervisor is `kinesis sim` or `ros2 launch`; a process that nobody supervises lives on.
    One that was started through another program, such as a debugger, dies with that. Not a
    preexec_fn in the supervisor: Python cannot run one safely there.
    """
    expected = os.environ.get(PARENT_VARIABLE)
    if expected is None:
        return
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
    if not _lives(int(expected)):  # it died before the kernel was asked
        sys.exit("kinesis_ros: the supervisor is gone")


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
