# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""An OpenGL context without a screen: EGL where there is one, else OSMesa."""

import functools
import importlib
import os
import subprocess
import sys
from typing import Protocol

BACKENDS = ("egl", "osmesa")  # EGL first: it uses a graphics card where there is one
REMEDY = "apt install libegl1 libgl1-mesa-dri, or apt install libosmesa6"

_PROBE = "from mujoco.{0} import GLContext; c = GLContext(8, 8); c.make_current(); c.free()"
_PATIENCE = 60.0  # [s] for a probe; a first start reads all of mujoco from disk


class GraphicsError(RuntimeError):
    """Nothing on this machine can draw off screen; the message says how to get it."""


class Context(Protocol):
    """What MuJoCo's GLContext classes have in common."""

    def make_current(self) -> None:
        """Let OpenGL calls of this thread go here."""
        ...

    def free(self) -> None:
        """Give it back."""
        ...


@functools.cache
def find_backend() -> str:
    """The first of `BACKENDS` that works here, or the one that MUJOCO_GL names.

    It is tried in a process of its own: a driver that is broken may end the process, and PyOpenGL
    can choose its platform only once.

    Raises:
        GraphicsError: none works.
    """
    chosen = os.environ.get("MUJOCO_GL", "").lower()
    reasons = []
    for backend in (chosen,) if chosen in BACKENDS else BACKENDS:
        environment = {k: v for k, v in os.environ.items() if k != "PYOPENGL_PLATFORM"}
        try:
            subprocess.run(
                [sys.executable, "-c", _PROBE.format(backend)],
                env={**environment, "MUJOCO_GL": backend},
                capture_output=True,
                text=True,
                timeout=_PATIENCE,
                check=True,
            )
        except subprocess.CalledProcessError as error:
            reasons.append(f"{backend}: {(error.stderr.strip() or 'crashed').splitlines()[-1]}")
        except subprocess.TimeoutExpired:
            reasons.append(f"{backend}: no answer in {_PATIENCE:g} s")
        else:
            return backend
    raise GraphicsError(f"nothing here can draw off screen ({'; '.join(reasons)}): {REMEDY}")


def make_context(width: int, height: int) -> Context:
    """Make a context for pictures of up to `width` x `height` pixels and make it current.

    Raises:
        GraphicsError: there is no way to draw here.
    """
    backend = find_backend()
    try:
        context = importlib.import_module(f"mujoco.{backend}").GLContext(width, height)
        context.make_current()
    except Exception as error:  # PyOpenGL raises what the driver makes it raise
        raise GraphicsError(f"drawing off screen with {backend} fails: {error}") from error
    return context
