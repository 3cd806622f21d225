# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Writing a command's measurement as JSON."""

import json
import os
from pathlib import Path
from typing import Any

from kinesis_ros.console.errors import CommandError


def write_json(path: Path, content: Any) -> None:  # noqa: ANN401 any JSON
    """Write `content` beside its place, then move it there.

    Raises:
        CommandError: the place cannot be written to.
    """
    beside = path.with_name(f".{path.name}.partial")
    try:
        beside.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
        os.replace(beside, path)
    except OSError as error:
        raise CommandError(f"cannot write '{path}': {error.strerror}") from error
