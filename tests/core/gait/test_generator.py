# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Laws of the motion generator, and its quality over a grid of commands."""

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import mujoco
import numpy as np
import pytest

from kinesis_ros.benchmarks.generator import (
    TOUCHING,
    Footing,
    FootMeasure,
    mean_velocity,
    measure_transition,
)
from kinesis_ros.core.body import CONTROL_RATE, SIDES, Kinematics, load_body
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.body.kinematics import angular_velocity
from kinesis_ros.core.gait import TOP_BACKWARD, TOP_SIDEWAYS, TOP_SPEED, MotionGenerator, Velocity

WALKS = [
    Velocity(0.2),
    Velocity(0.6),
    Velocity(1.0),
    Velocity(1.25),
    Velocity(1.5),
    Velocity(1.9),
    Velocity(0.0, 0.6),
    Velocity(0.0, 1.5),
    Velocity(0.4, -0.8),
    Velocity(1.2, 0.5),
    Velocity(-0.3),
    Velocity(-0.8),
    Velocity(-0.5, 0.5),
    Velocity(lateral=0.5),
    Velocity(lateral=-0.2),
    Velocity(0.6, 0.0, -0.3),
]
RUNS = [Velocity(2.2), Velocity(2.8), Velocity(3.5), Velocity(2.6, -0.6)]
TRANSITIONS = [
    ("stand", "run fast"),
    ("backward", "run"),
    ("walk", "jog"),
    ("run", "walk fast"),
    ("run fast", "stand"),
    ("stroll", "backward fast"),
    ("backward fast", "walk at its fastest"),
    ("walk at its fastest", "turn left on the spot"),
    ("turn left on the spot", "sidestep right slowly"),
    ("sidestep left", "walk in a curve"),
]
SCHEDULE = [
    *[(20, 0.0, 0.0), (50, 1.2, 0.0), (40, 0.7, 0.7), (30, 0.0, 0.0), (40, 1.4, -0.4)],
    *[(50, -0.6, 0.3), (40, 0.0, 0.0, 0.4), (90, 2.8, 0.2)],
]
# [rad] a frame; knees and hips of a fast walker turn that much in the clips too.
LARGEST_JUMP = np.radians([10.0, 6.0, 10.0, 20.0, 13.0, 6.0, 12.0])
RUNNING_JUMP = np.radians([20.0, 10.0, 8.0, 28.0, 24.0, 8.0, 20.0])


@dataclasses.dataclass(frozen=True)
class Motion:
    """What one command gave."""

    command: Velocity
    states: np.ndarray  # (frames, STATE_SIZE)
    clearance: np.ndarray  # (frames, 2) of the feet's lowest points [m]
    footing: Footing

    @property
    def late(self) -> np.ndarray:
        """Which feet touch the floor once the motion is steady, (frames, 2)."""
        return self.clearance[2 * round(CONTROL_RATE) :] < TOUCHING


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


@pytest.fixture(scope="module")
def feet() -> FootMeasure:
    return FootMeasure()


def play(generator: MotionGenerator, feet: FootMeasure, command: Velocity) -> Motion:
    generator.reset()
    states = record(generator, [(round(8.0 * CONTROL_RATE), *command)])
    return Motion(command, states, feet.heights(states), feet.footing(states))


@pytest.fixture(scope="module", params=WALKS, ids=str)
def walk(request: pytest.FixtureRequest, generator: MotionGenerator, feet: FootMeasure) -> Motion:
    return play(generator, feet, request.param)


@pytest.fixture(scope="module", params=RUNS, ids=str)
def run(request: pytest.FixtureRequest, generator: MotionGenerator, feet: FootMeasure) -> Motion:
    return play(generator, feet, request.param)


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


def check_quality(motion: Motion) -> None:
    """The velocity is right from two seconds after the command on, and feet stay on the floor."""
    wanted, done = motion.command, mean_velocity(motion.states[2 * round(CONTROL_RATE) :])
    way = np.hypot(wanted.speed, wanted.lateral)
    assert done.turn_rate == pytest.approx(wanted.turn_rate, rel=0.1, abs=0.01)
    assert done.speed == pytest.approx(wanted.speed, abs=max(0.02, 0.1 * way))
    assert done.lateral == pytest.approx(wanted.lateral, abs=max(0.02, 0.1 * way))
    assert motion.footing.penetration_m < 0.01
    assert motion.footing.slide_m < 0.02
    lower, upper = load_body("legs80").leg_ranges.T
    joints = motion.states[:, ks.JOINT_POSITION]
    assert np.all(joints >= lower - 1e-9)
    assert np.all(joints <= upper + 1e-9)


def largest_changes(states: np.ndarray) -> np.ndarray:
    """Largest change in a frame of each kind of joint, (7,) [rad]."""
    changes = np.abs(np.diff(states[:, ks.JOINT_POSITION], axis=0)).max(axis=0)
    return changes.reshape(2, 7).max(axis=0)


def test_a_walk_does_what_it_is_told_on_feet_that_stay(walk: Motion) -> None:
    check_quality(walk)
    assert np.all(largest_changes(walk.states) < LARGEST_JUMP)


def test_a_run_does_what_it_is_told_on_feet_that_stay(run: Motion) -> None:
    check_quality(run)
    assert np.all(largest_changes(run.states) < RUNNING_JUMP)


def test_swing_feet_clear_the_floor(walk: Motion) -> None:
    swings = 0
    for foot in range(2):
        on_floor = walk.clearance[:, foot] < TOUCHING
        pieces = np.split(np.arange(len(on_floor)), np.flatnonzero(np.diff(on_floor)) + 1)
        for frames in pieces[:-1]:
            middle = frames[len(frames) // 4 : -(len(frames) // 4) or None]
            if not on_floor[frames[0]]:
                swings += 1
                assert walk.clearance[middle, foot].min() > 0.01
    assert swings >= 6


def test_walking_has_double_support_and_no_flight(walk: Motion) -> None:
    assert walk.late.any(axis=1).all()
    assert 0.1 < walk.late.all(axis=1).mean() < 0.45
    assert walk.late.mean() == pytest.approx(0.62, abs=0.06)


def test_running_has_flight_and_no_double_support(run: Motion) -> None:
    assert 0.1 < (~run.late.any(axis=1)).mean() < 0.4
    assert not run.late.all(axis=1).any()


@pytest.mark.parametrize(("before", "after"), TRANSITIONS)
def test_transitions_are_smooth_on_feet_that_stay(
    generator: MotionGenerator, feet: FootMeasure, before: str, after: str
) -> None:
    result = measure_transition(generator, feet, before, after)
    assert result.jump_deg < 6.0
    assert result.slide_m < 0.02
    assert result.penetration_m < 0.01


def test_forward_walking_stays_what_policies_were_trained_on(generator: MotionGenerator) -> None:
    with np.load(Path(__file__).with_name("forward_walking.npz")) as known:
        keys, joints = known["keys"], known["joints"]
    generator.reset()
    states = record(generator, [(60, 1.2), (60, 0.7), (60, 1.5), (90, 0.0)])[::3]
    off = np.linalg.norm((states[:, ks.KEY_POSITION] - keys).reshape(-1, 7, 3), axis=2)
    assert np.median(off.max(axis=1)) < 0.007
    assert off.max() < 0.025  # feet roll over their tips since then, and no longer slip
    assert np.abs(states[:, ks.JOINT_POSITION] - joints).max() < np.radians(12.0)  # of the toes


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
    assert np.all(largest_changes(states) < LARGEST_JUMP)


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


def test_commands_must_be_finite(generator: MotionGenerator) -> None:
    for wish in [(float("nan"),), (0.0, float("inf")), (0.0, 0.0, float("nan"))]:
        with pytest.raises(ValueError, match="finite"):
            generator.command(*wish)
