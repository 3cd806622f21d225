# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""A kick as a motion: one step beside the ball, the foot through the ball, and back to standing.

It begins where the body stands and ends in standing, is aimed, and keeps its balance: the feet on
the floor stay where they are, the swing of the kicking leg is the learned one, moved so that the
foot meets the ball squarely, and the pelvis goes where the feet can carry the body.
"""

import dataclasses
import functools
import math
from typing import Self

import mujoco
import numpy as np
from scipy.interpolate import CubicSpline

from kinesis_ros.core import kinematic_state as ks
from kinesis_ros.core import rotations
from kinesis_ros.core.balance import Balancer, standing_centre, zero_moment_points
from kinesis_ros.core.ball_contact import BallContact
from kinesis_ros.core.body import CONTROL_RATE
from kinesis_ros.core.foot_poses import difference, displaced
from kinesis_ros.core.foot_rolling import footprint_of
from kinesis_ros.core.gaits import Gaits
from kinesis_ros.core.kick_style import KickStyle
from kinesis_ros.core.kinematics import Kinematics, states_from_motion
from kinesis_ros.core.leg_kinematics import euler_angles, euler_matrix, foot_pose, lowest_point
from kinesis_ros.core.posture import Posture, PostureModel

RIGHT, LEFT = 0, 1

_PELVIS_SPEED = 0.4  # [m/s] that a body which has stood has at the ball
_CLEARANCE = 0.055  # [m] of the kicking foot from the floor when it meets the ball
# The foot swings past its hip and turns while it pushes: a ball that is met squarely goes so far to
# its outside, measured with the ball of the penalty scene.
_SLICE = math.radians(5.7)
_STEP_CLEARANCE = 0.035  # [m] of a foot in the middle of a step
_AIMING = 0.3  # share of the swing to the ball from which on the foot is led to where it meets it
_BACKSWING = 0.5  # share of the swing to the ball in which the foot comes from the floor
_RETURNING = 0.25  # share of the swing after the ball from which on it goes to its footprint
_DEEPER = 0.05  # [m] that the pelvis sinks until the ball is met
_REFINEMENTS = 1
_SMOOTHING = 5  # frames before and after a too long leg in which the pelvis sinks and rises


@dataclasses.dataclass(frozen=True)
class KickConfig:
    """How the body kicks.

    Attributes:
        foot_speed: of the toes at the ball [m/s].
        stride: from standing to the foot beside the ball [m].
        sway: share of the learned inclination of the pelvis.
        aside: of the foot beside the ball from the ball's middle [m].
        behind: where the learned one stands [m]: a slower body leans back less.
        landing: of the kicking foot, ahead of the foot beside the ball [m].
    """

    foot_speed: float = 6.0
    stride: float = 0.45
    sway: float = 0.5
    aside: float = 0.26
    behind: float = 0.2
    landing: float = 0.3

    def __post_init__(self) -> None:
        for name, low, high in (
            ("foot_speed", 2.0, 12.0),
            ("stride", 0.1, 0.9),
            ("sway", 0.0, 1.0),
            ("aside", 0.15, 0.45),
            ("behind", 0.0, 0.3),
            ("landing", 0.0, 0.5),
        ):
            value = getattr(self, name)
            if not low <= value <= high:
                raise ValueError(f"{name} must be from {low} to {high}, it is {value}")


@dataclasses.dataclass(frozen=True)
class Timeline:
    """Frames at which things happen, since the beginning.

    Attributes:
        lift: the supporting foot leaves the floor.
        plant: it stands beside the ball.
        leave: the kicking foot leaves the floor.
        ball: it meets the ball.
        land: it lands.
        follow: the supporting foot leaves the floor again.
        join: it stands beside the other one.
        end: the body stands.
    """

    lift: int
    plant: int
    leave: int
    ball: int
    land: int
    follow: int
    join: int
    end: int

    @classmethod
    def of(cls, style: KickStyle, speed: float) -> "Timeline":
        """The times of a kick at a foot speed [m/s]."""
        stretch = (style.foot_speed - style.pelvis_speed) / (speed - _PELVIS_SPEED)
        swing, through = (round(CONTROL_RATE * stretch * time) for time in style.durations)
        steps = np.cumsum([15, 12, 3, swing, through, 5, 14, 18])
        return cls(*(int(frame) for frame in steps))


@dataclasses.dataclass(frozen=True)
class _Path:
    """Pelvis and wanted joints of all frames, along the direction of the kick."""

    position: np.ndarray  # (frames, 3)
    angles: np.ndarray  # (frames, 3) yaw, pitch, roll
    joints: np.ndarray  # (frames, 2, 7)


@dataclasses.dataclass(frozen=True)
class Kick:
    """A planned kick.

    Attributes:
        states: (frames, STATE_SIZE) at the control rate; the first is the one it began from.
        ball_frame: in which the foot meets the ball.
    """

    states: np.ndarray
    ball_frame: int


class KickPlanner:
    """Plans kicks.

    Args:
        style: what was learned.
        gaits: how the body stands.
        config: options.
    """

    def __init__(self, style: KickStyle, gaits: Gaits, config: KickConfig | None = None) -> None:
        self.config = config or KickConfig()
        self._style, self._kinematics = style, Kinematics()
        self._model = PostureModel(gaits, self._kinematics.body)
        self._times = Timeline.of(style, self.config.foot_speed)
        self._beside = self._model.standing.feet[:, [0, 1, 3]]
        self._foot_at_ball = self._meeting()
        height = standing_centre(self._kinematics, self._standing_state())[2]
        self._balancer = Balancer(self._times.end + 1, float(height))

    @classmethod
    def load(cls, config: KickConfig | None = None) -> Self:
        """With the style and the gaits that come along.

        Raises:
            KickStyleError: the file cannot be used.
            GaitError: likewise.
        """
        return cls(KickStyle.load(), Gaits.load(), config)

    def stance(self, ball: np.ndarray, aim: float, side: int = RIGHT) -> np.ndarray:
        """Where to stand before the kick: x, y [m] and heading [rad], (3,).

        Args:
            ball: (2,) on the floor [m].
            aim: direction of the kick [rad].
            side: foot that kicks.
        """
        plant = self._plant()
        x = plant[0] - self.config.stride - self._beside[LEFT, 0]
        y = (plant[1] - self._beside[LEFT, 1]) * (1.0 if side == RIGHT else -1.0)
        c, s = math.cos(aim), math.sin(aim)
        return np.array([ball[0] + c * x - s * y, ball[1] + s * x + c * y, aim])

    def plan(self, start: np.ndarray, ball: np.ndarray, aim: float, side: int = RIGHT) -> Kick:
        """Plan a kick from standing.

        Args:
            start: (STATE_SIZE,) standing near the `stance`.
            ball: (2,) on the floor [m].
            aim: direction of the kick [rad].
            side: foot that kicks.
        """
        here = ks.transform(start, 0.0, np.array([-ball[0], -ball[1], 0.0]))
        here = ks.transform(here, -aim, np.zeros(3))
        if side == LEFT:
            here = ks.mirror(here)
        states = self._plan(here)
        if side == LEFT:
            states = ks.mirror(states)
        states = ks.transform(states, aim, np.array([ball[0], ball[1], 0.0]))
        return Kick(states, self._times.ball)

    def _plan(self, start: np.ndarray) -> np.ndarray:
        """States of a kick with the right foot; the ball is at the origin, the aim along x."""
        prints = self._footprints(start)
        wanted = self._support(start, prints)
        path = self._first_path(start, prints, wanted)
        states = self._states(path, prints)
        for _ in range(_REFINEMENTS):
            error = wanted - zero_moment_points(self._kinematics, states)
            shift = self._balancer.shift(error)
            position = path.position.copy()
            position[:, :2] += shift
            path = dataclasses.replace(path, position=position)
            states = self._states(path, prints)
        return states

    def _plant(self) -> np.ndarray:
        """Footprint (3,) beside the ball."""
        return np.array([self._style.plant[0] - self.config.behind, self.config.aside, 0.0])

    def _footprints(self, start: np.ndarray) -> dict[str, np.ndarray]:
        """Footprints (3,): right and left at first, beside the ball, landing, joining."""
        plant, width = self._plant(), self._beside[LEFT, 1] - self._beside[RIGHT, 1]
        landing = plant + np.array([self.config.landing, -width, 0.0])
        outward = self._beside * np.array([0.0, 0.0, 1.0])
        first = [
            footprint_of(leg, pose)
            for leg, pose in zip(self._model.legs, self._feet_of(start), strict=True)
        ]
        return {
            "right": first[RIGHT],
            "left": first[LEFT],
            "plant": plant + outward[LEFT],
            "landing": landing + outward[RIGHT],
            "joining": landing + np.array([0.0, width, 0.0]) + outward[LEFT],
        }

    def _feet_of(self, state: np.ndarray) -> list[np.ndarray]:
        """Poses (7,) of the right and the left foot."""
        rotation = _matrix(state[ks.QUATERNION])
        joints = state[ks.JOINT_POSITION].reshape(2, -1)
        return [
            foot_pose(leg, state[ks.POSITION], rotation, q)
            for leg, q in zip(self._model.legs, joints, strict=True)
        ]

    def _standing_state(self) -> np.ndarray:
        standing = self._model.standing
        state = np.zeros(ks.STATE_SIZE)
        state[ks.POSITION], state[3] = standing.position, 1.0
        state[ks.JOINT_POSITION] = standing.joints.reshape(-1)
        return state

    def _swung(self, phase: np.ndarray) -> np.ndarray:
        """Learned angles of the pelvis, as far as it sways, and the right leg, (phases, 10)."""
        knots = np.linspace(0.0, 2.0, len(self._style.swing))
        swing = self._style.swing.copy()
        swing[:, :3] *= self.config.sway
        return CubicSpline(knots, swing)(phase)

    def _phase(self, frame: np.ndarray) -> np.ndarray:
        """Time of the kick, 0 to 2, at frames."""
        t = self._times
        return np.interp(frame, (t.leave, t.ball, t.land), (0.0, 1.0, 2.0))

    def _meeting(self) -> np.ndarray:
        """Where the calcaneus is when the foot meets the ball, (3,) [m]."""
        swung = self._swung(np.array([1.0]))[0]
        state = self._standing_state()
        state[ks.QUATERNION] = _quaternion(swung[:3])
        state[ks.JOINT_POSITION][:7] = swung[3:]
        foot = self._feet_of(state)[RIGHT]
        state[2] += _CLEARANCE - lowest_point(self._model.legs[RIGHT], foot)
        height = self._feet_of(state)[RIGHT][2]
        place = BallContact().place(state, _SLICE)
        return np.array([-place[0], -place[1], height])

    def _first_path(
        self, start: np.ndarray, prints: dict[str, np.ndarray], support: np.ndarray
    ) -> _Path:
        """As if the body were an inverted pendulum."""
        t = self._times
        frames = np.arange(t.end + 1)
        standing = self._model.standing
        begin = start[ks.POSITION][:2]
        end = prints["landing"][:2] - self._beside[RIGHT, :2]
        way = _quintic((frames - t.lift) / (t.join - t.lift))[:, None]
        plain = begin + way * (end - begin)
        to_centre = standing_centre(self._kinematics, start)[:2] - begin
        position = np.empty((len(frames), 3))
        position[:, :2] = plain + self._balancer.correction(plain + to_centre, support)
        deep = CubicSpline((0, t.ball, t.end), (0.0, _DEEPER, 0.0), bc_type="clamped")(frames)
        position[:, 2] = standing.position[2] - deep
        return _Path(position, self._angles(start, frames), self._joints(start, frames))

    def _angles(self, start: np.ndarray, frames: np.ndarray) -> np.ndarray:
        """Yaw, pitch and roll of the pelvis, (frames, 3)."""
        t = self._times
        swinging = np.arange(t.leave, t.land + 1, 3)
        inner = self._swung(self._phase(swinging))[:, :3]
        first = euler_angles(_matrix(start[ks.QUATERNION]))
        knots = np.concatenate([[0, t.lift], swinging, [t.join, t.end]])
        values = np.concatenate([[first, first], inner, np.zeros((2, 3))])
        return CubicSpline(knots, values, bc_type="clamped")(frames)

    def _joints(self, start: np.ndarray, frames: np.ndarray) -> np.ndarray:
        """Joints that the legs are near, (frames, 2, 7)."""
        t = self._times
        first = start[ks.JOINT_POSITION].reshape(2, -1)
        last = self._model.standing.joints
        share = (frames / frames[-1])[:, None, None]
        joints = (1.0 - share) * first + share * last
        inside = (frames >= t.leave) & (frames <= t.land)
        joints[inside, RIGHT] = self._swung(self._phase(frames[inside]))[:, 3:]
        return joints

    def _support(self, start: np.ndarray, prints: dict[str, np.ndarray]) -> np.ndarray:
        """Where the floor shall push, (frames, 2): under the foot that carries the body."""
        t = self._times
        standing = self._standing_state()
        ahead = standing_centre(self._kinematics, standing)[0] - self._beside[RIGHT, 0]
        begin = standing_centre(self._kinematics, start)[:2]

        def under(name: str, forward: float = 0.0) -> np.ndarray:
            x, y, yaw = prints[name]
            way = ahead + forward
            return np.array([x + way * math.cos(yaw), y + way * math.sin(yaw)])

        end = 0.5 * (under("landing") + under("joining"))
        keys = (
            (0, begin),
            (2, begin),
            (t.lift - 1, under("right")),
            (t.plant - 1, under("right", 0.04)),
            (t.leave + 1, under("plant", -0.02)),
            (t.land - 1, under("plant", 0.03)),
            (t.follow, under("landing")),
            (t.join, under("landing")),
            (t.end - 6, end),
            (t.end, end),
        )
        frames = np.arange(t.end + 1)
        places = np.array([place for _, place in keys])
        number = np.interp(frames, [frame for frame, _ in keys], np.arange(len(keys)))
        index = np.minimum(number.astype(int), len(keys) - 2)
        share = _quintic(number - index)[:, None]
        return (1.0 - share) * places[index] + share * places[index + 1]

    def _states(self, path: _Path, prints: dict[str, np.ndarray]) -> np.ndarray:
        """States (frames, STATE_SIZE) of the body with its pelvis on a path."""
        feet = self._foot_paths(path, prints)
        postures = [self._model.fit_legs(self._nominal(path, i), feet[i]) for i in range(len(feet))]
        return states_from_motion(
            self._kinematics,
            np.array([posture.position for posture in postures]),
            np.array([_quaternion(posture.angles) for posture in postures]),
            np.array([posture.joints.reshape(-1) for posture in postures]),
            CONTROL_RATE,
        )

    def _nominal(self, path: _Path, i: int) -> Posture:
        return Posture(path.position[i], path.angles[i], path.joints[i], np.zeros((2, 7)))

    def _foot_paths(self, path: _Path, prints: dict[str, np.ndarray]) -> np.ndarray:
        """Poses of both feet, (frames, 2, 7)."""
        t = self._times
        feet = np.empty((t.end + 1, 2, 7))

        def stand(side: int, name: str, first: int, last: int) -> None:
            for i in range(first, last + 1):
                feet[i, side] = self._model.rolled(side, prints[name], self._nominal(path, i))

        stand(RIGHT, "right", 0, t.leave)
        stand(RIGHT, "landing", t.land, t.end)
        stand(LEFT, "left", 0, t.lift)
        stand(LEFT, "plant", t.plant, t.follow)
        stand(LEFT, "joining", t.join, t.end)
        self._step(feet, LEFT, t.lift, t.plant)
        self._step(feet, LEFT, t.follow, t.join)
        self._swing(feet, path)
        return feet

    def _step(self, feet: np.ndarray, side: int, first: int, last: int) -> None:
        """A step from one place on the floor to another one."""
        begin, end = feet[first, side].copy(), feet[last, side].copy()
        change = difference(end, begin)
        for i in range(first + 1, last):
            progress = (i - first) / (last - first)
            pose = displaced(begin, float(_quintic(progress)) * change)
            clearance = _STEP_CLEARANCE * math.sin(math.pi * progress**0.8)
            feet[i, side] = self._model.lifted(side, pose, clearance)

    def _swing(self, feet: np.ndarray, path: _Path) -> None:
        """The kicking foot: from the floor into the learned swing, through the ball, and down."""
        t = self._times
        leg = self._model.legs[RIGHT]
        swung = np.array(
            [
                foot_pose(
                    leg, path.position[i], euler_matrix(*path.angles[i]), path.joints[i, RIGHT]
                )
                for i in range(t.leave, t.land + 1)
            ]
        )
        offset = swung[t.ball - t.leave, :3] - self._foot_at_ball
        phase = self._phase(np.arange(t.leave, t.land + 1))
        near = _quintic((phase - _AIMING) / (1.0 - _AIMING)) * (1.0 - _quintic(phase - 1.0))
        swung[:, :3] -= near[:, None] * offset
        begin, end = feet[t.leave, RIGHT].copy(), feet[t.land, RIGHT].copy()
        for i in range(t.leave + 1, t.land):
            pose = swung[i - t.leave]
            rising = float(_quintic((i - t.leave) / (_BACKSWING * (t.ball - t.leave))))
            after = (i - t.ball) / (t.land - t.ball)
            returning = float(_quintic((after - _RETURNING) / (1.0 - _RETURNING)))
            pose = displaced(pose, (1.0 - rising) * difference(begin, pose))
            pose = displaced(pose, returning * difference(end, pose))
            clearance = _CLEARANCE * min(1.0, 4.0 * (i - t.leave) / (t.ball - t.leave))
            clearance *= 1.0 - float(_quintic((after - 0.6) / 0.4))
            feet[i, RIGHT] = self._model.lifted(RIGHT, pose, clearance)


@functools.cache
def default_planner() -> KickPlanner:
    """The planner of the shipped kick."""
    return KickPlanner.load()


def _quintic(share: float | np.ndarray) -> np.ndarray:
    """From 0 to 1, without velocity and acceleration at the ends."""
    share = np.clip(share, 0.0, 1.0)
    return share**3 * (10.0 - 15.0 * share + 6.0 * share**2)


def _envelope(excess: np.ndarray) -> np.ndarray:
    """A smooth curve that is nowhere below max(excess, 0), level at both ends."""
    need = np.maximum(excess, 0.0)
    need[:2] = need[-2:] = 0.0
    wide = 2 * _SMOOTHING + 1
    padded = np.pad(need, 2 * _SMOOTHING)
    highest = np.lib.stride_tricks.sliding_window_view(padded, wide).max(axis=1)
    window = np.hanning(wide + 2)[1:-1]
    return np.convolve(highest, window / window.sum(), mode="valid")


def _matrix(quaternion: np.ndarray) -> np.ndarray:
    matrix = np.zeros(9)
    mujoco.mju_quat2Mat(matrix, quaternion)
    return matrix.reshape(3, 3)


def _quaternion(angles: np.ndarray) -> np.ndarray:
    """Of yaw, pitch and roll (3,)."""
    yaw, pitch, roll = 0.5 * angles
    about_y = np.array([math.cos(pitch), 0.0, math.sin(pitch), 0.0])
    about_x = np.array([math.cos(roll), math.sin(roll), 0.0, 0.0])
    tilt = rotations.multiply(about_y, about_x)
    return rotations.multiply(rotations.from_heading(2.0 * yaw), tilt)
