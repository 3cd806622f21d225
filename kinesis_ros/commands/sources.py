# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""What `kinesis render` and `kinesis report` look at: a motion, a recording or a goal."""

import dataclasses
from pathlib import Path

import numpy as np

from kinesis_ros.commands.errors import CommandError
from kinesis_ros.core.body import CONTROL_RATE, load_body
from kinesis_ros.core.clip import Clip, ClipError
from kinesis_ros.core.goals import GoalError
from kinesis_ros.core.kinematics import Kinematics
from kinesis_ros.core.policy import CONTROLS, PolicyContractError
from kinesis_ros.core.references import ClipReference, GoalReference, Reference
from kinesis_ros.core.rollout import Rollout, Step
from kinesis_ros.core.trajectory import Trajectory
from kinesis_ros.recorded_trajectory import recorded_trajectory
from kinesis_ros.recording import Recording, RecordingError, read_recording
from urdf_mjcf.compose import BODY_NAMES
from urdf_mjcf.penalty import SCENES

RECORDING = ".mcap"

_AFTER_FALL = 1.0  # [s] that are still shown


@dataclasses.dataclass(frozen=True)
class Runner:
    """How motions and goals are run in lockstep.

    Attributes:
        body: one of `BODY_NAMES`.
        control: one of `CONTROLS`.
        scene: what is around the body, one of `SCENES`.
        policy: ONNX file; None: the shipped one.
        duration: of goals, and longest of motions; None: 8 s, and as long as the motion is [s].
        sampled: take samples at every physics step as well.
    """

    body: str = "legs80"
    control: str = "coordinated"
    scene: str = "none"
    policy: Path | None = None
    duration: float | None = None
    sampled: bool = False

    def __post_init__(self) -> None:
        if self.body not in BODY_NAMES:
            names = ", ".join(BODY_NAMES)
            raise CommandError(f"body '{self.body}' does not exist; choose one of {names}")
        if self.control not in CONTROLS:
            names = " or ".join(CONTROLS)
            raise CommandError(f"control '{self.control}' does not exist; choose {names}")
        if self.scene not in SCENES:
            names = ", ".join(SCENES)
            raise CommandError(f"scene '{self.scene}' does not exist; choose one of {names}")
        if self.duration is not None and not 0.1 <= self.duration <= 3600.0:
            raise CommandError(f"--duration must be 0.1 to 3600 s, it is {self.duration:g}")

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


def _lies(rollout: Rollout, _: Step) -> bool:
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
