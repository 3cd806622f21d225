# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Writing a command's measurement as JSON."""

import json
from pathlib import Path
from typing import Any

import typer

from kinesis_ros.files import check_writable, write_text


def json_option(help_text: str) -> Any:  # noqa: ANN401 typer's own types
    """Option --json FILE, refused before the run if the file cannot be written."""
    return typer.Option("--json", metavar="FILE", callback=_writable, help=help_text)


def _writable(path: Path | None) -> Path | None:
    if path is not None:
        check_writable(path)
    return path


def write_json(path: Path, content: Any) -> None:  # noqa: ANN401 any JSON
    """Write `content`.

    Raises:
        WriteError: the place cannot be written to.
    """
    write_text(path, json.dumps(content, indent=2) + "\n")
