# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Kinetics in the reward: people's curves, where they are wanted, and what is measured."""

import mujoco
import numpy as np
import pytest

from kinesis_ros.core.body import CONTROL_RATE, load_body
from kinesis_ros.core.body import kinematic_state as ks
from kinesis_ros.core.motion import Clip
from kinesis_ros.core.muscles import CoordinationConfig
from kinesis_ros.core.simulation.ground_reaction import GroundReaction
from kinesis_training.clips import Corpus, generated_clips, with_mirrored
from kinesis_training.environment import ACTION_SIZE, ImitationConfig, ImitationEnv, KineticConfig
from kinesis_training.environment.kinetics import (
    KineticTask,
    Measurement,
    kinetic_reward,
    kinetic_task,
    new_measurement,
)
from kinesis_training.fitting import KINETICS_SIZE, walking_kinetics
from kinesis_training.fitting.people_kinetics import at_speed, people_walking

BODY = load_body("legs80")
CONFIG = KineticConfig(moments=1.0, forces=0.5, impact=0.5, jerks=0.02)
UP = [ks.NUM_JOINTS + 2, ks.NUM_JOINTS + 5]


@pytest.fixture(scope="module")
def walk() -> Clip:
    (clip,) = generated_clips(1, 6.0, 3, kinds=("walk",))
    return clip


def measured(row: np.ndarray, peak: np.ndarray) -> Measurement:
    measurement = new_measurement()
    measurement.row[:], measurement.peak[:] = row, peak
    return measurement


def worth(task: KineticTask, row: np.ndarray, age: int = 0) -> float:
    errors = np.zeros((2, ks.NUM_JOINTS))
    return kinetic_reward(task, 0, age, measured(row, row[UP]), errors)


def test_the_floor_carries_people_whatever_their_speed() -> None:
    for speed in (0.6, 1.0, 1.3, 1.6):
        both = 2.0 * at_speed(speed)["up"].mean()  # one foot carries half of the time
        assert both == pytest.approx(1.0, abs=0.06)
        assert 2.0 * at_speed(speed)["forward"].mean() == pytest.approx(0.0, abs=0.03)


def test_people_push_off_with_the_ankle_and_faster_ones_load_the_knee_more() -> None:
    curves = people_walking()
    assert 40 <= int(np.argmin(curves["ankle_angle"])) <= 55
    assert curves["ankle_angle"].min() < -1.2  # [N m/kg]
    slow, fast = at_speed(0.8)["knee_angle"], at_speed(1.4)["knee_angle"]
    assert np.ptp(fast) > 1.5 * np.ptp(slow)


def test_a_walk_wants_people_s_kinetics_in_step_with_its_feet(walk: Clip) -> None:
    wanted = walking_kinetics(walk)
    toes = walk.states[:, ks.KEY_POSITION].reshape(-1, ks.NUM_KEYS, 3)[:, [3, 6]]
    speed = np.linalg.norm(np.gradient(toes, 1.0 / CONTROL_RATE, axis=0), axis=2)
    assert np.isfinite(wanted[:, UP]).all(axis=1).mean() > 0.5
    for foot in range(2):
        known = np.isfinite(wanted[:, UP[foot]])
        load, toe_speed = wanted[known, UP[foot]], speed[known, foot]
        assert load[toe_speed > 1.0].mean() < 0.1  # a foot that swings
        assert load[toe_speed < 0.15].mean() > 0.7  # one that stands


def test_a_mirrored_walk_wants_mirrored_kinetics(walk: Clip) -> None:
    plain, mirrored = walking_kinetics(walk), walking_kinetics(walk.mirrored())
    swapped = np.concatenate(
        [np.roll(plain[:, :14], 7, axis=1), np.roll(plain[:, 14:], 3, axis=1)], axis=1
    )
    np.testing.assert_array_equal(mirrored, swapped)


@pytest.mark.parametrize("kind", ["stand", "backward", "turn_in_place"])
def test_nothing_is_wanted_where_nobody_walks_forward(kind: str) -> None:
    (clip,) = generated_clips(1, 4.0, 0, kinds=(kind,))
    assert np.isnan(walking_kinetics(clip)).all()


def test_the_reward_is_largest_for_what_is_wanted_and_falls_with_the_error(walk: Clip) -> None:
    wanted = walking_kinetics(walk)
    frame = int(np.flatnonzero(np.isfinite(wanted[:, [0, 7, *UP]]).all(axis=1))[0])
    task = kinetic_task(BODY, wanted[frame : frame + 2], CONFIG)
    goal = np.nan_to_num(wanted[frame : frame + 2].mean(axis=0))
    best = worth(task, goal)
    assert best == pytest.approx(CONFIG.moments + CONFIG.forces)
    for column in (0, 1, 2, 3, 4, *range(ks.NUM_JOINTS, KINETICS_SIZE)):
        worths = []
        for error in (0.0, 0.1, 0.3, 1.0):
            row = goal.copy()
            row[column] += error
            worths.append(worth(task, row))
        assert (np.diff(worths) < 0.0).all()


def test_where_nothing_is_wanted_half_of_the_reward_is_given() -> None:
    task = kinetic_task(BODY, np.full((2, KINETICS_SIZE), np.nan), CONFIG)
    rows = np.random.default_rng(0).normal(size=(5, KINETICS_SIZE))
    expected = 0.5 * (CONFIG.moments + CONFIG.forces)
    assert [worth(task, row, age=9) for row in rows] == pytest.approx([expected] * 5)


def test_a_slap_costs_and_so_do_moments_that_shake() -> None:
    task = kinetic_task(BODY, np.zeros((2, KINETICS_SIZE)), CONFIG)
    calm = np.zeros(KINETICS_SIZE)
    errors = np.zeros((2, ks.NUM_JOINTS))
    slapped = kinetic_reward(task, 0, 0, measured(calm, np.array([1.0, 0.0])), errors)
    assert slapped == pytest.approx(worth(task, calm) - CONFIG.impact * 0.85)
    steady = np.zeros((2, ks.NUM_JOINTS))
    shaking = np.zeros((2, ks.NUM_JOINTS))
    lost = np.zeros(2)
    for t in range(8):
        for i, (errors, sign) in enumerate(((steady, 1.0), (shaking, (-1.0) ** t))):
            row = np.full(KINETICS_SIZE, 0.1 * sign)
            row[ks.NUM_JOINTS :] = 0.0
            lost[i] -= kinetic_reward(task, 0, t, measured(row, np.zeros(2)), errors)
    assert lost[1] > lost[0] + 0.01


def test_the_sensors_feel_what_the_contacts_of_each_foot_exert() -> None:
    model = BODY.model
    data = mujoco.MjData(model)
    data.qpos[2] = 0.93
    data.qvel[:2] = 0.5, 0.2
    ground = GroundReaction(model, data)
    largest = 0.0
    for _ in range(60):
        mujoco.mj_step1(model, data)
        mujoco.mj_step2(model, data)
        for side, foot in (("r", "right"), ("l", "left")):
            force = -data.sensor(f"floor_{side}").data
            np.testing.assert_allclose(force, ground.read()[foot].force, atol=1e-6)
            largest = max(largest, force[2])
    assert largest > 100.0  # [N]


def test_the_environment_pays_for_kinetics_and_resumes_with_them(walk: Clip) -> None:
    corpus = Corpus.of(with_mirrored([walk]))
    rewards = []
    for config in (KineticConfig(), CONFIG):
        task = ImitationConfig(kinetics=config)
        env = ImitationEnv(
            BODY, corpus, task, num_envs=4, workers=2, coordination=CoordinationConfig(1.5)
        )
        env.reset()
        for _ in range(5):
            env.step(np.zeros((4, ACTION_SIZE)))
        saved = env.checkpoint()
        first = [env.step(np.zeros((4, ACTION_SIZE))).reward.copy() for _ in range(5)]
        env.restore(saved)
        again = [env.step(np.zeros((4, ACTION_SIZE))).reward.copy() for _ in range(5)]
        np.testing.assert_array_equal(again, first)
        rewards.append(first)
        env.close()
    assert not np.array_equal(*rewards)


def test_negative_prices_are_refused() -> None:
    with pytest.raises(ValueError, match="impact must be 0 or more"):
        KineticConfig(impact=-1.0)
