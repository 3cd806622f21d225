# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What the compiled imitation task works on: the task, the bodies' state, and its output."""

from typing import NamedTuple

import numpy as np

from kinesis_ros.core.body import state_access
from kinesis_ros.core.muscles import CoordinationTables
from kinesis_training.environment.kinetics import KineticTask


class Task(NamedTuple):
    """The imitation task and its clips."""

    states: np.ndarray  # (all frames, STATE_SIZE)
    starts: np.ndarray  # (clips,)
    lengths: np.ndarray  # (clips,)
    segment_clip: np.ndarray  # (segments,) see `corpus.Segments`
    segment_first: np.ndarray  # (segments,)
    segment_size: np.ndarray  # (segments,)
    action_scale: float
    termination_distance: float
    episode_frames: int
    effort_weight: float
    push_probability: float  # per control step
    push_impulse: float
    leash: float  # [m]
    leash_steps: int  # control steps after a push during which it acts
    leash_share: float  # of the episodes, in which it always acts
    initial_noise: float
    first_frame_share: float
    pelvis: int  # body id
    ball_of_frame: np.ndarray  # (all frames,) see `corpus.Balls`
    balls: np.ndarray  # (balls, 4)
    ball_qpos: int  # address of the ball's coordinates in the model; -1: there is no ball
    ball_qvel: int
    kick_weight: float
    kinetics: KineticTask


class Fleet(NamedTuple):
    """State of all bodies; the first axis is the body."""

    datas: np.ndarray  # (n,) addresses
    addresses: np.ndarray  # (n, 2, fields) of `native.view_at`
    clip: np.ndarray  # (n,)
    frame: np.ndarray  # (n,) index within the clip
    age: np.ndarray  # (n,) control steps since the reset
    push_left: np.ndarray  # (n,) control steps that the present push still lasts
    leash_left: np.ndarray  # (n,) control steps that the leash still acts
    ball: np.ndarray  # (n,) row of the ball that is to be kicked; -1: none
    shift: np.ndarray  # (n, 2) where the leash has taken the clip, horizontally [m]
    variant: np.ndarray  # (n,) index of the model
    delayed: np.ndarray  # (n,) 1: commands take effect one physics step late
    setpoint: np.ndarray  # (n, 14) last leg set-points [rad]
    random: np.ndarray  # (n,) uint64 generator states
    price: np.ndarray  # (n, num_joints) where load sharing begins, see `load_sharing`
    moment_errors: np.ndarray  # (n, 2, 14) of the last two steps, see `kinetics`
    state: np.ndarray  # (n, STATE_SIZE) less the shift: in the clip's frame


FLEET_STATE = (
    *("clip", "frame", "age", "push_left", "leash_left", "shift", "ball", "variant"),
    *("delayed", "setpoint", "random", "price", "moment_errors", "state"),
)


class World(NamedTuple):
    """All that stays the same from step to step, and the bodies' state."""

    fleet: Fleet
    task: Task
    state_tables: state_access.StateTables
    coordination: CoordinationTables
    models: np.ndarray  # (variants,) addresses
    delayed_share: float  # episodes with delayed commands
    has_muscles: bool
    timestep: float  # [s] of the physics


class StepOutput(NamedTuple):
    """What one control step of all bodies gives, each (n,) unless noted."""

    observation: np.ndarray  # (n, OBSERVATION_SIZE) after an automatic reset where it ended
    final_observation: np.ndarray  # (n, OBSERVATION_SIZE) before that reset
    reward: np.ndarray
    failed: np.ndarray  # the body lost its reference
    ended: np.ndarray  # failed, clip over, or time limit
    distance: np.ndarray  # mean key-body distance [m]
    effort: np.ndarray  # mean squared activation
    episode_length: np.ndarray  # age at the end, 0 where not ended
    clip: np.ndarray  # clip that was played in this step
    frame: np.ndarray  # of the clip, where the body should be after it
