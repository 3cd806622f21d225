# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Arrays in npz files: written at once, read without ever unpickling.

Nothing that a file says is believed before memory is taken: a kilobyte can promise gigabytes.
"""

import math
import struct
import tokenize
import zipfile
import zlib
from collections.abc import Collection
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.lib import format as npy

from kinesis_ros.files import written_whole

# What reading a damaged file raises.
_DAMAGE = (
    *(OSError, ValueError, EOFError, RuntimeError, KeyError, IndexError, TypeError),
    *(ArithmeticError, MemoryError, SyntaxError, tokenize.TokenError, struct.error),
    *(zipfile.BadZipFile, zlib.error),
)
_SUFFIX = ".npy"

MOST_BYTES = 400_000_000  # of all arrays that are read from one file


class DamagedFileError(ValueError):
    """A file holds no arrays, or half of them; the message says what is wrong."""


def write_npz(path: Path, **arrays: Any) -> None:  # noqa: ANN401 anything numpy takes
    """Write an npz file; an interrupted write leaves no half file behind.

    Raises:
        WriteError: it cannot be written.
    """
    with written_whole(path) as beside, beside.open("wb") as stream:
        np.savez_compressed(stream, **arrays)


def read_npz(
    path: Path, wanted: Collection[str] | None = None, most_bytes: int = MOST_BYTES
) -> dict[str, np.ndarray]:
    """The arrays of an npz file by name.

    Args:
        path: of the file.
        wanted: names of arrays; others are passed over. None: all.
        most_bytes: that the arrays may take together.

    Raises:
        FileNotFoundError: there is no such file.
        DamagedFileError: it is not an npz file of plain arrays, a broken one, or too large.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = {name.removesuffix(_SUFFIX): name for name in archive.namelist()}
            arrays: dict[str, np.ndarray] = {}
            left = most_bytes
            for key, member in members.items():
                if wanted is None or key in wanted:
                    arrays[key] = _read_array(archive, member, left)
                    left -= arrays[key].nbytes
            return arrays
    except (FileNotFoundError, DamagedFileError):
        raise
    except _DAMAGE as error:
        raise DamagedFileError(str(error) or type(error).__name__) from error


def names_in_npz(path: Path) -> tuple[str, ...]:
    """Names of the arrays in an npz file; none: it is no such file."""
    try:
        with zipfile.ZipFile(path) as archive:
            return tuple(name.removesuffix(_SUFFIX) for name in archive.namelist())
    except _DAMAGE:
        return ()


def read_npy(path: Path, most_bytes: int = MOST_BYTES) -> np.ndarray:
    """The array of an npy file.

    Raises:
        FileNotFoundError: there is no such file.
        DamagedFileError: it is not an npy file of a plain array, a broken one, or too large.
    """
    try:
        with path.open("rb") as stream:
            _check_size(_shape_and_type(stream), path.name, most_bytes)
            stream.seek(0)
            return npy.read_array(stream, allow_pickle=False)
    except (FileNotFoundError, DamagedFileError):
        raise
    except _DAMAGE as error:
        raise DamagedFileError(str(error) or type(error).__name__) from error


def _read_array(archive: zipfile.ZipFile, member: str, most_bytes: int) -> np.ndarray:
    with archive.open(member) as stream:
        _check_size(_shape_and_type(stream), member, most_bytes)
    with archive.open(member) as stream:
        return npy.read_array(stream, allow_pickle=False)


def _shape_and_type(stream: IO[bytes]) -> tuple[tuple[int, ...], np.dtype]:
    """What the head of an array promises."""
    version = npy.read_magic(stream)
    read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
    shape, _, dtype = read(stream)
    return shape, dtype


def _check_size(promised: tuple[tuple[int, ...], np.dtype], name: str, most_bytes: int) -> None:
    shape, dtype = promised
    size = math.prod(shape) * max(dtype.itemsize, 1)
    if size > most_bytes or any(length < 0 for length in shape):
        raise DamagedFileError(
            f"'{name}' is said to have the shape {shape}, {size / 1e6:.0f} MB; "
            f"{most_bytes / 1e6:.0f} MB are the most"
        )
