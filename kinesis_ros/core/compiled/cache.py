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
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numba
from numba.core import config

from kinesis_ros.core.compiled.once import compile_once
from kinesis_ros.files import cache_folder

_PACKAGES = ("kinesis_ros", "kinesis_training")
_KEPT = 4  # folders, of the states that were used last, however long ago
_UNUSED = 14 * 24 * 3600.0  # [s] after which others go: until then somebody may work with them


def njit(function: Callable | None = None, **options: Any) -> Any:  # noqa: ANN401 as numba's
    """`numba.njit` whose functions are compiled once for all processes, and kept if possible."""
    if function is not None:
        return numba.njit(function)
    kept = folder() if options.get("cache") else None
    options["cache"] = kept is not None
    compiler: Any = numba.njit(**options)
    if kept is None:
        return compiler
    return lambda function: compile_once(compiler(function), kept)


def folder() -> Path | None:
    """Where compiled code is kept; None: nowhere, so that every process compiles anew."""
    return Path(config.CACHE_DIR) if config.CACHE_DIR else None  # type: ignore[attr-defined]


def progress() -> tuple[int, int]:
    """How many functions are kept, and about how many the nodes of a graph need."""
    place, core = folder(), Path(__file__).parents[1]
    kept = sum(1 for _ in place.rglob("*.nbi")) if place else 0
    needed = sum(path.read_bytes().count(b"@njit(") for path in core.rglob("*.py"))
    return kept, needed


def use_own_folder(root: Path | None = None) -> Path | None:
    """Have numba keep compiled code where only the same sources find it.

    Must be called before the first compiled function is defined. Where nothing can be written,
    one line on stderr says so, and nothing is kept.

    Args:
        root: holds one folder per state of the sources; default: in the user's cache.

    Returns:
        The folder, the user's own NUMBA_CACHE_DIR if that is set; None: nothing can be kept.
    """
    own = os.environ.get("NUMBA_CACHE_DIR")
    try:
        root = root or cache_folder("compiled")
        place = Path(own) if own else root / fingerprint(_sources())
        place.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=place):
            pass
        if not own:
            os.utime(place)
            _forget_old(root)
    except (OSError, RuntimeError) as error:  # RuntimeError: there is no home
        config.CACHE_DIR = ""  # type: ignore[attr-defined]
        print(
            f"kinesis_ros: compiled code cannot be kept ({error}), so every start compiles anew; "
            "NUMBA_CACHE_DIR=FOLDER names a place for it",
            file=sys.stderr,
        )
        return None
    config.CACHE_DIR = str(place)  # type: ignore[attr-defined]
    return place


def fingerprint(sources: Iterable[bytes]) -> str:
    """Short name of a state of the sources."""
    digest = hashlib.sha256()
    for source in sources:
        digest.update(hashlib.sha256(source).digest())
    return digest.hexdigest()[:16]


def compiled_files(home: Path) -> Iterable[Path]:
    """Files of the packages under `home` that define compiled functions, in whatever folder."""
    for package in _PACKAGES:
        for path in sorted((home / package).rglob("*.py")):
            if b"njit" in path.read_bytes():
                yield path


def _sources() -> Iterable[bytes]:
    return (path.read_bytes() for path in compiled_files(Path(__file__).parents[3]))


def _forget_old(root: Path) -> None:
    """Remove what has not been used for long; several working copies may share the cache."""
    used = sorted(((path.stat().st_mtime, path) for path in root.iterdir()), reverse=True)
    for when, path in used[_KEPT:]:
        if time.time() - when > _UNUSED:
            shutil.rmtree(path, ignore_errors=True)


use_own_folder()
