# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Files are whole or absent, whatever happens while they are written."""

import ast
import errno
from pathlib import Path

import pytest

from kinesis_ros.core.motion.npz_file import write_npz
from kinesis_ros.files import WriteError, cache_folder, write_text, written_whole

ROOT = Path(__file__).parents[2]


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / "file.txt"
    path.write_text("old")
    return path


@pytest.mark.parametrize("durable", [False, True])
def test_the_new_file_takes_the_place_of_the_old_one(old: Path, durable: bool) -> None:
    with written_whole(old, durable=durable) as beside:
        assert beside.parent == old.parent
        beside.write_text("new")
        assert old.read_text() == "old"
    assert old.read_text() == "new"
    assert list(old.parent.iterdir()) == [old]


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, ValueError, SystemExit])
def test_an_interrupted_write_leaves_the_old_file_and_nothing_beside(
    old: Path, interruption: type[BaseException]
) -> None:
    def write() -> None:
        with written_whole(old) as beside:
            beside.write_text("half of the n")
            raise interruption

    with pytest.raises(interruption):
        write()
    assert old.read_text() == "old"
    assert list(old.parent.iterdir()) == [old]


def test_a_full_disk_is_one_clear_error(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(WriteError) as caught:
        write_text(old, "new")
    assert str(caught.value) == f"cannot write '{old}': No space left on device"
    monkeypatch.undo()
    assert old.read_text() == "old"
    assert list(old.parent.iterdir()) == [old]


def test_a_disk_that_fills_up_in_the_middle_is_one_clear_error(tmp_path: Path) -> None:
    """The device that is always full, where there is one."""
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no /dev/full")
    with (
        pytest.raises(WriteError, match=r"cannot write .*No space left"),
        written_whole(tmp_path / "motion.npz"),
        full.open("wb", buffering=0) as stream,
    ):
        stream.write(b"x")
    assert not list(tmp_path.iterdir())


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    path = tmp_path / "nowhere" / "clip.npz"
    with pytest.raises(WriteError, match=f"cannot write '{path}': No such file"):
        write_npz(path, a=1.0)


def test_two_writers_of_one_file_do_not_disturb_each_other(old: Path) -> None:
    with written_whole(old) as first, written_whole(old) as second:
        assert first != second
        first.write_text("first")
        second.write_text("second")
    assert old.read_text() == "first"  # it finished last
    assert list(old.parent.iterdir()) == [old]


def test_nothing_moves_files_into_place_by_hand() -> None:
    """But bags: a crash must leave their part, which can be read."""
    movers = {
        str(path.relative_to(ROOT))
        for top in ("kinesis_ros", "kinesis_training", "urdf_mjcf")
        for path in (ROOT / top).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and (node.value.id, node.attr) in {("os", "replace"), ("os", "rename"), ("shutil", "move")}
    }
    assert movers == {"kinesis_ros/files/whole.py", "kinesis_ros/recording/bag.py"}


@pytest.mark.parametrize("home", ["", "relative/cache"])
def test_the_cache_is_in_the_home_folder_unless_the_user_says_where(
    home: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", home)
    assert cache_folder("urdf") == tmp_path / ".cache" / "kinesis_ros" / "urdf"
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "mine"))
    assert cache_folder("urdf") == tmp_path / "mine" / "kinesis_ros" / "urdf"


def test_nothing_else_looks_for_the_cache() -> None:
    seekers = {
        str(path.relative_to(ROOT))
        for top in ("kinesis_ros", "kinesis_training", "urdf_mjcf")
        for path in (ROOT / top).rglob("*.py")
        if "XDG_CACHE_HOME" in path.read_text(encoding="utf-8")
    }
    assert seekers == {"kinesis_ros/files/cache.py"}
