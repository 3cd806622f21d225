# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Only what no process uses is removed from shared memory."""

import fcntl
import mmap
import os
import subprocess
import sys
import time
from pathlib import Path

from kinesis_ros.graph.shared_memory import remove_stale_segments

LONG_AGO = time.time() - 100.0


def leave(folder: Path, *names: str) -> list[Path]:
    paths = [folder / name for name in names]
    for path in paths:
        path.write_bytes(bytes(64))
        os.utime(path, (LONG_AGO, LONG_AGO))
    return paths


def test_what_nobody_uses_is_removed_with_its_locks(tmp_path: Path) -> None:
    names = [
        *("fastrtps_0123456789abcdef", "fastrtps_0123456789abcdef_el"),
        *("fastrtps_port7411", "fastrtps_port7411_el", "sem.fastrtps_port7411_mutex"),
    ]
    leave(tmp_path, *names)
    assert sorted(remove_stale_segments(tmp_path)) == sorted(names)
    assert not list(tmp_path.iterdir())


def test_other_files_are_left_alone(tmp_path: Path) -> None:
    (path,) = leave(tmp_path, "psm_of_somebody_else")
    assert remove_stale_segments(tmp_path) == []
    assert path.exists()


def test_a_segment_whose_lock_is_held_stays(tmp_path: Path) -> None:
    _, lock = leave(tmp_path, "fastrtps_port7413", "fastrtps_port7413_el")
    code = (
        "import fcntl, sys; f = open(sys.argv[1], 'rb'); fcntl.flock(f, fcntl.LOCK_EX);"
        "print('held', flush=True); sys.stdin.read()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(lock)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert holder.stdout is not None
    holder.stdout.readline()
    assert remove_stale_segments(tmp_path) == []
    holder.communicate()
    assert len(remove_stale_segments(tmp_path)) == 2


def test_a_shared_lock_counts_too(tmp_path: Path) -> None:
    _, lock = leave(tmp_path, "fastrtps_port7415", "fastrtps_port7415_sl")
    with lock.open("rb") as stream:
        fcntl.flock(stream, fcntl.LOCK_SH)
        assert remove_stale_segments(tmp_path) == []


def test_a_mapped_segment_stays(tmp_path: Path) -> None:
    segment, _ = leave(tmp_path, "fastrtps_aa", "fastrtps_aa_el")
    with segment.open("r+b") as stream:
        mapped = mmap.mmap(stream.fileno(), 64)
    assert remove_stale_segments(tmp_path) == []
    mapped.close()
    assert len(remove_stale_segments(tmp_path)) == 2


def test_a_segment_of_a_starting_process_stays(tmp_path: Path) -> None:
    (tmp_path / "fastrtps_new").touch()
    assert remove_stale_segments(tmp_path) == []


def test_no_folder_is_no_error(tmp_path: Path) -> None:
    assert remove_stale_segments(tmp_path / "nowhere") == []
