# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What docs/python.md lists is what there is; that its blocks run, test_blocks sees."""

import importlib
import re

import pytest
from pages import ROOT

import kinesis_ros

PAGE = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")


def test_the_page_lists_every_example_and_every_name() -> None:
    commands = set(re.findall(r"^python (examples/\w+\.py)", PAGE, re.MULTILINE))
    assert commands == {str(path.relative_to(ROOT)) for path in (ROOT / "examples").glob("*.py")}
    assert all(f"`{name}`" in PAGE for name in kinesis_ros.__all__)


def test_the_environments_of_the_page_are_registered() -> None:
    gymnasium = pytest.importorskip("gymnasium", reason="pip install 'kinesis_ros[gym]'")
    importlib.import_module("kinesis_ros.gym")
    named = set(re.findall(r"kinesis_ros/\w+-v\d+", PAGE))
    assert named == {name for name in gymnasium.registry if name.startswith("kinesis_ros/")}
