# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Writing a command's measurement as JSON."""

import json
from pathlib import Path
from typing import Any

from kinesis_ros.files import write_text


def write_json(path: Path, content: Any) -> None:  # noqa: ANN401 any JSON
    """Write `content`.

    Raises:
        WriteError: the place cannot be written to.
    """
    write_text(path, json.dumps(content, indent=2) + "\n")
