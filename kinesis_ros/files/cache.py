# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Where the user's machine keeps what can be made again."""

import os
from pathlib import Path


def cache_folder(name: str) -> Path:
    """Folder of our own in the user's cache, as the XDG base directory specification places it.

    Args:
        name: what is kept there, e.g. 'compiled'. The folder is not made.
    """
    home = os.environ.get("XDG_CACHE_HOME", "")
    # The specification: a relative path is invalid and to be ignored.
    root = Path(home) if os.path.isabs(home) else Path.home() / ".cache"
    return root / "kinesis_ros" / name
