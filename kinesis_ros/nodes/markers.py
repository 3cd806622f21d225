# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Pictures for RViz: muscles coloured by activation, and the ghost of the reference."""

import numpy as np
from builtin_interfaces.msg import Time
from geometry_msgs.msg import Point
from std_msgs.msg import ColorRGBA
from visualization_msgs.msg import Marker

from kinesis_ros.core import kinematic_state as ks
from kinesis_ros.core.muscle_paths import activation_colors, muscle_segments
from kinesis_ros.core.simulation import Simulation
from kinesis_ros.nodes.messages import ODOM_FRAME

UPRIGHT = np.array([1.0, 0.0, 0.0, 0.0])  # quaternion (w, x, y, z)

_SHADES = [
    ColorRGBA(r=r, g=g, b=b, a=1.0)
    for r, g, b in activation_colors(np.linspace(0.0, 1.0, 65)).tolist()
]
_GHOST_LIMBS = ((0, 1), (1, 2), (2, 3), (0, 4), (4, 5), (5, 6))  # pairs of KEY_BODIES


def muscles(stamp: Time, simulation: Simulation) -> Marker:
    """Muscle paths as lines, blue when relaxed and red when fully active."""
    marker = _lines(stamp, "muscles", 0.006)
    segments, owners = muscle_segments(simulation.body.model, simulation.data)
    shade = np.clip(simulation.activation * (len(_SHADES) - 1), 0, len(_SHADES) - 1)
    marker.points = [Point(x=x, y=y, z=z) for x, y, z in segments.reshape(-1, 3).tolist()]
    marker.colors = [_SHADES[i] for i in np.repeat(shade.astype(int)[owners], 2)]
    return marker


def ghost(stamp: Time, reference: np.ndarray) -> Marker:
    """Legs of a reference state (STATE_SIZE,) as grey lines."""
    marker = _lines(stamp, "reference", 0.03)
    marker.color = ColorRGBA(r=0.5, g=0.5, b=0.5, a=0.5)
    keys = reference[ks.KEY_POSITION].reshape(-1, 3).tolist()
    marker.points = [
        Point(x=keys[i][0], y=keys[i][1], z=keys[i][2]) for limb in _GHOST_LIMBS for i in limb
    ]
    return marker


def _lines(stamp: Time, namespace: str, width: float) -> Marker:
    marker = Marker(ns=namespace, type=Marker.LINE_LIST, action=Marker.ADD)
    marker.header.stamp, marker.header.frame_id = stamp, ODOM_FRAME
    marker.pose.orientation.w = 1.0
    marker.scale.x = width  # [m]
    return marker
