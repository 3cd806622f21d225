# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""A function is compiled by one process; others that want it at the same time take it from there.

The nodes of a graph start together and need the same functions. Every function has a lock file
beside the kept code; whoever holds it compiles, and who comes later finds the result on disk.
Functions that call each other are locked from the caller down, so nobody waits in a circle.
"""

import contextlib
import fcntl
import functools
import pickle
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from numba.core.compiler_lock import global_compiler_lock

_PATIENCE = 120.0  # [s] for another process, which may have been stopped by a debugger
_NAP = 0.02  # [s]

# What unpickling raises for a file that was cut off or overwritten.
_DAMAGED = (EOFError, pickle.UnpicklingError, ImportError, AttributeError, IndexError, KeyError)


def compile_once(
    dispatcher: Any,  # noqa: ANN401 numba's dispatchers have no public type
    kept: Path,
) -> Any:  # noqa: ANN401
    """Have one process at a time compile `dispatcher`, and rebuild what is damaged on disk.

    Args:
        dispatcher: of a function that is to be kept.
        kept: folder where compiled code is.

    Returns:
        The dispatcher.
    """
    name = f"{dispatcher.py_func.__module__}.{dispatcher.py_func.__qualname__}"
    lock = kept / "locks" / name
    dispatcher.compile = functools.partial(_compile, dispatcher, dispatcher.compile, lock)
    return dispatcher


def _compile(
    dispatcher: Any,  # noqa: ANN401
    compile_: Callable[[Any], Any],
    lock: Path,
    signature: Any,  # noqa: ANN401
) -> Any:  # noqa: ANN401
    # numba's own lock first: another thread must not wait for the file while holding it.
    with global_compiler_lock, _held(lock):
        try:
            return compile_(signature)
        except _DAMAGED:
            dispatcher._cache.flush()  # forgets all that is kept of this function
            return compile_(signature)


@contextlib.contextmanager
def _held(path: Path) -> Iterator[None]:
    """Hold the lock file; go on without it where there is none to be had, or after a long wait."""
    with contextlib.ExitStack() as stack:
        try:
            path.parent.mkdir(exist_ok=True)
            file = stack.enter_context(path.open("w"))
        except OSError:
            yield
            return
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError:
                time.sleep(_NAP)
        yield
