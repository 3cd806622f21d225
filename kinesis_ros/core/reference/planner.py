# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""From a generated motion to the reference that the policy tracks, kept near the body."""

import dataclasses
import math
from typing import Protocol

import numpy as np

from kinesis_ros.core.body import Kinematics
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.gait import Velocity, Walked
from kinesis_ros.core.gait.walked_line import STILL
from kinesis_ros.core.maths import rotations
from kinesis_ros.core.motion import Clip
from kinesis_ros.core.policy import WINDOW
from kinesis_ros.core.reference.playback import Playback
from kinesis_ros.core.reference.transitions import GaitSource, place_of

PLANNED = WINDOW + 1  # frames of a reference: the policy is one frame in when it acts on it

_LONGEST_GAP = 30  # missed control steps after which the motion begins anew, a second


class GeneratedMotion(GaitSource, Protocol):
    """What the planner needs of `core.generator.MotionGenerator`."""

    def window(self, frames: int) -> np.ndarray:
        """The present frame and the ones that follow, (frames, STATE_SIZE)."""
        ...


@dataclasses.dataclass(frozen=True)
class PlannerConfig:
    """How far from the body its reference may be.

    Attributes:
        leash: horizontal distance at which the body pulls the reference along [m].
        turn_limit: difference of their headings at which the body turns the reference [rad].
    """

    leash: float = 0.06
    turn_limit: float = 0.7

    def __post_init__(self) -> None:
        if not (self.leash > 0.0 and self.turn_limit > 0.0):
            raise ValueError("leash and turn_limit must be positive")


class ReferencePlanner:
    """Runs the generator on the body's clock and hands out the frames that lie ahead.

    The loop is closed where it has to be: a body that was put somewhere starts a new motion
    there, and a body that is pushed or walks slower pulls its reference along as if on a leash,
    so that it is led, not left behind.

    Args:
        generator: of motion.
        config: options.
    """

    def __init__(self, generator: GeneratedMotion, config: PlannerConfig | None = None) -> None:
        self.config = config or PlannerConfig()
        self.pulled = 0  # control steps in which the body pulled the reference along
        self._generator = generator
        self._command = STILL
        self._playback: Playback | None = None
        self._kinematics: Kinematics | None = None  # loaded when a motion is played
        self._tick: int | None = None
        self._angle = 0.0
        self._shift = np.zeros(3)

    @property
    def walked(self) -> Walked:
        """Where the reference is in the world."""
        if self._playback is not None:
            return Walked(self._in_world(self._playback.end), STILL, False)
        walked = self._generator.walked
        return dataclasses.replace(walked, line=self._in_world(walked.line))

    def command(self, speed: float, turn_rate: float, lateral: float = 0.0) -> None:
        """Want a speed [m/s], a turn rate [rad/s] and a speed to the left [m/s] from now on.

        A motion that is playing goes on.
        """
        self._command = Velocity(speed, turn_rate, lateral)
        self._generator.command(*self._command)

    def play(self, clip: Clip, state: np.ndarray) -> None:
        """Play a motion from where the body (STATE_SIZE,) stands; then stand there."""
        self._kinematics = self._kinematics or Kinematics()
        here = place_of(state) if self._tick is None else self.walked.line
        self._playback = Playback(clip, self._generator, here, self._kinematics)
        self._angle, self._shift = 0.0, np.zeros(3)

    @property
    def present(self) -> np.ndarray:
        """The present frame (STATE_SIZE,), where the reference has been carried to."""
        source = self._generator if self._playback is None else self._playback
        return ks.transform(source.window(1)[0], self._angle, self._shift)

    @property
    def plays(self) -> bool:
        """Whether a motion is playing."""
        return self._playback is not None

    def stop_clip(self) -> None:
        """Break off a motion that is playing; it ends in standing, soon."""
        if self._playback is not None:
            self._playback.leave()

    def follow(self, tick: int, state: np.ndarray, *, just_placed: bool) -> np.ndarray:
        """Plan the reference that answers a state: `reach` its time, then give the `frames`.

        Args:
            tick: control step of the state.
            state: (STATE_SIZE,) of the body.
            just_placed: the body has been put there and is at rest.

        Returns:
            (PLANNED, STATE_SIZE) frames, the first one is for `tick`.
        """
        self.reach(tick, state, just_placed=just_placed)
        return self.frames(state)

    def reach(self, tick: int, state: np.ndarray, *, just_placed: bool) -> None:
        """Go on to the time of a state; what is commanded after it changes its `frames`."""
        gap = None if self._tick is None else tick - self._tick
        if gap is None or (just_placed and gap != 0) or not 0 <= gap <= _LONGEST_GAP:
            self._start(state)
        else:
            self._advance(gap)
        self._tick = tick

    def frames(self, state: np.ndarray) -> np.ndarray:
        """The present frame and those that follow, near the body's `state`, (PLANNED, ...)."""
        source = self._generator if self._playback is None else self._playback
        frames = source.window(PLANNED)
        self._pull(frames[0], state)
        return ks.transform(frames, self._angle, self._shift)

    def _advance(self, steps: int) -> None:
        for _ in range(steps):
            if self._playback is None:
                self._generator.advance()
                continue
            self._playback.advance()
            if self._playback.over:
                place = self._in_world(self._playback.end)
                self._playback = None
                self._start_at(place)

    def _start(self, state: np.ndarray) -> None:
        """Begin a new motion from standing where the body is."""
        self._playback = None
        self._start_at(place_of(state))

    def _start_at(self, place: np.ndarray) -> None:
        """Stand at `place` (3,) and go on with the command."""
        self._generator.reset((float(place[0]), float(place[1])), float(place[2]))
        self._generator.command(*self._command)
        self._angle, self._shift = 0.0, np.zeros(3)

    def _in_world(self, place: np.ndarray) -> np.ndarray:
        """A place (3,) of the source of motion, where the reference has been carried to."""
        c, s = np.cos(self._angle), np.sin(self._angle)
        x, y, heading = place
        turned = np.array([c * x - s * y, s * x + c * y, heading + self._angle])
        return turned + np.array([*self._shift[:2], 0.0])

    def _pull(self, first: np.ndarray, state: np.ndarray) -> None:
        """Turn and move the reference so that its first frame is near enough to the body."""
        here = ks.transform(first, self._angle, self._shift)
        turn = rotations.heading(state[ks.QUATERNION]) - rotations.heading(here[ks.QUATERNION])
        turn = float(rotations.wrap(turn))
        if abs(turn) > self.config.turn_limit:
            self._angle += turn - math.copysign(self.config.turn_limit, turn)
            turned = ks.transform(first, self._angle, np.zeros(3))
            self._shift[:2] = here[:2] - turned[:2]
        away = state[ks.GROUND_POSITION] - here[:2]
        far = float(np.linalg.norm(away))
        if far > self.config.leash:
            self.pulled += 1
            self._shift[:2] += (1.0 - self.config.leash / far) * away
