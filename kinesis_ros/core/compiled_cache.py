# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The compiler, and where compiled code is kept: a folder per state of the sources.

Numba keeps a compiled function until its own file changes. It does not notice that a function of
another file, which was compiled into it, has changed: after an upgrade half of the code could be
of the old version. So every state of the sources has a folder of its own, and everything that is
compiled takes `njit` from here.
"""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

from numba import njit
from numba.core import config

__all__ = ["njit", "use_own_folder"]

_PACKAGES = ("kinesis_ros/core", "kinesis_ros/benchmarks", "kinesis_training")
_KEPT = 40  # folders, of the states that were used last


def use_own_folder(root: Path | None = None) -> Path | None:
    """Have numba keep compiled code where only the same sources find it.

    Must be called before the first compiled function is defined.

    Args:
        root: holds one folder per state of the sources; default: in the user's cache.

    Returns:
        The folder. None: the user has set NUMBA_CACHE_DIR, or nothing can be written there, and
        numba decides.
    """
    if "NUMBA_CACHE_DIR" in os.environ:
        return None
    root = root or _user_cache() / "kinesis_ros" / "compiled"
    folder = root / fingerprint(_sources())
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
        os.utime(folder)
        _forget_old(root)
    except OSError:
        return None
    config.CACHE_DIR = str(folder)  # type: ignore[attr-defined]
    return folder


def fingerprint(sources: Iterable[bytes]) -> str:
    """Short name of a state of the sources."""
    digest = hashlib.sha256()
    for source in sources:
        digest.update(hashlib.sha256(source).digest())
    return digest.hexdigest()[:16]


def _sources() -> Iterable[bytes]:
    """Contents of the files that define compiled functions."""
    home = Path(__file__).parents[2]
    for package in _PACKAGES:
        for path in sorted((home / package).glob("*.py")):
            text = path.read_bytes()
            if b"njit" in text:
                yield text


def _user_cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")


def _forget_old(root: Path) -> None:
    folders = sorted(root.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
    for folder in folders[_KEPT:]:
        shutil.rmtree(folder, ignore_errors=True)


use_own_folder()
