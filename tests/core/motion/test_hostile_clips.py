# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Whatever a clip file holds: a clip of finite numbers, or a ClipError; never much memory."""

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest

from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.motion import Clip, ClipError, DamagedFileError, read_npz
from kinesis_ros.core.motion.npz_file import read_npy

GOOD = {
    "format_version": 1,
    "rate": 30.0,
    "name": "a",
    "label": "walk",
    "states": np.zeros((9, ks.STATE_SIZE), np.float32),
}


def promised(shape: tuple[int, ...], dtype: str = "<f8") -> bytes:
    """An npy file that promises an array and holds nothing of it."""
    stream = io.BytesIO()
    header = {"descr": dtype, "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(stream, header)
    return stream.getvalue()


@pytest.mark.parametrize(
    "fields",
    [
        {"states": np.full((9, ks.STATE_SIZE), np.nan)},
        {"states": np.zeros((9, 3))},
        {"states": np.zeros(9)},
        {"states": np.zeros((9, ks.STATE_SIZE), complex)},
        {"states": np.full((9, ks.STATE_SIZE), "x")},
        {"kicks": np.full((1, 5), "x")},
        {"kicks": np.full((1, 5), np.inf)},
        {"rate": np.array([30.0, 30.0])},
        {"rate": "thirty"},
        {"format_version": np.zeros(0)},
        {"format_version": np.nan},
    ],
)
def test_fields_that_make_no_clip_are_refused(tmp_path: Path, fields: dict) -> None:
    np.savez(tmp_path / "a.npz", **{**GOOD, **fields})
    with pytest.raises(ClipError, match="clip"):
        Clip.load(tmp_path / "a.npz")


@pytest.mark.parametrize(
    ("shape", "dtype"),
    [
        ((10**6, 10**6), "<f8"),
        ((2**62,), "<f8"),
        ((2**40, 2**40), "<f8"),
        ((), "<U400000000"),
        ((10**10,), "|O"),
    ],
)
def test_a_promise_of_gigabytes_is_refused_before_memory_is_taken(
    tmp_path: Path, shape: tuple[int, ...], dtype: str
) -> None:
    (tmp_path / "a.npy").write_bytes(promised(shape, dtype))
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive:
        archive.writestr("states.npy", promised(shape, dtype))
    with pytest.raises(DamagedFileError, match="MB are the most"):
        read_npz(tmp_path / "a.npz")
    with pytest.raises(DamagedFileError, match="MB are the most"):
        read_npy(tmp_path / "a.npy")


def test_a_small_file_that_unpacks_to_gigabytes_is_refused(tmp_path: Path) -> None:
    np.savez_compressed(tmp_path / "a.npz", a=np.zeros(2_000_000), b=np.zeros(2_000_000))
    assert (tmp_path / "a.npz").stat().st_size < 100_000
    assert len(read_npz(tmp_path / "a.npz", most_bytes=40_000_000)) == 2
    with pytest.raises(DamagedFileError, match="8 MB are the most"):
        read_npz(tmp_path / "a.npz", most_bytes=24_000_000)


def test_only_what_is_wanted_is_unpacked(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", a=np.ones(3), b=np.array([{"code": 1}]))
    np.testing.assert_array_equal(read_npz(tmp_path / "a.npz", ["a"])["a"], np.ones(3))
    with pytest.raises(DamagedFileError):
        read_npz(tmp_path / "a.npz")
