# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Removal of the shared memory that killed Fast DDS processes leave behind."""

import contextlib
import fcntl
import os
import re
import time
from pathlib import Path

FOLDER = Path("/dev/shm")

_FAST_DDS = re.compile(r"(?:sem\.)?(?:fastrtps|fastdds)_")
_SUFFIX = re.compile(r"_(?:el|sl|mutex)$")
_YOUNGEST = 2.0  # [s] a younger file may belong to a process that is just starting


def remove_stale_segments(folder: Path = FOLDER) -> list[str]:
    """Remove Fast DDS segments and port files of this user that no process uses any more.

    A file stays when it is mapped or open in any process, when a lock on it or on its lock file
    is held (also by a process in another container), or when it is only seconds old.

    Returns:
        Names of what was removed.
    """
    if not folder.is_dir() or not Path("/proc/self/maps").exists():
        return []
    groups: dict[str, list[Path]] = {}
    for path in folder.iterdir():
        if _FAST_DDS.match(path.name):
            name = _SUFFIX.sub("", path.name.removeprefix("sem."))
            groups.setdefault(name, []).append(path)
    used = _in_use(folder) if groups else set()
    removed = []
    for group in groups.values():
        if any(path.name in used or not _abandoned(path) for path in group):
            continue
        for path in group:
            with contextlib.suppress(OSError):
                path.unlink()
                removed.append(path.name)
    return removed


def _in_use(folder: Path) -> set[str]:
    """Names of files in `folder` that processes have mapped or open, as far as we may look."""
    prefix = f"{folder}/"
    names = set()
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            for line in (process / "maps").read_text().splitlines():
                _, found, name = line.partition(prefix)
                if found:
                    names.add(name)
        with contextlib.suppress(OSError):
            for descriptor in (process / "fd").iterdir():
                with contextlib.suppress(OSError):
                    target = os.readlink(descriptor)
                    if target.startswith(prefix):
                        names.add(target.removeprefix(prefix))
    return names


def _abandoned(path: Path) -> bool:
    """Whether the file is ours, not young, and not locked."""
    try:
        status = path.stat()
        if status.st_uid != os.getuid() or time.time() - status.st_mtime < _YOUNGEST:
            return False
        with path.open("rb") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
