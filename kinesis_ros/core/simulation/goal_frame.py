# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The goal at a penalty as lines to draw: its frame and its net, where the simulation has them."""

import numpy as np

from urdf_mjcf.penalty import GOAL_HEIGHT, GOAL_LINE, GOAL_WIDTH, NET_DEPTH, POST_RADIUS

_MESH = 0.5  # [m] of the net that is drawn; a real one would be a grey plane at ten metres

_HALF = 0.5 * GOAL_WIDTH + POST_RADIUS  # [m] from the middle to the middle of a post
_TOP = GOAL_HEIGHT + POST_RADIUS  # [m] of the middle of the bar


def frame_bars() -> np.ndarray:
    """Both posts and the bar between them: end points of their middle lines, (3, 2, 3) [m]."""
    corners = [
        (GOAL_LINE, y, z) for y, z in ((_HALF, 0), (_HALF, _TOP), (-_HALF, _TOP), (-_HALF, 0))
    ]
    return np.stack([corners[:-1], corners[1:]], axis=1)


def net_lines() -> np.ndarray:
    """Threads of the net behind the frame: its back, its sides and its roof, (N, 2, 3) [m]."""
    front, back = GOAL_LINE, GOAL_LINE + NET_DEPTH
    across, deep, up = (_threads(*ends) for ends in ((-_HALF, _HALF), (front, back), (0.0, _TOP)))
    lines = [((back, y, 0.0), (back, y, _TOP)) for y in across]
    lines += [((front, y, _TOP), (back, y, _TOP)) for y in across]
    lines += [((back, -_HALF, z), (back, _HALF, z)) for z in up]
    lines += [((x, -_HALF, _TOP), (x, _HALF, _TOP)) for x in deep[1:-1]]
    for y in (-_HALF, _HALF):
        lines += [((x, y, 0.0), (x, y, _TOP)) for x in deep[1:-1]]
        lines += [((front, y, z), (back, y, z)) for z in up[:-1]]
    return np.array(lines)


def _threads(begin: float, end: float) -> np.ndarray:
    """Places of evenly spaced threads, one at either end."""
    return np.linspace(begin, end, round((end - begin) / _MESH) + 1)
