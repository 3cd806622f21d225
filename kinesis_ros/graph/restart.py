# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""How the viewer asks the supervisor for another body: a small file that it looks at.

The supervisor knows no ROS, and the graph cannot start itself again from within. Half of
one is never read.
"""

import dataclasses
import json
from pathlib import Path

from kinesis_ros.files import write_text
from kinesis_ros.graph.description import GraphOptions


class RestartError(ValueError):
    """A request that cannot be followed; the message says why."""


def request_restart(path: Path, body: str, control: str) -> None:
    """Ask the supervisor that looks at `path` to start again with `body` and `control`."""
    write_text(path, json.dumps({"body": body, "control": control}))


def take_request(path: Path, options: GraphOptions) -> GraphOptions | None:
    """The options that were asked for, None when nobody has asked; the request is then gone.

    Args:
        path: of the request.
        options: of the running graph; what is not asked for stays.

    Raises:
        RestartError: the request cannot be read, or there is no such body or control.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    path.unlink()
    try:
        wanted = json.loads(text)
        return dataclasses.replace(options, body=wanted["body"], control=wanted["control"])
    except (ValueError, KeyError, TypeError) as error:  # a GraphError is a ValueError
        raise RestartError(f"cannot restart as asked: {error}") from error
