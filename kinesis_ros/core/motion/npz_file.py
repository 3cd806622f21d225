# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Arrays in npz files: written at once, read without ever unpickling."""

import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib.npyio import NpzFile

from kinesis_ros.files import written_whole

# What reading a damaged file raises.
_DAMAGE = (OSError, ValueError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error)


class DamagedFileError(ValueError):
    """A file holds no arrays, or half of them; the message says what is wrong."""


def write_npz(path: Path, **arrays: Any) -> None:  # noqa: ANN401 anything numpy takes
    """Write an npz file; an interrupted write leaves no half file behind.

    Raises:
        WriteError: it cannot be written.
    """
    with written_whole(path) as beside, beside.open("wb") as stream:
        np.savez_compressed(stream, **arrays)


def read_npz(path: Path) -> dict[str, np.ndarray]:
    """The arrays of an npz file by name.

    Raises:
        FileNotFoundError: there is no such file.
        DamagedFileError: it is not an npz file of plain arrays, or a broken one.
    """
    try:
        # Not np.load: it would also take a bare array, or ask to unpickle a text file.
        with path.open("rb") as stream, NpzFile(stream, allow_pickle=False) as archive:
            return {key: archive[key] for key in archive.files}
    except FileNotFoundError:
        raise
    except _DAMAGE as error:
        raise DamagedFileError(str(error)) from error
