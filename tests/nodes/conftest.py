# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""ROS for tests: a domain of their own, this machine only, messages that check their fields."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("rclpy", reason="rclpy is not installed: pip install 'kinesis_ros[ros]'")

import rclpy
from rclpy.utilities import try_shutdown

from kinesis_ros.graph import description

HELPERS = Path(__file__).parents[1] / "helpers"  # the fakes, for the processes that tests start
os.environ.update(description.environment())
os.environ["PYTHONPATH"] = f"{HELPERS}{os.pathsep}{os.environ['PYTHONPATH']}"
os.environ["ROS_PYTHON_CHECK_FIELDS"] = "1"
os.environ["ROS_DOMAIN_ID"] = str(1 + os.getpid() % 100)


@pytest.fixture(scope="session")
def policy_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from standing_fakes import write_policy

    return write_policy(tmp_path_factory.mktemp("policy") / "standing.onnx")


@pytest.fixture
def ros() -> Iterator[None]:
    rclpy.init()
    yield
    try_shutdown()
