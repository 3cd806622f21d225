# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The penalty scene: a ball, a goal and, if wanted, a goalkeeper, added to a body's spec.

The ball comes after the body, so that the addresses of the body's coordinates stay as they are.
Ball and body touch each other and the floor; the frame of the goal and the keeper touch the ball
only.
"""

import mujoco

BALL, BALL_JOINT, KEEPER, NET = "ball", "ball_free", "keeper", "goal_net"  # names in the model
BALL_MASS, BALL_RADIUS = 0.45, 0.117  # [kg], [m] as in MyoChallenge 2025
GOAL_WIDTH, GOAL_HEIGHT = 7.32, 2.50  # [m] inside
BALL_PLACE = (1.25, 0.0)  # [m] in front of where the body stands at first
GOAL_DISTANCE = 10.0  # [m] of the line from the ball
GOAL_LINE = BALL_PLACE[0] + GOAL_DISTANCE  # [m] x of the line
POST_RADIUS = 0.06  # [m]
NET_DEPTH = 2.0  # [m] from the line to the net, which stops the ball
KEEPER_SIZE = (0.25, 0.90)  # [m] radius and half height

_BALL_BIT, _GOAL_BIT = 1, 2  # the body's geoms and the floor are of type 1

# A bounce keeps 80 % of the speed and takes about 15 ms, as footballs on a hard floor do.
_STIFFNESS, _DAMPING = -4.0e4, -26.0
# Sliding, torsional and rolling [m].
_FRICTION = (0.6, 0.003, 0.0025)


def add_penalty(spec: mujoco.MjSpec) -> None:
    """Add the ball and the goal to a body's uncompiled spec."""
    _add_ball(spec)
    _add_goal(spec)


def add_penalty_with_keeper(spec: mujoco.MjSpec) -> None:
    """Add the ball, the goal and the goalkeeper to a body's uncompiled spec."""
    add_penalty(spec)
    _add_keeper(spec)


def _add_ball(spec: mujoco.MjSpec) -> None:
    ball = spec.worldbody.add_body(name=BALL, pos=[*BALL_PLACE, BALL_RADIUS])
    ball.add_freejoint(name=BALL_JOINT)
    inertia = 2.0 / 3.0 * BALL_MASS * BALL_RADIUS**2  # of a shell
    ball.explicitinertial = 1
    ball.mass, ball.inertia, ball.ipos = BALL_MASS, [inertia] * 3, [0.0, 0.0, 0.0]
    ball.add_geom(
        name=BALL,
        type=mujoco.mjtGeom.mjGEOM_SPHERE,
        size=[BALL_RADIUS, 0.0, 0.0],
        condim=6,
        priority=1,
        friction=list(_FRICTION),
        solref=[_STIFFNESS, _DAMPING],
        contype=_GOAL_BIT,
        conaffinity=_BALL_BIT,
        rgba=[0.95, 0.95, 0.95, 1.0],
    )


def _add_goal(spec: mujoco.MjSpec) -> None:
    half, top = 0.5 * GOAL_WIDTH + POST_RADIUS, GOAL_HEIGHT + POST_RADIUS
    x = GOAL_LINE
    corners = ([x, half, 0.0], [x, half, top], [x, -half, top], [x, -half, 0.0])
    names = ("goal_post_left", "goal_crossbar", "goal_post_right")
    for name, begin, end in zip(names, corners, corners[1:], strict=False):
        spec.worldbody.add_geom(
            name=name,
            type=mujoco.mjtGeom.mjGEOM_CAPSULE,
            size=[POST_RADIUS, 0.0, 0.0],
            fromto=[*begin, *end],
            contype=0,
            conaffinity=_GOAL_BIT,
            rgba=[1.0, 1.0, 1.0, 1.0],
        )
    spec.worldbody.add_geom(
        name=NET,
        type=mujoco.mjtGeom.mjGEOM_BOX,
        size=[0.02, half, 0.5 * top],
        pos=[x + NET_DEPTH, 0.0, 0.5 * top],
        contype=0,
        conaffinity=_GOAL_BIT,
        rgba=[0.9, 0.9, 0.9, 0.35],
    )


def _add_keeper(spec: mujoco.MjSpec) -> None:
    radius, half = KEEPER_SIZE
    keeper = spec.worldbody.add_body(name=KEEPER, pos=[GOAL_LINE, 0.0, half], mocap=True)
    keeper.add_geom(
        name=KEEPER,
        type=mujoco.mjtGeom.mjGEOM_BOX,
        size=[0.5 * radius, radius, half],
        contype=0,
        conaffinity=_GOAL_BIT,
        rgba=[0.95, 0.55, 0.15, 1.0],
    )
