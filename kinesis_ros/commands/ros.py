# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""ROS for commands that take part in the graph themselves."""

import importlib.util
import os
from typing import Annotated

import typer

from kinesis_ros.console import CommandError
from kinesis_ros.graph import GraphError, check_namespace
from kinesis_ros.graph.description import environment


def _checked(namespace: str) -> str:
    try:
        check_namespace(namespace)
    except GraphError as error:
        raise CommandError(str(error)) from error
    return namespace


Namespace = Annotated[
    str,
    typer.Option(callback=_checked, help="Of the body, as `kinesis sim --namespace` gave it."),
]


def set_up_ros() -> None:
    """Prepare this process for rclpy as the nodes' processes are; call it before importing rclpy.

    Raises:
        ModuleNotFoundError: rclpy is not installed.
    """
    if importlib.util.find_spec("rclpy") is None:
        raise ModuleNotFoundError("No module named 'rclpy'", name="rclpy")
    os.environ.update(environment())
