# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What docs/python.md shows runs, in the order in which it is shown; what it names is there."""

import re
import runpy
from pathlib import Path
from typing import Any

import pytest

import kinesis_ros

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def test_the_snippets_run_one_after_the_other(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("gymnasium", reason="pip install 'kinesis_ros[gym]'")
    names: dict[str, Any] = {}
    for number, block in enumerate(BLOCKS):
        exec(compile(block, f"docs/python.md, snippet {number + 1}", "exec"), names)
    out = capsys.readouterr().out.splitlines()
    assert out[0].startswith("None ")
    assert out[0].endswith("(120, 80)")
    assert names["info"]["velocity"][0] == pytest.approx(1.0, abs=0.35)  # it sways as it walks
    assert names["infos"]["distance"].max() < 0.14


def test_the_page_lists_every_example_and_every_name() -> None:
    commands = set(re.findall(r"^python (examples/\w+\.py)", PAGE, re.MULTILINE))
    assert commands == {str(path.relative_to(ROOT)) for path in (ROOT / "examples").glob("*.py")}
    assert all(f"`{name}`" in PAGE for name in kinesis_ros.__all__)


def test_what_the_page_installs_is_an_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    setuptools = pytest.importorskip("setuptools")
    given: dict[str, Any] = {}
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(setuptools, "setup", lambda **arguments: given.update(arguments))
    runpy.run_path("setup.py")
    wanted = re.findall(r"kinesis_ros\[(\w+)\]", PAGE)
    assert wanted
    assert set(wanted) <= given["extras_require"].keys()


def test_the_environments_of_the_page_are_registered() -> None:
    gymnasium = pytest.importorskip("gymnasium", reason="pip install 'kinesis_ros[gym]'")
    __import__("kinesis_ros.gym")
    named = set(re.findall(r"kinesis_ros/\w+-v\d+", PAGE))
    assert named == {name for name in gymnasium.registry if name.startswith("kinesis_ros/")}
