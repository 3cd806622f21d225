# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Files that are written whole or not at all: beside their place first, then moved there."""

import contextlib
import errno
import os
import secrets
from collections.abc import Iterator
from pathlib import Path


class WriteError(OSError):
    """A file cannot be written; the message names it and says why.

    Args:
        path: of the file.
        error: what the operating system said.
    """

    def __init__(self, path: Path, error: OSError) -> None:
        super().__init__(error.errno, error.strerror or str(error), str(path))
        self.path = path

    def __str__(self) -> str:
        return f"cannot write '{self.path}': {self.strerror}"


@contextlib.contextmanager
def written_whole(path: Path, *, durable: bool = False) -> Iterator[Path]:
    """Give a place beside `path` to write to; what is there in the end takes its place at once.

    Readers see the old file or the new one, never half of one. Whatever interrupts the writing,
    the old file stays as it was and nothing is left beside it. Two writers do not disturb each
    other: the last one to finish wins.

    Example:
        >>> with written_whole(Path("steps.csv")) as beside:
        ...     beside.write_text("1,2,3")

    Args:
        path: of the file; its folder must exist.
        durable: wait until the disk has it, for what must outlive a power cut.

    Yields:
        A path in the same folder, with a name of its own that ends in '.partial'.

    Raises:
        WriteError: the disk is full, the folder is missing, or another error of the system.
    """
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}.partial")
    try:
        yield beside
        if durable:
            _wait_for_disk(beside)
        os.replace(beside, path)
    except OSError as error:
        raise WriteError(path, error) from error
    finally:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write a whole text file in UTF-8.

    Raises:
        WriteError: see `written_whole`.
    """
    with written_whole(path) as beside:
        beside.write_text(text, encoding="utf-8")


def check_writable(path: Path) -> None:
    """Try whether a file can be written, before the work whose result is to be in it.

    Raises:
        WriteError: it cannot: it is a folder, or its own folder is missing or read-only.
    """
    if path.is_dir():
        raise WriteError(path, IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR)))
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}.partial")
    try:
        beside.touch()
        beside.unlink()
    except OSError as error:
        raise WriteError(path, error) from error


def _wait_for_disk(path: Path) -> None:
    with path.open("rb") as stream:
        os.fsync(stream.fileno())
