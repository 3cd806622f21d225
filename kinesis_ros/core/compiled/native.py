# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""MuJoCo's C functions and arrays as numba sees them.

Compiled code calls `mj_step` itself, so a whole control step runs without Python and without
the interpreter lock; that is where the speed of training comes from.
"""

import ctypes
import functools
from pathlib import Path
from typing import Any, NamedTuple

import mujoco
import numpy as np
from llvmlite import binding as llvm
from llvmlite import ir
from numba import carray, types  # pyright: ignore[reportPrivateImportUsage]
from numba.extending import intrinsic

from kinesis_ros.core.compiled.cache import njit


@functools.cache
def _library() -> ctypes.CDLL:
    folder = Path(mujoco.__file__).parent
    version = mujoco.__version__
    names = [f"libmujoco.so.{version}", f"libmujoco.{version}.dylib", "mujoco.dll"]
    for name in names:
        if (folder / name).exists():
            return ctypes.CDLL(str(folder / name))
    raise OSError(f"MuJoCo's shared library is not in {folder}; looked for {', '.join(names)}")


def _c_function(name: str) -> Any:  # noqa: ANN401 callable from compiled code only
    """Let compiled code call `void name(mjModel*, mjData*)`, both given as addresses.

    Declared as an external symbol rather than a ctypes pointer, so that numba may keep the
    compiled callers on disk: the address differs from process to process, the name does not.
    """
    address = ctypes.cast(getattr(_library(), name), ctypes.c_void_p).value
    llvm.add_symbol(name, address)
    return types.ExternalFunction(name, types.void(types.intp, types.intp))


mj_step = _c_function("mj_step")
mj_step1 = _c_function("mj_step1")
mj_step2 = _c_function("mj_step2")
mj_forward = _c_function("mj_forward")
mj_reset_data = _c_function("mj_resetData")


class DataView(NamedTuple):
    """The arrays of one MjData that compiled code reads and writes (no copies)."""

    qpos: np.ndarray  # (nq,)
    qvel: np.ndarray  # (nv,)
    qacc_warmstart: np.ndarray  # (nv,)
    act: np.ndarray  # (na,)
    ctrl: np.ndarray  # (nu,)
    xpos: np.ndarray  # (nbody * 3,)
    xfrc_applied: np.ndarray  # (nbody * 6,)
    sensordata: np.ndarray  # (nsensordata,)
    actuator_length: np.ndarray  # (nu,)
    actuator_velocity: np.ndarray  # (nu,)
    actuator_moment: np.ndarray  # (nJmom,) sparse rows, one per actuator
    moment_rownnz: np.ndarray  # (nu,)
    moment_rowadr: np.ndarray  # (nu,)
    moment_colind: np.ndarray  # (nJmom,)


def view(data: mujoco.MjData) -> DataView:
    """Give compiled code the arrays of `data`. The view lives as long as `data` does."""
    return DataView(*(getattr(data, field).reshape(-1) for field in DataView._fields))


def addresses(data: mujoco.MjData) -> np.ndarray:
    """Memory addresses and sizes of the view's arrays: (2, fields) int64, for `view_at`."""
    arrays = view(data)
    return np.array([[a.ctypes.data for a in arrays], [a.size for a in arrays]], dtype=np.int64)


@intrinsic
def _as_pointer(typingctx: Any, source: Any) -> Any:  # noqa: ANN401 numba's own types
    def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ANN401
        del context, signature
        return builder.inttoptr(arguments[0], ir.IntType(8).as_pointer())

    return types.voidptr(types.int64), codegen


@njit(cache=True, nogil=True, inline="always")
def _floats(table, field):  # noqa: ANN001, ANN202 compiled
    pointer = _as_pointer(table[0, field])  # pyright: ignore[reportCallIssue] an intrinsic
    return carray(pointer, (table[1, field],), np.float64)


@njit(cache=True, nogil=True, inline="always")
def _integers(table, field):  # noqa: ANN001, ANN202 compiled
    pointer = _as_pointer(table[0, field])  # pyright: ignore[reportCallIssue] an intrinsic
    return carray(pointer, (table[1, field],), np.int32)


@njit(cache=True, nogil=True)
def view_at(table: np.ndarray) -> DataView:
    """Rebuild, inside compiled code, the view whose `addresses` are given."""
    return DataView(
        _floats(table, 0),
        _floats(table, 1),
        _floats(table, 2),
        _floats(table, 3),
        _floats(table, 4),
        _floats(table, 5),
        _floats(table, 6),
        _floats(table, 7),
        _floats(table, 8),
        _floats(table, 9),
        _floats(table, 10),
        _integers(table, 11),
        _integers(table, 12),
        _integers(table, 13),
    )
