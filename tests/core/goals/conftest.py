# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The folder's helpers can be imported by its tests."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from bodiless import Ground  # isort: skip


@pytest.fixture(scope="session")
def ground() -> Ground:
    return Ground()
