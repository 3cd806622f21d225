# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Message types by name: their Python class, and their definition as bags carry it along."""

import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ament_index_python.packages import PackageNotFoundError, get_package_share_directory

_RULER = "=" * 80

# The type at the start of a line, without array bounds and the length of bounded strings.
_FIELD = re.compile(r"^\s*([a-zA-Z][a-zA-Z0-9_/]*)(?:<=\d+)?(?:\[[^\]]*\])?\s+\w", re.MULTILINE)
_BUILT_IN = re.compile(r"(?:bool|byte|char|float(?:32|64)|u?int(?:8|16|32|64)|w?string)$")


class MissingTypeError(ImportError):
    """A message type that is not installed; the text names it."""


def message_type(name: str) -> Any:  # noqa: ANN401 a class
    """Class of message type `name`, e.g. 'sensor_msgs/msg/JointState'.

    Raises:
        MissingTypeError: it is not installed.
    """
    package, _, kind = name.split("/")
    try:
        return getattr(importlib.import_module(f"{package}.msg"), kind)
    except (ImportError, AttributeError) as error:
        raise MissingTypeError(f"{name} is not installed") from error


def full_definition(name: str) -> str:
    """Definition of message type `name` and of all that it contains, in rosbag2's form.

    Raises:
        MissingTypeError: it, or a part of it, is not installed.
    """
    texts: dict[str, str] = {}
    waiting = [_short(name)]
    while waiting:
        part = waiting.pop(0)
        if part not in texts:
            texts[part] = _read(part)
            waiting += _parts(texts[part], part.partition("/")[0])
    first, *others = texts.items()
    return "\n".join([first[1], *(f"{_RULER}\nMSG: {part}\n{text}" for part, text in others)])


def _parts(text: str, package: str) -> Iterator[str]:
    for kind in _FIELD.findall(text):
        if not _BUILT_IN.match(kind):
            yield _short(kind if "/" in kind else f"{package}/{kind}")


def _short(name: str) -> str:
    package, *_, kind = name.split("/")
    return f"{package}/{kind}"


def _read(name: str) -> str:
    package, kind = name.split("/")
    try:
        path = Path(get_package_share_directory(package)) / "msg" / f"{kind}.msg"
        return path.read_text(encoding="utf-8")
    except (PackageNotFoundError, OSError) as error:
        raise MissingTypeError(f"the definition of {name} is not installed") from error
