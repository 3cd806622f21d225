# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Pictures for RViz: muscles coloured by activation, the ghost of the reference, the penalty."""

import numpy as np
from builtin_interfaces.msg import Time
from geometry_msgs.msg import Point
from std_msgs.msg import ColorRGBA
from visualization_msgs.msg import Marker, MarkerArray

from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.muscles import activation_colors, muscle_segments
from kinesis_ros.core.simulation import Simulation, frame_bars, net_lines
from kinesis_ros.nodes.messages import ODOM_FRAME
from urdf_mjcf.penalty import BALL_RADIUS, KEEPER_SIZE, POST_RADIUS

UPRIGHT = np.array([1.0, 0.0, 0.0, 0.0])  # quaternion (w, x, y, z)

_SHADES = [
    ColorRGBA(r=r, g=g, b=b, a=1.0)
    for r, g, b in activation_colors(np.linspace(0.0, 1.0, 65)).tolist()
]
_WHITE = ColorRGBA(r=0.95, g=0.95, b=0.95, a=1.0)
_ORANGE = ColorRGBA(r=0.95, g=0.55, b=0.15, a=1.0)
_GREY = ColorRGBA(r=0.55, g=0.58, b=0.62, a=0.6)
_NET_WIDTH = 0.015  # [m]
_GHOST_LIMBS = ((0, 1), (1, 2), (2, 3), (0, 4), (4, 5), (5, 6))  # pairs of KEY_BODIES


def _points(lines: np.ndarray) -> list[Point]:
    """End points of lines (N, 2, 3), as a LINE_LIST wants them."""
    return [Point(x=x, y=y, z=z) for x, y, z in lines.reshape(-1, 3).tolist()]


_FRAME, _NET = _points(frame_bars()), _points(net_lines())


def muscles(stamp: Time, simulation: Simulation) -> Marker:
    """Muscle paths as lines, blue when relaxed and red when fully active."""
    marker = _lines(stamp, "muscles", 0.006)
    segments, owners = muscle_segments(simulation.body.model, simulation.data)
    shade = np.clip(simulation.activation * (len(_SHADES) - 1), 0, len(_SHADES) - 1)
    marker.points = _points(segments)
    marker.colors = [_SHADES[i] for i in np.repeat(shade.astype(int)[owners], 2)]
    return marker


def penalty(stamp: Time, simulation: Simulation) -> list[Marker]:
    """Ball, goal and goalkeeper, those that there are."""
    if simulation.ball is None:
        return []
    ball = _solid(stamp, "ball", Marker.SPHERE, simulation.ball.state.position, _WHITE)
    ball.scale.x = ball.scale.y = ball.scale.z = 2.0 * BALL_RADIUS
    goal = _lines(stamp, "goal", 2.0 * POST_RADIUS)
    goal.color, goal.points = _WHITE, _FRAME
    net = _lines(stamp, "net", _NET_WIDTH)
    net.color, net.points = _GREY, _NET
    shown = [ball, goal, net]
    if simulation.goalkeeper is not None:
        place = simulation.goalkeeper.place
        keeper = _solid(stamp, "keeper", Marker.CUBE, place, _ORANGE)
        radius, height = KEEPER_SIZE
        keeper.scale.x, keeper.scale.y, keeper.scale.z = radius, 2.0 * radius, 2.0 * height
        shown.append(keeper)
    return shown


def ghost(stamp: Time, reference: np.ndarray) -> Marker:
    """Legs of a reference state (STATE_SIZE,) as grey lines."""
    marker = _lines(stamp, "reference", 0.03)
    marker.color = ColorRGBA(r=0.5, g=0.5, b=0.5, a=0.5)
    keys = reference[ks.KEY_POSITION].reshape(-1, 3).tolist()
    marker.points = [
        Point(x=keys[i][0], y=keys[i][1], z=keys[i][2]) for limb in _GHOST_LIMBS for i in limb
    ]
    return marker


def prefixed(shown: list[Marker], prefix: str) -> MarkerArray:
    """The markers as one message, with a prefix before their frames."""
    for marker in shown:
        marker.header.frame_id = prefix + marker.header.frame_id
    return MarkerArray(markers=shown)


def _solid(
    stamp: Time, namespace: str, kind: int, position: np.ndarray, color: ColorRGBA
) -> Marker:
    marker = Marker(ns=namespace, type=kind, action=Marker.ADD, color=color)
    marker.header.stamp, marker.header.frame_id = stamp, ODOM_FRAME
    marker.pose.orientation.w = 1.0
    at = marker.pose.position
    at.x, at.y, at.z = position.tolist()
    return marker


def _lines(stamp: Time, namespace: str, width: float) -> Marker:
    marker = Marker(ns=namespace, type=Marker.LINE_LIST, action=Marker.ADD)
    marker.header.stamp, marker.header.frame_id = stamp, ODOM_FRAME
    marker.pose.orientation.w = 1.0
    marker.scale.x = width  # [m]
    return marker
