# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""A limit on how long a process may take to end, which holds whatever its threads are doing.

Taking a ROS node down can hang for ever inside the middleware, with the interpreter's lock held:
no Python thread and no Python signal handler runs then. So a timer of the C library ends the
process, from a thread of its own and with the exit status that was meant.
"""

import contextlib
import ctypes
import platform
import signal
import sys
from collections.abc import Callable, Iterator

_CLOCK_MONOTONIC = 1
_SIGEV_THREAD = 2


class _Event(ctypes.Structure):
    """`struct sigevent` of glibc on 64-bit Linux."""

    _fields_ = [
        ("value", ctypes.c_int64),
        ("signal", ctypes.c_int),
        ("notify", ctypes.c_int),
        ("function", ctypes.c_void_p),
        ("attributes", ctypes.c_void_p),
        ("padding", ctypes.c_byte * 32),
    ]


class _Span(ctypes.Structure):
    """`struct itimerspec`: interval, then time left, each in seconds and nanoseconds."""

    _fields_ = [("interval", ctypes.c_long * 2), ("left", ctypes.c_long * 2)]


@contextlib.contextmanager
def ended_within(seconds: float, status: int) -> Iterator[None]:
    """End this process with exit status `status` when the context takes longer than `seconds` [s].

    Elsewhere than on Linux with glibc an alarm signal does it; the status is then the signal's.
    """
    stop = _timer(seconds, status) or _alarm(seconds)
    try:
        yield
    finally:
        stop()


def _timer(seconds: float, status: int) -> Callable[[], object] | None:
    """Start a timer that calls _exit(status); what stops it. None: this system has none."""
    if sys.platform != "linux" or platform.libc_ver()[0] != "glibc" or sys.maxsize < 2**32:
        return None
    libc = ctypes.CDLL(None)
    if not hasattr(libc, "timer_create"):  # before glibc 2.34 it was in librt
        return None
    # The timer's thread calls _exit(value): the value is handed over as an integer is.
    end = ctypes.cast(libc._exit, ctypes.c_void_p).value
    event = _Event(value=status, notify=_SIGEV_THREAD, function=end)
    timer = ctypes.c_void_p()
    if libc.timer_create(_CLOCK_MONOTONIC, ctypes.byref(event), ctypes.byref(timer)) != 0:
        return None
    whole = int(seconds)
    span = _Span(left=(whole, round(1e9 * (seconds - whole))))
    if libc.timer_settime(timer, 0, ctypes.byref(span), None) != 0:
        return None
    return lambda: libc.timer_delete(timer)


def _alarm(seconds: float) -> Callable[[], object]:
    before = signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, seconds)

    def stop() -> None:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, before)

    return stop
