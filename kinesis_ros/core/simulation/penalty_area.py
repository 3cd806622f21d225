# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What is at a penalty: where the ball should go in words, where it went, and the goalkeeper."""

import dataclasses
import math

import mujoco
import numpy as np

from kinesis_ros.core.body import CONTROL_RATE, Body
from urdf_mjcf.penalty import (
    BALL,
    BALL_JOINT,
    BALL_RADIUS,
    GOAL_HEIGHT,
    GOAL_LINE,
    GOAL_WIDTH,
    KEEPER,
    KEEPER_SIZE,
)

BALL_QPOS = 7  # coordinates of the ball, which come after the body's

_CORNER = 0.7  # share of half the goal's width that 'left' and 'right' aim at


def aim_point(words: str = "") -> tuple[float, float, float]:
    """The point (x, y, z) [m] of the goal that words such as 'left' mean."""
    side = ("left" in words) - ("right" in words)
    height = 0.5 * GOAL_HEIGHT if {"top", "high"} & set(words.split()) else BALL_RADIUS
    return (GOAL_LINE, 0.5 * _CORNER * GOAL_WIDTH * side, height)


def ball_addresses(body: Body) -> tuple[int, int] | None:
    """Where the ball's coordinates and velocities begin in the model's; None: there is no ball."""
    if mujoco.mj_name2id(body.model, mujoco.mjtObj.mjOBJ_BODY, BALL) < 0:
        return None
    joint = body.model.joint(BALL_JOINT)
    return int(joint.qposadr[0]), int(joint.dofadr[0])


@dataclasses.dataclass(frozen=True)
class BallState:
    """The ball in the world.

    Attributes:
        position: (3,) [m].
        quaternion: (4,) (w, x, y, z).
        velocity: (3,) [m/s].
        spin: (3,) angular velocity in the ball's frame [rad/s].
    """

    position: np.ndarray
    quaternion: np.ndarray
    velocity: np.ndarray
    spin: np.ndarray


class Ball:
    """The ball of one simulation.

    Args:
        body: in a scene with a ball.
        data: of its model.
    """

    def __init__(self, body: Body, data: mujoco.MjData) -> None:
        addresses = ball_addresses(body)
        if addresses is None:
            raise ValueError("there is no ball in the body's scene")
        qpos, qvel = addresses
        self._qpos = data.qpos[qpos : qpos + BALL_QPOS]
        self._qvel = data.qvel[qvel : qvel + 6]

    @classmethod
    def find(cls, body: Body, data: mujoco.MjData) -> "Ball | None":
        """The ball, None when there is none."""
        return None if ball_addresses(body) is None else cls(body, data)

    @property
    def state(self) -> BallState:
        """Now."""
        position, quaternion = self._qpos[:3].copy(), self._qpos[3:].copy()
        return BallState(position, quaternion, self._qvel[:3].copy(), self._qvel[3:].copy())

    def put(self, x: float, y: float) -> None:
        """Lay the ball on the floor, at rest [m]."""
        self._qpos[:] = (x, y, BALL_RADIUS, 1.0, 0.0, 0.0, 0.0)
        self._qvel[:] = 0.0


class GoalWatch:
    """Notices how the ball crosses the goal line."""

    def __init__(self) -> None:
        self.crossing: np.ndarray | None = None  # (3,) where it crossed the line first [m]
        self._last: np.ndarray | None = None

    def see(self, position: np.ndarray) -> None:
        """Note where the middle of the ball (3,) is, one control step after the other."""
        last, self._last = self._last, position.copy()
        if last is None or self.crossing is not None or not last[0] < GOAL_LINE <= position[0]:
            return
        share = (GOAL_LINE - last[0]) / (position[0] - last[0])
        self.crossing = last + share * (position - last)

    @property
    def between_posts(self) -> bool:
        """Whether it crossed between the posts, at any height."""
        return self.crossing is not None and abs(float(self.crossing[1])) < 0.5 * GOAL_WIDTH

    @property
    def in_goal(self) -> bool:
        """Whether it crossed between the posts and under the bar."""
        return self.between_posts and float(self.crossing[2]) < GOAL_HEIGHT  # type: ignore[index]


@dataclasses.dataclass(frozen=True)
class GoalkeeperConfig:
    """How the goalkeeper moves.

    Attributes:
        speed: to the side, at most [m/s].
        reaction: time after the ball began to move in which it does nothing [s].
    """

    speed: float = 2.0
    reaction: float = 0.25

    def __post_init__(self) -> None:
        if not (0.0 <= self.speed <= 10.0 and 0.0 <= self.reaction <= 2.0):
            raise ValueError(
                "speed must be from 0 to 10 m/s and reaction from 0 to 2 s, they are "
                f"{self.speed} and {self.reaction}"
            )


class Goalkeeper:
    """Moves along the goal line to where the ball will cross it.

    Args:
        body: in a scene with a keeper.
        data: of its model.
        config: options.
    """

    _MOVING = 0.3  # [m/s] of a ball that has been kicked
    _REACH = 0.5 * GOAL_WIDTH - KEEPER_SIZE[0]  # [m] from the middle

    def __init__(
        self, body: Body, data: mujoco.MjData, config: GoalkeeperConfig | None = None
    ) -> None:
        self.config = config or GoalkeeperConfig()
        mocap = body.model.body(KEEPER).mocapid[0]
        self._place = data.mocap_pos[mocap]
        self._seen = 0.0  # [s] that the ball has been moving

    @classmethod
    def find(cls, body: Body, data: mujoco.MjData) -> "Goalkeeper | None":
        """The keeper, None when there is none."""
        has_one = mujoco.mj_name2id(body.model, mujoco.mjtObj.mjOBJ_BODY, KEEPER) >= 0
        return cls(body, data) if has_one else None

    @property
    def place(self) -> np.ndarray:
        """Middle of its body (3,) [m]."""
        return self._place.copy()

    def stand(self, y: float = 0.0) -> None:
        """Stand on the line [m] from its middle and wait."""
        self._place[1] = min(max(y, -self._REACH), self._REACH)
        self._seen = 0.0

    def advance(self, ball: BallState) -> None:
        """Move for one control step."""
        ahead = GOAL_LINE - ball.position[0]
        if float(np.linalg.norm(ball.velocity)) < self._MOVING:
            return
        self._seen += 1.0 / CONTROL_RATE
        if self._seen < self.config.reaction or ahead < 0.0:
            return
        way = ball.velocity[1] / ball.velocity[0] if ball.velocity[0] > self._MOVING else 0.0
        wanted = float(ball.position[1] + ahead * way)
        wanted = min(max(wanted, -self._REACH), self._REACH)
        step = self.config.speed / CONTROL_RATE
        off = wanted - self._place[1]
        self._place[1] += math.copysign(min(abs(off), step), off)
