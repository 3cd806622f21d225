# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Quality of the motion generator: does it do what it is told, on feet that stay where they stand?

Feet are measured on MuJoCo's own geometry, not on the generator's kinematics.
"""

import dataclasses
import itertools
import math
import time
from collections.abc import Sequence

import mujoco
import numpy as np

from kinesis_ros.core.body import CONTROL_RATE, SIDES, Kinematics
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.gait import MotionGenerator, Velocity
from kinesis_ros.core.maths import rotations

PROTOCOL = (
    "steady: each command from standing for 8 s; velocities are means from 2 s after the command "
    "in the frame of the heading; slide: the largest way of the touching points of a foot over "
    "one contact; jump: change of a joint angle in a frame beyond the largest one of the steady "
    "motions before and after the transition"
)
SETTLING = 2.0  # [s] after a command
DURATION = 8.0  # [s] of a steady motion
TOUCHING = 0.0005  # [m] a point this near to the floor is on it

COMMANDS = {
    "stand": Velocity(),
    "stroll": Velocity(0.4),
    "walk": Velocity(1.1),
    "walk fast": Velocity(1.6),
    "walk in a curve": Velocity(0.9, 0.8),
    "walk at its fastest": Velocity(1.9),
    "jog": Velocity(2.2),
    "run": Velocity(2.8),
    "run fast": Velocity(3.5),
    "run in a curve": Velocity(2.6, 0.6),
    "turn left on the spot": Velocity(0.0, 1.5),
    "turn right slowly": Velocity(0.0, -0.5),
    "backward": Velocity(-0.4),
    "backward fast": Velocity(-0.8),
    "backward in a curve": Velocity(-0.5, 0.5),
    "sidestep left": Velocity(0.0, 0.0, 0.5),
    "sidestep right slowly": Velocity(0.0, 0.0, -0.2),
    "diagonal": Velocity(0.6, 0.0, 0.3),
}


@dataclasses.dataclass(frozen=True)
class Footing:
    """What the feet do on the floor.

    Attributes:
        slide_m: largest way of a touching foot over one contact [m].
        penetration_m: deepest point of a foot below the floor [m].
        flight: share of the frames without any contact.
    """

    slide_m: float
    penetration_m: float
    flight: float


@dataclasses.dataclass(frozen=True)
class SteadyResult:
    """One command, held.

    Attributes:
        name: of the command.
        speed: mean forward velocity [m/s].
        turn_rate: mean [rad/s].
        lateral: mean velocity to the left [m/s].
        speed_wanted: [m/s].
        turn_rate_wanted: [rad/s].
        lateral_wanted: [m/s].
        slide_m: see `Footing`.
        penetration_m: see `Footing`.
        flight: see `Footing`.
        change_deg: largest change of a joint angle in a frame [deg].
    """

    name: str
    speed: float
    turn_rate: float
    lateral: float
    speed_wanted: float
    turn_rate_wanted: float
    lateral_wanted: float
    slide_m: float
    penetration_m: float
    flight: float
    change_deg: float


@dataclasses.dataclass(frozen=True)
class TransitionResult:
    """The change from one command to another.

    Attributes:
        before: name of the first command.
        after: name of the second command.
        jump_deg: largest change of a joint angle in a frame beyond that of both steady motions.
        slide_m: see `Footing`.
        penetration_m: see `Footing`.
    """

    before: str
    after: str
    jump_deg: float
    slide_m: float
    penetration_m: float


@dataclasses.dataclass(frozen=True)
class GeneratorSummary:
    """The worst of all commands and transitions.

    Attributes:
        n_transitions: that were measured.
        speed_error: of the horizontal speed, relative.
        turn_error: of the turn rate, relative.
        slide_m: see `Footing`.
        penetration_m: see `Footing`.
        jump_deg: see `TransitionResult`.
        ms_per_frame: median time of a frame [ms].
    """

    n_transitions: int
    speed_error: float
    turn_error: float
    slide_m: float
    penetration_m: float
    jump_deg: float
    ms_per_frame: float


class FootMeasure:
    """Measures feet on the floor with MuJoCo's contact geometry.

    Args:
        kinematics: default: of legs80.
    """

    def __init__(self, kinematics: Kinematics | None = None) -> None:
        self._kinematics = kinematics or Kinematics()
        self._feet = [_Bounds.of(self._kinematics.body.model, side) for side in SIDES]

    def heights(self, states: np.ndarray) -> np.ndarray:
        """Height [m] of the lowest point of the feet, (frames, 2), right and left."""
        return np.stack([heights.min(axis=1) for heights, _ in self._traces(states)], axis=1)

    def footing(self, states: np.ndarray) -> Footing:
        """Measure states (frames, STATE_SIZE) that follow each other."""
        slides, touches, lowest = [0.0], [], np.inf
        for heights, ways in self._traces(states):
            touching = heights < TOUCHING
            held = touching[1:] & touching[:-1]
            slips = np.where(held, ways, 0.0).max(axis=1)
            contact = np.cumsum(~held.any(axis=1))
            slides.append(float(np.bincount(contact, slips).max()))
            touches.append(touching.any(axis=1))
            lowest = min(lowest, float(heights.min()))
        flight = float(np.mean(~np.any(touches, axis=0)))
        return Footing(max(slides), max(0.0, -lowest), flight)

    def _traces(self, states: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
        """Heights (frames, points) and how far (frames - 1, points) the lowest spots move [m]."""
        heights = [np.empty((len(states), len(foot.geoms))) for foot in self._feet]
        ways = [np.empty_like(height) for height in heights]
        spots: list[np.ndarray] = []
        places: list[np.ndarray] = []
        for i, state in enumerate(states):
            data = self._kinematics.place(state)
            for k, foot in enumerate(self._feet):
                if i:  # where is now what was lowest before?
                    way = foot.place(data, spots[k])[:, :2] - places[k][:, :2]
                    ways[k][i] = np.hypot(way[:, 0], way[:, 1])
            spots = [foot.lowest(data) for foot in self._feet]
            places = [foot.place(data, spot) for foot, spot in zip(self._feet, spots, strict=True)]
            for k, place in enumerate(places):
                heights[k][i] = place[:, 2]
        return [(height, way[1:]) for height, way in zip(heights, ways, strict=True)]


@dataclasses.dataclass(frozen=True)
class _Bounds:
    """What bounds a foot: the ends of its capsules, and its ellipsoids.

    Attributes:
        geoms: (points,) index in the model.
        centre: (points, 3) in the geom [m].
        axes: (points, 3) half axes [m].
        radius: (points, 1) around them [m].
    """

    geoms: np.ndarray
    centre: np.ndarray
    axes: np.ndarray
    radius: np.ndarray

    @classmethod
    def of(cls, model: mujoco.MjModel, side: str) -> "_Bounds":
        bodies = [model.body(f"{name}_{side}").id for name in ("calcn", "toes")]
        rows = []
        for geom in np.flatnonzero(np.isin(model.geom_bodyid, bodies) & (model.geom_contype > 0)):
            size = model.geom_size[geom]
            if model.geom_type[geom] == mujoco.mjtGeom.mjGEOM_CAPSULE:
                rows += [
                    (geom, [0.0, 0.0, end], np.zeros(3), size[0]) for end in (-size[1], size[1])
                ]
            else:
                rows += [(geom, np.zeros(3), size.copy(), 0.0)]
        geoms, centre, axes, radius = (np.array(column) for column in zip(*rows, strict=True))
        return cls(geoms, centre, axes, radius[:, None])

    def lowest(self, data: mujoco.MjData) -> np.ndarray:
        """The lowest spots (points, 3), in the geoms."""
        down = -data.geom_xmat[self.geoms].reshape(-1, 3, 3)[:, 2]
        scaled = self.axes * down
        length = np.maximum(np.linalg.norm(scaled, axis=1, keepdims=True), 1e-12)
        return self.centre + self.radius * down + self.axes * scaled / length

    def place(self, data: mujoco.MjData, spots: np.ndarray) -> np.ndarray:
        """Where spots (points, 3) of the geoms are in the world, (points, 3)."""
        rotation = data.geom_xmat[self.geoms].reshape(-1, 3, 3)
        return data.geom_xpos[self.geoms] + np.einsum("pij,pj->pi", rotation, spots)


def play(generator: MotionGenerator, command: Velocity, seconds: float) -> np.ndarray:
    """States (frames, STATE_SIZE) of the generator that is told `command` now."""
    generator.command(*command)
    return np.array([generator.advance() for _ in range(round(seconds * CONTROL_RATE))])


def mean_velocity(states: np.ndarray) -> Velocity:
    """Mean velocity of the pelvis in the frame of its mean motion's heading."""
    seconds = np.arange(len(states)) / CONTROL_RATE
    headings = np.unwrap([rotations.heading(q) for q in states[:, ks.QUATERNION]])
    turn_rate, heading = np.polyfit(seconds, headings, 1)
    middle = heading + turn_rate * 0.5 * (seconds[1:] + seconds[:-1])
    vx, vy = CONTROL_RATE * np.diff(states[:, ks.GROUND_POSITION], axis=0).T
    along = vx * np.cos(middle) + vy * np.sin(middle)
    aside = -vx * np.sin(middle) + vy * np.cos(middle)
    return Velocity(float(along.mean()), float(turn_rate), float(aside.mean()))


def changes(states: np.ndarray) -> np.ndarray:
    """Largest change in a frame [deg] of each kind of joint, (7,)."""
    steps = np.abs(np.diff(states[:, ks.JOINT_POSITION], axis=0)).max(axis=0)
    return np.degrees(steps.reshape(2, -1).max(axis=0))


def measure_steady(
    generator: MotionGenerator, feet: FootMeasure, name: str, command: Velocity
) -> SteadyResult:
    """Hold one command from standing on."""
    generator.reset()
    states = play(generator, command, DURATION)
    done = mean_velocity(states[round(SETTLING * CONTROL_RATE) :])
    footing = feet.footing(states)
    return SteadyResult(
        name,
        *done[:3],
        *command,
        **dataclasses.asdict(footing),
        change_deg=float(changes(states).max()),
    )


def measure_transition(
    generator: MotionGenerator, feet: FootMeasure, before: str, after: str, seconds: float = 4.0
) -> TransitionResult:
    """Start from standing, go on for `seconds` [s], then change to the other command."""
    first, second = COMMANDS[before], COMMANDS[after]
    generator.reset()
    start = play(generator, first, seconds)[-90:]
    change = play(generator, second, 5.0)
    settled = play(generator, second, 3.0)
    usual = np.maximum(changes(start), changes(settled))
    jump = changes(np.concatenate([start[-1:], change])) - usual
    footing = feet.footing(np.concatenate([start[-1:], change]))
    return TransitionResult(
        before, after, max(0.0, float(jump.max())), footing.slide_m, footing.penetration_m
    )


def some_transitions(count: int) -> list[tuple[str, str]]:
    """Up to `count` ordered pairs of commands, the same ones every time."""
    pairs = list(itertools.permutations(COMMANDS, 2))
    order = np.random.default_rng(0).permutation(len(pairs))
    return [pairs[i] for i in sorted(order[:count])]


def summarise(
    steady: Sequence[SteadyResult], transitions: Sequence[TransitionResult], ms_per_frame: float
) -> GeneratorSummary:
    """The worst of everything; errors of speed are relative to the whole horizontal speed."""
    results = [*steady, *transitions]
    moves = [r for r in steady if r.speed_wanted or r.lateral_wanted]
    turns = [r for r in steady if r.turn_rate_wanted]
    return GeneratorSummary(
        n_transitions=len(transitions),
        speed_error=max(
            abs(math.hypot(r.speed, r.lateral) / math.hypot(r.speed_wanted, r.lateral_wanted) - 1.0)
            for r in moves
        ),
        turn_error=max(abs(r.turn_rate / r.turn_rate_wanted - 1.0) for r in turns),
        slide_m=max(r.slide_m for r in results),
        penetration_m=max(r.penetration_m for r in results),
        jump_deg=max((r.jump_deg for r in transitions), default=0.0),
        ms_per_frame=ms_per_frame,
    )


def time_per_frame(generator: MotionGenerator, commands: Sequence[Velocity]) -> float:
    """Median time of a frame [ms] over commands that follow each other."""
    generator.reset()
    times = []
    for command in commands:
        generator.command(*command)
        for _ in range(90):
            start = time.perf_counter()
            generator.advance()
            times.append(time.perf_counter() - start)
    return 1e3 * float(np.median(times))
