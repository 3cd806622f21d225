# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What a body did: one row per control step, from a rollout or from a recording."""

import dataclasses
import functools

import numpy as np

from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.plans import GoalEvent
from kinesis_ros.core.rollout.samples import Samples


@dataclasses.dataclass(frozen=True)
class Trajectory:
    """Rows at `time`; what was not measured is None.

    Attributes:
        body: name of the body.
        time: (rows,) [s], evenly spaced at the control rate.
        state: (rows, STATE_SIZE) kinematic states.
        qpos: (rows, nq) all of MuJoCo's coordinates of the body.
        reference: (rows, STATE_SIZE) what should have been at the same times.
        activation: (rows, num_muscles) 0..1.
        joint_moment: (rows, num_joints) net moments of the muscles about `Body.joints` [N m].
        ground_force: (rows, 2, 3) of the floor on the feet, right first as `SIDE_NAMES`, in world
            axes [N].
        expert_weights: (rows, num_experts) that acted; each row sums to 1.
        inference_time: (rows,) of the policy's network [s].
        wall_time: (rows,) of the whole step on the machine [s].
        ball: (rows, 3) the middle of the ball [m].
        keeper: (rows, 3) the middle of the goalkeeper [m].
        events: what became of goals, each with its time [s].
        fell_at: time of the first fall [s].
        samples: the same run at a finer time step.
    """

    body: str
    time: np.ndarray
    state: np.ndarray
    qpos: np.ndarray
    reference: np.ndarray | None = None
    activation: np.ndarray | None = None
    joint_moment: np.ndarray | None = None
    ground_force: np.ndarray | None = None
    expert_weights: np.ndarray | None = None
    inference_time: np.ndarray | None = None
    wall_time: np.ndarray | None = None
    ball: np.ndarray | None = None
    keeper: np.ndarray | None = None
    events: tuple[tuple[float, GoalEvent], ...] = ()
    fell_at: float | None = None
    samples: Samples | None = None

    def __len__(self) -> int:
        return len(self.time)

    def until(self, time: float) -> "Trajectory":
        """The rows up to `time` [s], one at least."""
        rows = max(1, int(np.searchsorted(self.time, time, side="right")))
        arrays = {
            field.name: value[:rows]
            for field in dataclasses.fields(self)
            if isinstance(value := getattr(self, field.name), np.ndarray)
        }
        fell = self.fell_at if self.fell_at is not None and self.fell_at <= time else None
        events = tuple((at, event) for at, event in self.events if at <= time)
        samples = None if self.samples is None else self.samples.until(time)
        return dataclasses.replace(self, **arrays, events=events, fell_at=fell, samples=samples)

    @property
    def scene(self) -> str:
        """What is around the body, one of `registry.SCENES`."""
        if self.ball is None:
            return "none"
        return "penalty" if self.keeper is None else "penalty_keeper"

    @functools.cached_property
    def effort(self) -> np.ndarray | None:
        """Mean squared activation of the muscles, (rows,)."""
        return None if self.activation is None else np.mean(self.activation**2, axis=1)

    @functools.cached_property
    def tracking_error(self) -> np.ndarray | None:
        """Mean distance of the key bodies from the reference's, (rows,) [m]."""
        return None if self.reference is None else key_distance(self.state, self.reference)


def key_distance(states: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """Mean distance [m] of the key bodies, (...,), of kinematic states (..., STATE_SIZE)."""
    difference = (states - targets)[..., ks.KEY_POSITION]
    keys = difference.reshape(*difference.shape[:-1], ks.NUM_KEYS, 3)
    return np.linalg.norm(keys, axis=-1).mean(axis=-1)
