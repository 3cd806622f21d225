# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""A process that lives like a node and does nothing, for the tests of the supervisor."""

import signal
import sys
import time

from kinesis_ros.graph import die_with_parent


def main() -> None:
    """Sleep, or end at once with status 3."""
    die_with_parent()
    if "stubborn:=true" in sys.argv:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    print("awake", flush=True)
    if "short:=true" in sys.argv:
        print("enough", flush=True)
        sys.exit(3)
    time.sleep(600)
