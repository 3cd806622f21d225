# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Nodes compile before they answer: a body must not wait on one leg for a compiler."""

import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).with_name("count_compilations.py")


@pytest.mark.parametrize("node", ["goal", "policy"])
def test_a_node_compiles_nothing_after_its_warm_up(node: str) -> None:
    done = subprocess.run(
        [sys.executable, str(PROGRAM), node], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == []
