# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The body, its policy and a reference in lockstep, without ROS.

Pictures, reports and benchmarks run on it. It does what the three nodes do between them:
reference -> policy -> muscles and physics, one control step after the other.
"""

import dataclasses
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from kinesis_ros.core.body import CONTROL_RATE, SIDE_NAMES, load_body
from kinesis_ros.core.plans import GoalEvent
from kinesis_ros.core.policy import PolicyOutput, PolicySession, default_policy
from kinesis_ros.core.rollout.lockstep import Lockstep, due
from kinesis_ros.core.rollout.references import Reference
from kinesis_ros.core.rollout.sampler import Sampler
from kinesis_ros.core.rollout.trajectory import Trajectory
from kinesis_ros.core.simulation import Simulation
from urdf_mjcf.registry import DEFAULT_BODY


@dataclasses.dataclass(frozen=True)
class RolloutStep:
    """One control step.

    Attributes:
        state: (STATE_SIZE,) of the body after it.
        reference: (STATE_SIZE,) what the body should be like then.
        output: what the policy decided.
        wall_time: that the step took on this machine [s].
    """

    state: np.ndarray
    reference: np.ndarray
    output: PolicyOutput
    wall_time: float


class Rollout(Lockstep):
    """Runs a body after a reference, as its policy decides.

    Attributes:
        simulation: of the body.
        policy: decides.
        reference: what is followed.
        pusher: of the body; a reset ends its pushes.

    Example:
        >>> from kinesis_ros import GoalReference, Push, Rollout
        >>> rollout = Rollout.load(GoalReference("walk forward"), "legs80")
        >>> rollout.pusher.push(Push((0.0, 100.0, 0.0)), delay=4.0)
        >>> trajectory = rollout.run(8.0)
        >>> trajectory.fell_at, trajectory.activation.shape
        (None, (240, 80))
        >>> rollout.reset()  # the same again, step by step
        >>> rollout.reference.drive(speed=0.8, turn_rate=0.2)
        >>> step = rollout.step()
        >>> step.state.shape, step.output.setpoint.shape  # body, set-points of the leg joints
        ((62,), (14,))

    Args:
        simulation: of the body.
        policy: that fits the body.
        reference: what to follow.
    """

    def __init__(self, simulation: Simulation, policy: PolicySession, reference: Reference) -> None:
        self.policy = policy
        super().__init__(simulation, reference)

    @classmethod
    def load(
        cls,
        reference: Reference,
        body: str = DEFAULT_BODY,
        control: str | None = None,
        policy: Path | None = None,
        scene: str = "none",
    ) -> "Rollout":
        """Make a rollout of the body called `body`.

        Args:
            reference: what to follow.
            body: one of `BODY_NAMES`.
            control: one of `CONTROLS`; None: as `policy` says, coordinated by default.
            policy: ONNX file; None: the shipped one.
            scene: what is around the body, one of `registry.SCENES`.

        Raises:
            PolicyContractError: the policy cannot be used.
            UnknownBodyError: with the names that exist.
            UnknownSceneError: likewise.
        """
        path = policy or default_policy(body, control or "coordinated")
        session = PolicySession.load(path, load_body(body), control)
        simulation = Simulation.embodied(body, session.metadata.embodiment, scene)
        return cls(simulation, session, reference)

    def step(self) -> RolloutStep:
        """Advance by one control step."""
        started = time.perf_counter()
        frames, now = self.look()
        output = self.policy.act(self.state, frames, self.simulation.muscle_signals(), now)
        self.advance(output)
        return RolloutStep(self.state, due(frames, now), output, time.perf_counter() - started)

    def run(
        self,
        duration: float,
        until: Callable[["Rollout", RolloutStep], bool] | None = None,
        *,
        sampled: bool = False,
    ) -> Trajectory:
        """Advance and record.

        Args:
            duration: [s].
            until: ends the run early when it says so after a step; by default, after a fall.
            sampled: take samples at every physics step as well.

        Returns:
            Rows of the steps of this call, the last one as it ended.
        """
        if sampled:
            with Sampler(self.simulation) as sampler:
                trajectory = self.run(duration, until)
            return dataclasses.replace(trajectory, samples=sampler.samples())
        recorder = TrajectoryRecorder(self)
        for _ in range(round(duration * CONTROL_RATE)):
            step = self.step()
            recorder.add(step)
            if until(self, step) if until else self.fell_at is not None:
                break
        return recorder.trajectory()


class TrajectoryRecorder:
    """Collects what a rollout does, step by step.

    Args:
        rollout: that is watched.
    """

    def __init__(self, rollout: Rollout) -> None:
        self._rollout = rollout
        self._rows: dict[str, list[np.ndarray | float]] = {}
        self._events: list[tuple[float, GoalEvent]] = []

    def add(self, step: RolloutStep) -> None:
        """Note the step that has just been made."""
        simulation, now = self._rollout.simulation, self._rollout.time
        reaction = simulation.ground_reaction()
        row = {
            "time": now,
            "state": step.state,
            "qpos": simulation.body_qpos.copy(),
            "reference": step.reference.copy(),
            "activation": simulation.activation.copy(),
            "joint_moment": simulation.joint_moment(),
            "ground_force": np.stack([reaction[side].force for side in SIDE_NAMES]),
            "expert_weights": step.output.expert_weights,
            "inference_time": step.output.inference_time,
            "wall_time": step.wall_time,
        }
        if simulation.ball is not None:
            row["ball"] = simulation.ball.state.position
        if simulation.goalkeeper is not None:
            row["keeper"] = simulation.goalkeeper.place
        for name, value in row.items():
            self._rows.setdefault(name, []).append(value)
        self._events += [(now, event) for event in self._rollout.reference.take_events()]

    def trajectory(self) -> Trajectory:
        """What has been collected.

        Raises:
            ValueError: nothing has.
        """
        if not self._rows:
            raise ValueError("no step was made")
        arrays: dict[str, Any] = {name: np.array(values) for name, values in self._rows.items()}
        return Trajectory(
            body=self._rollout.simulation.body.name,
            events=tuple(self._events),
            fell_at=self._rollout.fell_at,
            **arrays,
        )
