# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Compiled code is never of another version than its source."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from numba.core import config

from kinesis_ros.core.compiled import cache

ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def numba_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config, "CACHE_DIR", config.CACHE_DIR)
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)


def test_other_sources_have_another_folder() -> None:
    before = cache.fingerprint([b"def f(): return 1", b"def g(): return f()"])
    assert cache.fingerprint([b"def f(): return 1", b"def g(): return f()"]) == before
    assert cache.fingerprint([b"def f(): return 2", b"def g(): return f()"]) != before
    assert cache.fingerprint([b"def f(): return 1def g()", b": return f()"]) != before


def test_every_file_with_compiled_functions_is_in_the_fingerprint() -> None:
    """However deep a file lies: stale machine code would come back without a word."""
    known = set(cache.compiled_files(ROOT))
    uncounted = [
        path
        for package in ("kinesis_ros", "kinesis_training", "urdf_mjcf")
        for path in (ROOT / package).rglob("*.py")
        if "njit" in path.read_text(encoding="utf-8") and path not in known
    ]
    assert known
    assert not uncounted


def test_compiled_functions_are_found_in_folders_of_folders(tmp_path: Path) -> None:
    deep = tmp_path / "kinesis_ros" / "core" / "gait" / "steps.py"
    deep.parent.mkdir(parents=True)
    deep.write_text("@njit\ndef f(): ...\n")
    assert list(cache.compiled_files(tmp_path)) == [deep]


def test_numba_is_told_and_the_same_sources_find_the_same_folder(tmp_path: Path) -> None:
    folder = cache.use_own_folder(tmp_path)
    assert folder is not None
    assert folder.parent == tmp_path
    assert str(folder) == config.CACHE_DIR
    assert cache.use_own_folder(tmp_path) == folder


def test_the_users_own_choice_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "mine"))
    assert cache.use_own_folder(tmp_path / "ours") == tmp_path / "mine"
    assert not (tmp_path / "ours").exists()


def test_where_nothing_can_be_written_functions_are_compiled_and_not_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """numba alone would end with 'no locator available' where the installation is read-only."""
    file = tmp_path / "file"
    file.touch()
    assert cache.use_own_folder(file) is None
    assert cache.folder() is None
    assert "NUMBA_CACHE_DIR=FOLDER" in capsys.readouterr().err
    double = cache.njit(cache=True)(lambda x: 2.0 * x)
    assert double(2.0) == 4.0


PROGRAM = """
import sys, time
from kinesis_ros.core.compiled import njit
import shared_function
shared_function.f(1.0)
print(sum(shared_function.f.stats.cache_misses.values()), flush=True)
"""

FUNCTION = """
from kinesis_ros.core.compiled import njit

@njit(cache=True)
def g(x):
    for _ in range(3):
        x = x * x + 1.0
    return x

@njit(cache=True)
def f(x):
    return g(x) + g(x + 1.0)
"""


def run_beside(folder: Path, processes: int) -> list[int]:
    """Cache misses of programs that start together and need the same function."""
    (folder / "shared_function.py").write_text(FUNCTION)
    home = {**os.environ, "XDG_CACHE_HOME": str(folder), "PYTHONPATH": f"{folder}:{ROOT}"}
    running = [
        subprocess.Popen([sys.executable, "-c", PROGRAM], env=home, stdout=subprocess.PIPE)
        for _ in range(processes)
    ]
    return [int(process.communicate(timeout=120.0)[0]) for process in running]


def test_processes_that_start_together_compile_a_function_once(tmp_path: Path) -> None:
    assert sum(run_beside(tmp_path, 3)) == 1
    assert run_beside(tmp_path, 1) == [0]


@pytest.mark.parametrize("kind", ["*.nbi", "*.nbc"])
def test_what_is_damaged_is_compiled_again(tmp_path: Path, kind: str) -> None:
    run_beside(tmp_path, 1)
    damaged = [path for path in tmp_path.rglob(kind) if "shared_function" in path.name]
    assert damaged
    for path in damaged:
        path.write_bytes(path.read_bytes()[:40])
    assert run_beside(tmp_path, 1) == [1]
    assert run_beside(tmp_path, 1) == [0]


def test_folders_that_nobody_has_used_for_long_are_forgotten(tmp_path: Path) -> None:
    """Several working copies share the cache: what one uses, another must not remove."""
    now, day = time.time(), 24 * 3600.0
    for age in (1, 2, 3, 5, 8, 13, 21, 34):
        old = tmp_path / f"state{age}"
        old.mkdir()
        os.utime(old, (now - age * day, now - age * day))
    folder = cache.use_own_folder(tmp_path)
    left = {path.name for path in tmp_path.iterdir()}
    assert folder is not None
    assert left == {folder.name, *(f"state{age}" for age in (1, 2, 3, 5, 8, 13))}


def test_the_newest_folders_are_kept_however_old(tmp_path: Path) -> None:
    for age in range(1, 9):
        old = tmp_path / f"state{age}"
        old.mkdir()
        then = time.time() - age * 1e7
        os.utime(old, (then, then))
    folder = cache.use_own_folder(tmp_path)
    left = {path.name for path in tmp_path.iterdir()}
    assert folder is not None
    assert left == {folder.name, "state1", "state2", "state3"}
