# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Motion generator: an endless reference at a commanded velocity, in any direction."""

import itertools
from collections import deque
from pathlib import Path
from typing import Self

import numpy as np

from kinesis_ros.core.body import CONTROL_RATE, Kinematics
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.gait.gaits import Gaits
from kinesis_ros.core.gait.posture import PostureModel
from kinesis_ros.core.gait.stepping import GaitState, Stepper
from kinesis_ros.core.gait.walked_line import STILL, Velocity, Walked
from kinesis_ros.core.leg.kinematics import euler_matrix
from kinesis_ros.core.maths import rotations
from kinesis_ros.core.policy import WINDOW


class MotionGenerator:
    """Yields kinematic states frame by frame, standing, starting, walking, turning, stopping.

    Frames are made ahead of need and kept: velocities are central differences of the frames
    before and after, and `window` shows what is to come. A new command changes frames from the
    second one ahead on; the next one is already decided.

    Example:
        >>> from kinesis_ros import MotionGenerator
        >>> generator = MotionGenerator.load()
        >>> generator.command(speed=1.2, turn_rate=0.0)  # [m/s], [rad/s]
        >>> generator.window().shape  # now and the next ten frames, 30 a second
        (11, 62)
        >>> for _ in range(90):
        ...     state = generator.advance()
        >>> bool(2.5 < state[0] < 3.6)  # [m] forward after three seconds
        True

    Args:
        gaits: learned coefficients.
        kinematics: for the key positions; default: of legs80.
    """

    def __init__(self, gaits: Gaits, kinematics: Kinematics | None = None) -> None:
        self._kinematics = kinematics or Kinematics()
        self._model = PostureModel(gaits, self._kinematics.body)
        self._stepper = Stepper(self._model)
        self.reset()

    @classmethod
    def load(cls, path: Path | None = None) -> Self:
        """Make a generator from a coefficients file; default: the one that comes along.

        Raises:
            GaitError: the file cannot be used.
        """
        return cls(Gaits.load(path))

    def reset(self, position: tuple[float, float] = (0.0, 0.0), heading: float = 0.0) -> None:
        """Stand at `position` [m], facing `heading` [rad], with the command to stand."""
        self._command = STILL
        walker = self._stepper.standing(np.array([*position, heading]))
        # The frames before, at and after now; the walkers and states from now on.
        self._walkers: deque[GaitState] = deque([walker, walker, walker])
        self._states: deque[np.ndarray] = deque()
        self._now = self._state(walker, walker, walker)

    def command(self, speed: float, turn_rate: float = 0.0, lateral: float = 0.0) -> None:
        """Move with a velocity, cut to the envelope of `Velocity.limited`; zeros: stand.

        Args:
            speed: forward [m/s], backward negative.
            turn_rate: to the left [rad/s].
            lateral: to the left [m/s].

        Raises:
            ValueError: a number is not finite.
        """
        command = Velocity(float(speed), float(turn_rate), float(lateral))
        if not np.isfinite(command).all():
            raise ValueError(
                f"speed {speed}, turn rate {turn_rate} and lateral speed {lateral} must be finite"
            )
        command = command.limited()
        if command == self._command:
            return
        self._command = command
        while len(self._walkers) > 3:
            self._walkers.pop()
        self._states.clear()

    def advance(self) -> np.ndarray:
        """The state (STATE_SIZE,) of the next control frame."""
        self._make(1)
        self._walkers.popleft()
        self._now = self._states.popleft()
        return self._now.copy()

    def preview(self, frames: int) -> np.ndarray:
        """What `advance` would yield next under the present command, (frames, STATE_SIZE)."""
        self._make(frames)
        return np.array(list(itertools.islice(self._states, frames))).reshape(-1, ks.STATE_SIZE)

    def window(self, frames: int = WINDOW) -> np.ndarray:
        """The present frame and the ones that follow, (frames, STATE_SIZE)."""
        return np.concatenate([self._now[None], self.preview(frames - 1)])

    @property
    def now(self) -> np.ndarray:
        """The state (STATE_SIZE,) that was yielded last; standing after a reset."""
        return self._now.copy()

    @property
    def standing(self) -> bool:
        """Whether the present frame stands still."""
        walker = self._walkers[1]
        return not walker.stepping and walker.activity == 0.0

    @property
    def phase(self) -> float:
        """Of the gait cycle in the present frame, 0 to 1; the right foot touches down at 0."""
        return self._walkers[1].phase

    @property
    def walked(self) -> Walked:
        """Where the present frame is, on the path."""
        walker = self._walkers[1]
        return Walked(walker.line.copy(), walker.pace.velocity, self.standing, walker.phase)

    def standing_state(self) -> np.ndarray:
        """Standing at the origin, facing x, (STATE_SIZE,)."""
        walker = self._stepper.standing(np.zeros(3))
        return self._state(walker, walker, walker)

    def _make(self, frames: int) -> None:
        """Have `frames` states beyond the present one."""
        while len(self._states) < frames:
            self._walkers.append(self._stepper.advance(self._walkers[-1], self._command))
            before, at, after = (self._walkers[len(self._states) + k] for k in (1, 2, 3))
            self._states.append(self._state(before, at, after))

    def walk(self, seconds: float, speed: float) -> np.ndarray:
        """A walk straight ahead that starts from standing.

        Args:
            seconds: length [s].
            speed: that is commanded [m/s].

        Returns:
            (frames, STATE_SIZE) states at the control rate.
        """
        self.reset()
        self.command(speed, 0.0)
        return np.array([self.advance() for _ in range(round(seconds * CONTROL_RATE))])

    def _state(self, before: GaitState, at: GaitState, after: GaitState) -> np.ndarray:
        poses = [_pose(walker) for walker in (before, at, after)]
        state = np.zeros(ks.STATE_SIZE)
        position, quaternion, joints = poses[1]
        state[ks.POSITION], state[ks.QUATERNION] = position, quaternion
        state[ks.JOINT_POSITION] = joints
        half_rate = 0.5 * CONTROL_RATE
        state[ks.LINEAR_VELOCITY] = half_rate * (poses[2][0] - poses[0][0])
        state[ks.JOINT_VELOCITY] = half_rate * (poses[2][2] - poses[0][2])
        ends = [q * np.copysign(1.0, q @ quaternion) for q in (poses[0][1], poses[2][1])]
        derivative = half_rate * (ends[1] - ends[0])
        turning = rotations.multiply(rotations.conjugate(quaternion), derivative)
        state[ks.ANGULAR_VELOCITY] = 2.0 * turning[1:]
        return self._kinematics.complete(state[None])[0]


def _pose(walker: GaitState) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Pelvis position (3,), quaternion (4,) and leg joints (14,) in the world."""
    x, y, heading = walker.line
    posture = walker.posture
    position = euler_matrix(heading, 0.0, 0.0) @ posture.position + np.array([x, y, 0.0])
    yaw, pitch, roll = posture.angles
    quaternion = rotations.from_euler(heading + yaw, pitch, roll)
    return position, quaternion, posture.joints.reshape(-1)
