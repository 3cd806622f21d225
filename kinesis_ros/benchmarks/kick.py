# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Penalty kicks by the protocol of MyoChallenge 2025 and KINESIS, without and with a goalkeeper."""

import dataclasses
from collections.abc import Iterator
from typing import Protocol

import mujoco
import numpy as np

from kinesis_ros.core.body import CONTROL_RATE, SUBSTEPS, Body, state_tables, write_state
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.compiled import native
from kinesis_ros.core.plans import GoalState, Kick, Plan
from kinesis_ros.core.rollout import GoalReference, Rollout
from kinesis_ros.core.simulation import Ball, BallState, Goalkeeper, GoalWatch
from urdf_mjcf.penalty import BALL_PLACE, BALL_RADIUS, GOAL_LINE, GOAL_WIDTH

PROTOCOL = (
    "ball of 0.45 kg 10 m before the line of a goal of 7.32 x 2.50 m; the body stands 1 to 1.5 m "
    "behind the ball, up to 0.5 m to a side, facing the goal, and is told a point of the goal, "
    "uniform over 80 % of its width; with a keeper, one that starts anywhere on the line, reacts "
    "after 0.25 s and moves at up to 2 m/s, the point is 70 % of the way to the post that is "
    "farther from it; goals: the ball crosses the line between posts and bar within 25 s and the "
    "body has not fallen till then; goals by the reference rule: at any height, fallen or not; "
    "standing: 2 s after the ball crossed the line or came to rest; ball speed: largest; "
    "aiming error: along the goal line, of balls that reached it"
)

_NEAREST, _SPREAD, _ASIDE = 1.0, 0.5, 0.5  # [m] behind the ball, and to a side
_AIMED, _CORNER = 0.8, 0.7  # shares of half the goal's width
_KEEPER_WIDTH = 3.3  # [m] from the middle, where keepers start
_TIME, _AFTERWARDS = 25.0, 2.0  # [s]
_KICKED, _AT_REST = 1.0, 0.05  # [m/s] of the ball


@dataclasses.dataclass(frozen=True)
class KickTask:
    """One penalty.

    Attributes:
        x, y: where the body stands at first [m].
        target_y: of the point of the goal, left of its middle [m].
        keeper_y: where the keeper stands at first [m].
    """

    x: float
    y: float
    target_y: float
    keeper_y: float


@dataclasses.dataclass(frozen=True)
class KickTrial:
    """How one penalty went.

    Attributes:
        x, y, target_y: of the task [m].
        keeper_y: likewise; None: without a keeper.
        goal: between posts and bar, from a body on its feet.
        goal_by_reference_rule: between the posts at any height, fallen or not.
        standing: 2 s later.
        ball_speed_m_s: largest; 0: the ball was not hit.
        crossing_y: where the ball crossed the line; None: it did not [m].
        crossing_z: likewise, its height [m].
        why: what became of the goal `kick`.
    """

    x: float
    y: float
    target_y: float
    keeper_y: float | None
    goal: bool
    goal_by_reference_rule: bool
    standing: bool
    ball_speed_m_s: float
    crossing_y: float | None
    crossing_z: float | None
    why: str


@dataclasses.dataclass(frozen=True)
class KickSummary:
    """Shares of the trials, and means.

    Attributes:
        n: trials.
        goals: share.
        goals_by_reference_rule: share.
        standing: share.
        mean_ball_speed_m_s: of the balls that were hit [m/s]; None: none was.
        median_aim_error_m: of the balls that reached the line [m]; None: none did.
        keeper: whether there was a goalkeeper.
    """

    n: int
    goals: float
    goals_by_reference_rule: float
    standing: float
    mean_ball_speed_m_s: float | None
    median_aim_error_m: float | None
    keeper: bool


class Kicker(Protocol):
    """A body with a ball before it."""

    reference: GoalReference

    @property
    def fell(self) -> bool:
        """Whether it has fallen since the last reset."""
        ...

    @property
    def ball(self) -> BallState:
        """Now."""
        ...

    def reset(self, task: KickTask) -> None:
        """Stand where the task says; the ball is on its place."""
        ...

    def step(self) -> None:
        """Let a control step pass."""
        ...


class BodyKicker:
    """A muscle-driven body.

    Args:
        rollout: in a scene with a ball, with a `GoalReference`.
    """

    def __init__(self, rollout: Rollout) -> None:
        if not isinstance(rollout.reference, GoalReference) or rollout.simulation.ball is None:
            raise TypeError("the rollout has to follow goals, and needs a ball")
        self.reference, self._ball = rollout.reference, rollout.simulation.ball
        self._rollout = rollout

    @property
    def fell(self) -> bool:
        """Whether it has fallen since the last reset."""
        return self._rollout.fell_at is not None

    @property
    def ball(self) -> BallState:
        """Now."""
        return self._ball.state

    def reset(self, task: KickTask) -> None:
        """Stand where the task says; the ball is on its place."""
        self._rollout.reset(_placed(self.reference.start, task))
        keeper = self._rollout.simulation.goalkeeper
        if keeper is not None:
            keeper.stand(task.keeper_y)

    def step(self) -> None:
        """Let a control step pass."""
        self._rollout.step()


class GhostKicker:
    """A body that is always where the reference is, and a real ball: what the plan is worth.

    Args:
        reference: of goals.
        body: in a scene with a ball.
    """

    fell = False

    def __init__(self, reference: GoalReference, body: Body) -> None:
        self.reference, self._model = reference, body.model
        self._data = mujoco.MjData(body.model)
        self._tables, self._view = state_tables(body), native.view(self._data)
        self._ball, self._keeper = Ball(body, self._data), Goalkeeper.find(body, self._data)
        self._state, self._frame = reference.start, 0

    @property
    def ball(self) -> BallState:
        """Now."""
        return self._ball.state

    def reset(self, task: KickTask) -> None:
        """Stand where the task says; the ball is on its place."""
        mujoco.mj_resetData(self._model, self._data)
        if self._keeper is not None:
            self._keeper.stand(task.keeper_y)
        self._state, self._frame = _placed(self.reference.start, task), 0
        self.reference.see_ball(self.ball.position[:2])
        self.reference.begin(self._state)

    def step(self) -> None:
        """Let a control step pass: the body goes evenly from frame to frame."""
        self.reference.see_ball(self.ball.position[:2])
        frames, now = self.reference.window(self._frame, self._state)
        begin, end = frames[now], frames[now + 1]
        if self._keeper is not None:
            self._keeper.advance(self.ball)
        between = end.copy()
        for axes, speed in (
            (ks.POSITION, ks.LINEAR_VELOCITY),
            (ks.JOINT_POSITION, ks.JOINT_VELOCITY),
        ):
            between[speed] = (end[axes] - begin[axes]) * CONTROL_RATE
        for i in range(SUBSTEPS):
            share = i / SUBSTEPS
            for axes in (ks.POSITION, ks.JOINT_POSITION, ks.QUATERNION):
                between[axes] = (1.0 - share) * begin[axes] + share * end[axes]
            between[ks.QUATERNION] /= np.linalg.norm(between[ks.QUATERNION])
            write_state(self._tables, self._view, between)
            mujoco.mj_step(self._model, self._data)
        self._state, self._frame = end.copy(), self._frame + 1


def tasks(n: int, seed: int, *, keeper: bool) -> Iterator[KickTask]:
    """The penalties of a run; the same for the same seed."""
    rng = np.random.default_rng(seed)
    for _ in range(n):
        x = BALL_PLACE[0] - _NEAREST - rng.uniform(0.0, _SPREAD)
        y = BALL_PLACE[1] + rng.uniform(-_ASIDE, _ASIDE)
        target = 0.5 * GOAL_WIDTH * _AIMED * rng.uniform(-1.0, 1.0)
        keeper_y = rng.uniform(-_KEEPER_WIDTH, _KEEPER_WIDTH)
        if keeper:
            target = -0.5 * GOAL_WIDTH * _CORNER * (1.0 if keeper_y > 0.0 else -1.0)
        yield KickTask(float(x), float(y), float(target), float(keeper_y))


def try_kick(kicker: Kicker, task: KickTask, *, keeper: bool) -> KickTrial:
    """Let one penalty be taken."""
    kicker.reset(task)
    target = (GOAL_LINE, task.target_y, BALL_RADIUS)
    kicker.reference.take(Plan("kick", (Kick(target),)))
    watch, fastest, why = GoalWatch(), 0.0, ""
    fell_before = over = False
    left = round(_TIME * CONTROL_RATE)
    while left > 0:
        left -= 1
        kicker.step()
        ball = kicker.ball
        speed = float(np.linalg.norm(ball.velocity))
        fastest = max(fastest, speed)
        watch.see(ball.position)
        for event in kicker.reference.take_events():
            if event.state in (GoalState.SUCCEEDED, GoalState.FAILED) and not why:
                why = f"{event.state.value}: {event.reason}"
        crossed = watch.crossing is not None
        if not over and not crossed:
            fell_before = kicker.fell
        stopped = speed < _AT_REST and (fastest > _KICKED or kicker.fell or why)
        if not over and (crossed or stopped):
            over, left = True, min(left, round(_AFTERWARDS * CONTROL_RATE))
    hit = fastest > _KICKED
    crossing = watch.crossing
    return KickTrial(
        x=task.x,
        y=task.y,
        target_y=task.target_y,
        keeper_y=task.keeper_y if keeper else None,
        goal=watch.in_goal and not fell_before,
        goal_by_reference_rule=watch.between_posts,
        standing=not kicker.fell,
        ball_speed_m_s=fastest if hit else 0.0,
        crossing_y=None if crossing is None else float(crossing[1]),
        crossing_z=None if crossing is None else float(crossing[2]),
        why=why,
    )


def summarise(trials: list[KickTrial], *, keeper: bool) -> KickSummary:
    """Shares of the trials, each counting the same."""
    speeds = [trial.ball_speed_m_s for trial in trials if trial.ball_speed_m_s > 0.0]
    errors = [abs(t.crossing_y - t.target_y) for t in trials if t.crossing_y is not None]
    return KickSummary(
        n=len(trials),
        goals=float(np.mean([trial.goal for trial in trials])),
        goals_by_reference_rule=float(np.mean([t.goal_by_reference_rule for t in trials])),
        standing=float(np.mean([trial.standing for trial in trials])),
        mean_ball_speed_m_s=float(np.mean(speeds)) if speeds else None,
        median_aim_error_m=float(np.median(errors)) if errors else None,
        keeper=keeper,
    )


def _placed(start: np.ndarray, task: KickTask) -> np.ndarray:
    """The start (STATE_SIZE,) where the task says."""
    return ks.transform(start, 0.0, np.array([task.x - start[0], task.y - start[1], 0.0]))
