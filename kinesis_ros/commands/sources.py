# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What `kinesis render` and `kinesis report` look at: a motion, a recording or a goal."""

import dataclasses
from pathlib import Path
from typing import Annotated

import numpy as np

from kinesis_ros.console import CommandError
from kinesis_ros.core.body import CONTROL_RATE, Kinematics, load_body
from kinesis_ros.core.motion import Clip, ClipError
from kinesis_ros.core.plans import GoalError
from kinesis_ros.core.policy import DEFAULT_CONTROL, ControlName, PolicyContractError
from kinesis_ros.core.rollout import (
    ClipReference,
    GoalReference,
    Reference,
    Rollout,
    RolloutStep,
    Trajectory,
)
from kinesis_ros.options import Range, check
from kinesis_ros.recording import Recording, RecordingError, read_recording, recorded_trajectory
from urdf_mjcf.registry import DEFAULT_BODY, DEFAULT_SCENE, BodyName, SceneName

RECORDING = ".mcap"

_AFTER_FALL = 1.0  # [s] that are still shown


@dataclasses.dataclass(frozen=True)
class Runner:
    """How motions and goals are run in lockstep.

    Attributes:
        body: body that moves.
        control: joint set-points (coordinated) or muscle excitations (direct).
        scene: what is around the body; for goals.
        policy: ONNX policy; default: the shipped one.
        duration: seconds to run; default: as long as the motion is, and a while for goals.
        sampled: take samples at every physics step as well.
    """

    body: BodyName = DEFAULT_BODY
    control: ControlName = DEFAULT_CONTROL
    scene: SceneName = DEFAULT_SCENE
    policy: Path | None = None
    duration: Annotated[float | None, Range(0.1, 3600.0)] = None
    sampled: bool = False

    def __post_init__(self) -> None:
        check(self)

    def pursue(self, goal: str) -> Trajectory:
        """Let the body pursue a goal.

        Raises:
            CommandError: the goal is not understood, or the policy cannot be used.
        """
        rollout = self._load(reference := GoalReference())
        try:
            reference.say(goal)  # now that it has seen the ball
        except GoalError as error:
            raise CommandError(str(error)) from error
        return rollout.run(self.duration or 8.0, until=_lies, sampled=self.sampled)

    def imitate(self, clip: Clip) -> Trajectory:
        """Let the muscles imitate a clip.

        Raises:
            CommandError: the policy cannot be used.
        """
        duration = min(self.duration or np.inf, clip.duration)
        return self._load(ClipReference(clip)).run(duration, until=_lies, sampled=self.sampled)

    def play(self, clip: Clip) -> Trajectory:
        """Move the skeleton as the clip says, without muscles and without physics."""
        frames = len(clip.states)
        if self.duration is not None:
            frames = min(frames, round(self.duration * CONTROL_RATE) + 1)
        states = clip.states[:frames]
        kinematics = Kinematics(load_body(self.body))
        qpos = np.array([kinematics.place(state).qpos.copy() for state in states])
        return Trajectory(self.body, np.arange(frames) / CONTROL_RATE, states, qpos)

    def _load(self, reference: Reference) -> Rollout:
        try:
            return Rollout.load(reference, self.body, self.control, self.policy, self.scene)
        except PolicyContractError as error:
            raise CommandError(str(error)) from error


def _lies(rollout: Rollout, _: RolloutStep) -> bool:
    return rollout.fell_at is not None and rollout.time > rollout.fell_at + _AFTER_FALL


def read_clip(path: Path) -> Clip:
    """Read a clip, or retarget any motion file that `kinesis import` reads.

    Raises:
        CommandError: it cannot be used.
    """
    from kinesis_ros.core.retargeting import Importer, MotionError

    if not path.is_file():
        raise CommandError(f"'{path}' is not a file: give a clip, a motion or a recording")
    try:
        return Clip.load(path) if Clip.recognises(path) else Importer().run(path).clip
    except (ClipError, MotionError) as error:
        raise CommandError(str(error)) from error


def load_recording(path: Path) -> tuple[Recording, Trajectory]:
    """Read a recording, and what the body did in it.

    Raises:
        CommandError: it cannot be used.
    """
    try:
        recording = read_recording(path)
        return recording, recorded_trajectory(recording)
    except RecordingError as error:
        raise CommandError(str(error)) from error
