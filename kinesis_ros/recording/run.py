# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""One recorded run."""

import dataclasses
from pathlib import Path

import numpy as np

from kinesis_ros.core.body import CONTROL_RATE, COORDINATES, Kinematics, read_coordinates
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.recording.series import Motion, Series


@dataclasses.dataclass(frozen=True)
class RecordedGoalEvent:
    """What goal_node said about a goal.

    Attributes:
        time: when [s].
        state: 'accepted', 'active', 'succeeded', 'failed', 'preempted' or 'refused'.
        goal: in words.
        reason: in words.
    """

    time: float
    state: str
    goal: str
    reason: str


@dataclasses.dataclass(frozen=True)
class HealthReport:
    """What a node reported on /diagnostics.

    Attributes:
        time: when [s].
        node: e.g. 'sim_node'.
        level: 0 ok, 1 warning, 2 error.
        message: in words.
        values: figures, e.g. 'real_time_factor'; those that are no numbers are left out.
    """

    time: float
    node: str
    level: int
    message: str
    values: dict[str, float]


@dataclasses.dataclass(frozen=True)
class Recording:
    """One recorded run.

    Attributes:
        path: of the file.
        body: name of the body, e.g. 'legs80'; empty if neither it nor the names of its muscles
            were recorded.
        counts: messages of the run by topic, of the topics that are read here.
        coordinates: of the body, named as in OpenSim: the pelvis, the legs, then the others.
        reference: what was to be tracked: the first frame of every window, which is for its
            time; the pelvis and the legs. No effort.
        setpoint: joint set-points [rad], coordinated control.
        excitation: of the muscles, 0 to 1, direct control.
        muscles: length [m], lengthening speed [m/s] and tendon force [N].
        activation: of the muscles, 0 to 1.
        ground_reaction: of the 'left' and the 'right' foot: force_x, force_y, force_z [N],
            torque_x, torque_y, torque_z [N m], in the world.
        expert_weights: of the policy's experts, which sum to 1.
        ball: x, y, z of its middle in the world [m].
        keeper: x, y, z of the goalkeeper's middle in the world [m].
        falls: (falls,) when the body fell [s].
        goals: what became of the goals.
        health: reports of the nodes.
    """

    path: Path
    body: str
    counts: dict[str, int]
    coordinates: Motion
    reference: Motion
    setpoint: Series
    excitation: Series
    muscles: Motion
    activation: Series
    ground_reaction: dict[str, Series]
    expert_weights: Series
    ball: Series
    keeper: Series
    falls: np.ndarray
    goals: tuple[RecordedGoalEvent, ...]
    health: tuple[HealthReport, ...]

    @property
    def duration(self) -> float:
        """Simulated time from the first to the last state [s]."""
        time = self.coordinates.time
        return float(time[-1] - time[0])

    def states(self) -> np.ndarray:
        """Kinematic states (n, STATE_SIZE) at `coordinates.time`, key positions included."""
        return _states(self.coordinates)

    def reference_states(self) -> np.ndarray:
        """Kinematic states (n, STATE_SIZE) at `reference.time`, key positions included."""
        return _states(self.reference)

    def tracking(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """What was done beside what was to be done, at the times that both were recorded at.

        Returns:
            (n,) times [s], (n, STATE_SIZE) states of the body, (n, STATE_SIZE) of the reference.
        """
        ticks, wanted = (
            np.round(m.time * CONTROL_RATE) for m in (self.coordinates, self.reference)
        )
        _, ours, theirs = np.intersect1d(ticks, wanted, return_indices=True)
        return self.coordinates.time[ours], self.states()[ours], self.reference_states()[theirs]


def _states(motion: Motion) -> np.ndarray:
    states = np.zeros((len(motion), ks.STATE_SIZE))
    if not len(motion):
        return states
    columns = [motion.names.index(name) for name in COORDINATES]
    position, velocity = motion.position.values[:, columns], motion.velocity.values[:, columns]
    for state, q, qd in zip(states, position, velocity, strict=True):
        read_coordinates(q, qd, state)
    return Kinematics().complete(states)
