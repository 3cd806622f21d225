# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Laws of the motion generator, and its quality over a grid of commands."""

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import mujoco
import numpy as np
import pytest

from kinesis_ros.benchmarks.generator import mean_velocity
from kinesis_ros.core import kinematic_state as ks
from kinesis_ros.core import rotations
from kinesis_ros.core.body import CONTROL_RATE, load_body
from kinesis_ros.core.gait import Gait, GaitError, _features_at, features
from kinesis_ros.core.generator import MotionGenerator
from kinesis_ros.core.kinematics import Kinematics, angular_velocity
from kinesis_ros.core.leg_kinematics import euler_matrix, foot_pose, lowest_point
from kinesis_ros.core.legs import FOOT_TO_CALCANEUS, SIDES, leg_of
from kinesis_ros.core.walked_line import TOP_BACKWARD, TOP_SIDEWAYS, TOP_SPEED, Velocity

GRID = [
    (0.2, 0.0),
    (0.6, 0.0),
    (1.0, 0.0),
    (1.25, 0.0),
    (1.5, 0.0),
    (0.0, 0.6),
    (0.4, -0.8),
    (1.2, 0.5),
    (-0.3, 0.0),
    (-0.8, 0.0),
    (-0.5, 0.5),
    (0.0, 0.0, 0.5),
    (0.0, 0.0, -0.2),
    (0.6, 0.0, -0.3),
]
SCHEDULE = [
    *[(20, 0.0, 0.0), (50, 1.2, 0.0), (40, 0.7, 0.7), (30, 0.0, 0.0), (40, 1.4, -0.4)],
    *[(50, -0.6, 0.3), (40, 0.0, 0.0, 0.4)],
]
# [rad] a frame; knees and hips of a fast walker turn that much in the clips too.
LARGEST_JUMP = np.radians([10.0, 6.0, 8.0, 20.0, 13.0, 6.0, 9.0])


@dataclasses.dataclass(frozen=True)
class Walk:
    """What one command gave: states, who was planted, sole heights and places."""

    command: Velocity
    states: np.ndarray  # (frames, STATE_SIZE)
    clearance: np.ndarray  # (frames, 2) of the lowest point [m]
    soles: np.ndarray  # (frames, 2, points, 3) [m]

    @property
    def on_floor(self) -> np.ndarray:
        """Which feet touch the floor, (frames, 2)."""
        return self.clearance < 0.001


@pytest.fixture(scope="module")
def generator() -> MotionGenerator:
    return MotionGenerator.load()


def record(generator: MotionGenerator, schedule: Sequence[tuple]) -> np.ndarray:
    """States of pieces (frames, speed, turn rate and, if there is any, lateral speed)."""
    states = []
    for frames, *command in schedule:
        generator.command(*command)
        states += [generator.advance() for _ in range(frames)]
    return np.array(states)


def play(generator: MotionGenerator, command: Velocity, seconds: float) -> Walk:
    generator.reset()
    states = record(generator, [(round(seconds * CONTROL_RATE), *command)])
    legs = [leg_of(load_body("legs80"), side) for side in SIDES]
    clearance, soles = np.empty((len(states), 2)), []
    matrix = np.zeros(9)
    for row, state in zip(clearance, states, strict=True):
        mujoco.mju_quat2Mat(matrix, state[ks.QUATERNION])
        points = []
        for i, leg in enumerate(legs):
            angles = state[ks.JOINT_POSITION].reshape(2, 7)[i]
            foot = foot_pose(leg, state[ks.POSITION], matrix.reshape(3, 3), angles)
            row[i] = lowest_point(leg, foot)
            points.append(foot[:3] + leg.sole @ FOOT_TO_CALCANEUS @ euler_matrix(*foot[3:6]).T)
            points[-1][:, 2] -= leg.sole_shape[:, 0, 3]
        soles.append(points)
    return Walk(command, states, clearance, np.array(soles))


@pytest.fixture(scope="module", params=GRID, ids=str)
def walk(request: pytest.FixtureRequest, generator: MotionGenerator) -> Walk:
    return play(generator, Velocity(*request.param), seconds=8.0)


def headings(states: np.ndarray) -> np.ndarray:
    return np.unwrap([rotations.heading(q) for q in states[:, ks.QUATERNION]])


def test_velocities_are_finite_differences_of_the_frames(generator: MotionGenerator) -> None:
    generator.reset()
    states = record(generator, SCHEDULE)
    for place, velocity in (
        (ks.POSITION, ks.LINEAR_VELOCITY),
        (ks.JOINT_POSITION, ks.JOINT_VELOCITY),
    ):
        difference = 0.5 * CONTROL_RATE * (states[2:, place] - states[:-2, place])
        assert states[1:-1, velocity] == pytest.approx(difference, abs=1e-9)
    turning = angular_velocity(states[:, ks.QUATERNION], CONTROL_RATE)
    assert states[1:-1, ks.ANGULAR_VELOCITY] == pytest.approx(turning[1:-1], abs=1e-9)


def test_key_positions_are_forward_kinematics(generator: MotionGenerator) -> None:
    generator.reset()
    states = record(generator, [(40, 1.0, 0.3)])
    again = Kinematics().complete(states.copy())
    assert again == pytest.approx(states, abs=1e-12)


def test_the_same_commands_give_the_same_motion(generator: MotionGenerator) -> None:
    generator.reset()
    first = record(generator, SCHEDULE)
    generator.reset()
    assert np.array_equal(record(generator, SCHEDULE), first)


def test_motion_turns_and_moves_with_its_start(generator: MotionGenerator) -> None:
    generator.reset()
    states = record(generator, SCHEDULE)
    generator.reset(position=(3.0, -1.0), heading=0.8)
    moved = record(generator, SCHEDULE)
    wanted = ks.transform(states, 0.8, np.array([3.0, -1.0, 0.0]))
    wanted[:, ks.QUATERNION] *= np.sign(
        np.sum(wanted[:, ks.QUATERNION] * moved[:, ks.QUATERNION], axis=1, keepdims=True)
    )
    assert moved == pytest.approx(wanted, abs=1e-6)


def test_mirrored_commands_give_mirrored_motion(generator: MotionGenerator) -> None:
    schedule = [
        *[(100, 1.0, 0.4, 0.0), (60, 0.4, -0.7, 0.1), (80, 0.0, 0.0, 0.0)],
        *[(80, -0.7, 0.3, 0.0), (80, 0.0, 0.0, 0.5)],
    ]
    generator.reset()
    states = record(generator, schedule)
    generator.reset()
    other = record(generator, [(n, v, -w, -u) for n, v, w, u in schedule])
    difference = np.abs(ks.mirror(states) - other)
    # The model's pelvis is askew by half a millimetre, so left and right legs differ a little.
    assert difference[:, ks.POSITION].max() < 0.003
    assert difference[:, ks.JOINT_POSITION].max() < np.radians(1.0)


def test_a_preview_is_what_follows_and_changes_nothing(generator: MotionGenerator) -> None:
    generator.reset()
    record(generator, [(45, 1.1, 0.2)])
    preview, window = generator.preview(12), generator.window(11)
    assert np.array_equal(window[0], generator.now)
    assert np.array_equal(window[1:], preview[:10])
    assert np.array_equal(record(generator, [(12, 1.1, 0.2)]), preview)
    assert generator.preview(0).shape == (0, ks.STATE_SIZE)


def test_a_new_command_bends_the_frames_already_shown_without_a_jump(
    generator: MotionGenerator,
) -> None:
    for frames in range(60, 90, 5):
        generator.reset()
        record(generator, [(frames, 1.2, 0.0)])
        shown = generator.preview(11)
        generator.command(0.6, 0.5)
        changed = generator.preview(11)
        assert changed[0, ks.JOINT_POSITION] == pytest.approx(shown[0, ks.JOINT_POSITION])
        gap = np.abs(changed - shown)
        assert gap[1, ks.JOINT_POSITION].max() < np.radians(5.0)
        assert gap[10, ks.POSITION].max() < 0.12


def test_standing_is_still_and_balanced_on_flat_feet(generator: MotionGenerator) -> None:
    generator.reset()
    states = record(generator, [(30, 0.0, 0.0)])
    assert generator.standing
    assert states == pytest.approx(np.tile(generator.standing_state(), (30, 1)), abs=1e-9)
    kinematics = Kinematics()
    data = kinematics.place(states[-1])
    mujoco.mj_comPos(kinematics.body.model, data)
    mass_centre = data.subtree_com[0]
    for side in SIDES:
        assert data.body(f"calcn_{side}").xpos[0] + 0.05 < mass_centre[0]
        assert mass_centre[0] < data.body(f"toes_{side}").xpos[0] - 0.05
    assert abs(mass_centre[1]) < 0.01
    knees = states[-1, ks.JOINT_POSITION][[3, 10]]
    assert np.all((np.radians(5.0) < knees) & (knees < np.radians(20.0)))


def test_velocity_follows_the_command(walk: Walk) -> None:
    wanted, done = walk.command, mean_velocity(walk.states[2 * round(CONTROL_RATE) :])
    way = np.hypot(wanted.speed, wanted.lateral)
    assert done.turn_rate == pytest.approx(wanted.turn_rate, rel=0.1, abs=0.01)
    assert done.speed == pytest.approx(wanted.speed, abs=max(0.02, 0.1 * way))
    assert done.lateral == pytest.approx(wanted.lateral, abs=max(0.02, 0.1 * way))


def test_feet_never_go_through_the_floor(walk: Walk) -> None:
    assert walk.clearance.min() > -0.003


def test_stance_feet_do_not_slide(walk: Walk) -> None:
    step = np.linalg.norm(np.diff(walk.soles[..., :2], axis=0), axis=-1)
    touching = walk.soles[..., 2] < 0.001
    held = touching[1:] & touching[:-1]  # (frames, 2, points)
    slides = np.where(held, step, 0.0).max(axis=-1)
    for foot in range(2):
        contact = np.cumsum(np.diff(walk.on_floor[:, foot].astype(int), prepend=0) != 0)[1:]
        total = np.bincount(contact, slides[:, foot])
        assert total.max() < 0.02


def test_swing_feet_clear_the_floor(walk: Walk) -> None:
    swings = 0
    for foot in range(2):
        flight = np.split(
            np.arange(len(walk.states)), np.flatnonzero(np.diff(walk.on_floor[:, foot])) + 1
        )
        for frames in flight:
            middle = frames[len(frames) // 4 : -(len(frames) // 4) or None]
            if walk.on_floor[frames[0], foot] or frames[-1] == len(walk.states) - 1:
                continue
            swings += 1
            assert walk.clearance[middle, foot].min() > 0.01
    assert swings >= 6


def test_walking_has_double_support_and_no_flight(walk: Walk) -> None:
    late = walk.on_floor[2 * round(CONTROL_RATE) :]
    assert late.any(axis=1).all()
    assert 0.1 < late.all(axis=1).mean() < 0.45
    assert late.mean() == pytest.approx(0.62, abs=0.06)


def test_joints_move_smoothly_within_their_limits(walk: Walk) -> None:
    joints = walk.states[:, ks.JOINT_POSITION]
    jumps = np.abs(np.diff(joints, axis=0)).max(axis=0).reshape(2, 7).max(axis=0)
    assert np.all(jumps < LARGEST_JUMP)
    lower, upper = load_body("legs80").leg_ranges.T
    assert np.all(joints >= lower - 1e-9)
    assert np.all(joints <= upper + 1e-9)


@pytest.mark.parametrize(
    "command",
    [(0.5, 0.0), (1.4, 0.0), (0.8, 0.6), (-0.6, 0.0), (0.0, 0.0, 0.5), (0.0, -1.2)],
)
@pytest.mark.parametrize("frames", [70, 78, 86])
def test_stopping_ends_with_the_feet_together(
    generator: MotionGenerator, command: tuple[float, ...], frames: int
) -> None:
    generator.reset()
    record(generator, [(frames, *command)])
    states = record(generator, [(95, 0.0, 0.0)])
    assert generator.standing
    assert states[-1, ks.LINEAR_VELOCITY] == pytest.approx(0.0, abs=1e-9)
    assert states[-1, ks.JOINT_VELOCITY] == pytest.approx(0.0, abs=1e-9)
    ankles = states[-1, ks.KEY_POSITION].reshape(-1, 3)[[2, 5]]
    assert np.linalg.norm(ankles[0, :2] - ankles[1, :2]) < 0.2
    jumps = np.abs(np.diff(states[:, ks.JOINT_POSITION], axis=0)).max(axis=0)
    assert np.all(jumps.reshape(2, 7).max(axis=0) < LARGEST_JUMP)


@pytest.mark.parametrize(
    ("wish", "most"),
    [
        (Velocity(9.0), Velocity(TOP_SPEED)),
        (Velocity(-9.0), Velocity(-TOP_BACKWARD)),
        (Velocity(lateral=-9.0), Velocity(lateral=-TOP_SIDEWAYS)),
    ],
)
def test_commands_are_cut_to_the_envelope(
    generator: MotionGenerator, wish: Velocity, most: Velocity
) -> None:
    assert wish.limited() == most
    generator.reset()
    states = record(generator, [(150, *wish)])
    assert mean_velocity(states[90:]) == pytest.approx(most, abs=0.1)


def test_what_is_within_the_envelope_stays_as_it_is() -> None:
    rng = np.random.default_rng(3)
    for wish in rng.uniform(-4.0, 4.0, size=(200, 3)):
        once = Velocity(*wish).limited()
        assert once.limited() == once


def test_commands_must_be_finite(generator: MotionGenerator) -> None:
    for wish in [(float("nan"),), (0.0, float("inf")), (0.0, 0.0, float("nan"))]:
        with pytest.raises(ValueError, match="finite"):
            generator.command(*wish)


def test_compiled_features_are_the_features() -> None:
    rng = np.random.default_rng(5)
    for phase, speed, turn_rate in rng.uniform([0.0, 0.4, -0.8], [1.0, 1.6, 0.8], size=(10, 3)):
        wanted = features(phase, speed, turn_rate)
        assert _features_at(phase, speed, turn_rate) == pytest.approx(wanted, abs=1e-12)


def test_coefficients_survive_a_file(tmp_path: Path) -> None:
    gait = Gait.load()
    gait.save(tmp_path / "gait.npz")
    again = Gait.load(tmp_path / "gait.npz")
    for field in dataclasses.fields(Gait):
        assert np.array_equal(getattr(again, field.name), getattr(gait, field.name))


@pytest.mark.parametrize(
    ("content", "complaint"), [(None, "do not exist"), (b"nonsense", "cannot be read")]
)
def test_a_bad_coefficients_file_is_named(
    tmp_path: Path, content: bytes | None, complaint: str
) -> None:
    path = tmp_path / "gait.npz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(GaitError, match=complaint) as error:
        MotionGenerator.load(path)
    assert "gait.npz" in str(error.value)


def test_a_coefficients_file_must_be_complete(tmp_path: Path) -> None:
    path = tmp_path / "gait.npz"
    np.savez(path, pelvis=np.zeros(3), format_version=1)
    with pytest.raises(GaitError, match="lack cadence"):
        MotionGenerator.load(path)
