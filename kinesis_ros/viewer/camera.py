# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Where a browser's camera stands at first, from the middle of the view on the floor."""

from typing import NamedTuple

import viser

_NARROW = 700  # [px]


class Standpoint(NamedTuple):
    """A camera's place and the point that it looks at, (x, y, z) each [m]."""

    position: tuple[float, float, float]
    look_at: tuple[float, float, float]


BESIDE = Standpoint((1.1, -1.75, 1.15), (0.0, 0.0, 0.86))
BEHIND = Standpoint((-3.3, -1.2, 1.75), (1.0, 0.05, 0.8))  # at a penalty: the goal is ahead

# On phones the controls cover the lower half.
_BESIDE_NARROW = Standpoint((2.05, -3.1, 0.7), (0.0, 0.0, -0.65))
_BEHIND_NARROW = Standpoint((-5.6, -1.3, 2.0), (1.0, 0.0, -1.9))


def is_narrow(camera: viser.CameraHandle) -> bool:
    """Whether the view is a phone's, held upright."""
    return camera.image_width < _NARROW and camera.image_width < camera.image_height


def place_camera(camera: viser.CameraHandle, *, penalty: bool) -> None:
    """Let a browser see the body, and the goal if there is one, above the controls."""
    if is_narrow(camera):
        standpoint = _BEHIND_NARROW if penalty else _BESIDE_NARROW
    else:
        standpoint = BEHIND if penalty else BESIDE
    camera.position, camera.look_at = standpoint
