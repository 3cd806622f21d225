# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The front door: light to open, complete, and what its docstrings show is so."""

import ast
import doctest
import importlib.util
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import kinesis_ros

ROOT = Path(__file__).parents[1]


def test_the_import_loads_the_standard_library_only() -> None:
    """A law about modules, not about seconds: the launch file has no others."""
    code = (
        "import sys; before = set(sys.modules); import kinesis_ros; dir(kinesis_ros)\n"
        "print(*(set(sys.modules) - before))"
    )
    command = [sys.executable, "-c", code]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = {name.split(".")[0] for name in result.stdout.split()}
    assert loaded - set(sys.stdlib_module_names) == {"kinesis_ros"}


def test_everything_it_promises_is_there_and_nothing_else_is() -> None:
    for name in kinesis_ros.__all__:
        value = getattr(kinesis_ros, name)
        assert value.__name__ == name
        assert inspect.getdoc(value)
        assert f"`{name}`" in (kinesis_ros.__doc__ or "")
    assert set(kinesis_ros.__all__) <= set(dir(kinesis_ros))
    with pytest.raises(AttributeError, match="has no 'Robot'; it has: Clip, ClipReference"):
        _ = kinesis_ros.Robot
    with pytest.raises(ImportError):
        exec("from kinesis_ros import Robot")


def test_type_checkers_are_told_the_same_as_the_interpreter() -> None:
    """The lazy table, `__all__` and the imports under TYPE_CHECKING name the same rooms."""
    source = Path(kinesis_ros.__file__).read_text(encoding="utf-8")
    seen = {
        alias.name: node.module
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ImportFrom) and node.module != "typing"
        for alias in node.names
    }
    assert seen == kinesis_ros._ROOM_OF
    assert sorted(seen) == sorted(kinesis_ros.__all__)


def run_examples(value: object, name: str) -> None:
    tests = [test for test in doctest.DocTestFinder(recurse=False).find(value, name, globs={})]
    runner = doctest.DocTestRunner(verbose=False)
    assert sum(len(test.examples) for test in tests) >= 2, f"{name} shows nothing"
    for test in tests:
        runner.run(test)
    assert runner.failures == 0


@pytest.mark.parametrize("name", kinesis_ros.__all__)
def test_its_example_works(
    name: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    monkeypatch.chdir(tmp_path)
    if name == "read_recording":
        (tmp_path / "run.mcap").symlink_to(request.getfixturevalue("recording"))
    run_examples(getattr(kinesis_ros, name), name)


@pytest.mark.skipif(
    importlib.util.find_spec("gymnasium") is None, reason="pip install 'kinesis_ros[gym]'"
)
@pytest.mark.parametrize("name", ["VelocityEnv", "ImitationVectorEnv"])
def test_an_environments_example_works(name: str) -> None:
    run_examples(getattr(importlib.import_module("kinesis_ros.gym"), name), name)
