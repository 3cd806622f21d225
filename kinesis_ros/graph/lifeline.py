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

    Does nothing when the process was started by something else, e.g. by `ros2 launch`. Not a
    preexec_fn in the supervisor: Python cannot run one safely there.
    """
    expected = os.environ.get(PARENT_VARIABLE)
    if expected is None:
        return
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
    if os.getppid() != int(expected):  # it died before the kernel was asked
        sys.exit("kinesis_ros: the supervisor is gone")
