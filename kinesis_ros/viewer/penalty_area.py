# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Ball, goal and goalkeeper in the 3D scene; each is hidden until it is known to be there."""

import numpy as np
import viser

from kinesis_ros.core.simulation import BALL_RADIUS, KEEPER_SIZE, POST_RADIUS, frame_bars, net_lines
from kinesis_ros.viewer import shapes

_WHITE = (245, 245, 245)
_NET = (132, 140, 150)
_NET_THICKNESS = 0.012  # [m]
_KEEPER = (242, 140, 40)


class PenaltyArea:
    """What is drawn of a penalty.

    Args:
        scene: of viser.
        root: name of the node of the world.
    """

    def __init__(self, scene: viser.SceneApi, root: str) -> None:
        self.ball = scene.add_icosphere(
            f"{root}/ball",
            radius=BALL_RADIUS,
            color=_WHITE,
            subdivisions=2,
            flat_shading=True,
            visible=False,
        )
        self.goal = scene.add_mesh_simple(
            f"{root}/goal", *shapes.bars(frame_bars(), POST_RADIUS), color=_WHITE, visible=False
        )
        self.net = scene.add_line_segments(
            f"{root}/goal/net", net_lines(), _NET, thickness=_NET_THICKNESS
        )
        radius, half = KEEPER_SIZE
        self.keeper = scene.add_box(
            f"{root}/keeper",
            color=_KEEPER,
            dimensions=(radius, 2.0 * radius, 2.0 * half),
            visible=False,
        )

    @property
    def shown(self) -> bool:
        """Whether there is a ball to kick."""
        return self.ball.visible

    def place_ball(self, position: np.ndarray, quaternion: np.ndarray) -> None:
        """Show the ball at a position (3,) [m], turned by (4,) (w, x, y, z), and the goal."""
        self.ball.position, self.ball.wxyz = position, quaternion
        self.ball.visible = self.goal.visible = True

    def place_keeper(self, position: np.ndarray) -> None:
        """Show the goalkeeper, the middle of its body at (3,) [m]."""
        self.keeper.position = position
        self.keeper.visible = True
