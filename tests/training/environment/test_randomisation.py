# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Randomised bodies differ as told, and in nothing else."""

import dataclasses

import mujoco
import numpy as np
import pytest

from kinesis_ros.core.body import Body, load_body, load_skeleton
from kinesis_ros.core.motion import Clip
from kinesis_training.clips import Corpus
from kinesis_training.environment import (
    ACTION_SIZE,
    NO_RANDOMISATION,
    ImitationConfig,
    ImitationEnv,
    RandomisationConfig,
)
from kinesis_training.environment.randomisation import variants_of

BODIES = [load_body("legs80"), load_skeleton("legs80")]


@pytest.mark.parametrize("body", BODIES, ids=["muscles", "skeleton"])
def test_variants_differ_by_as_much_as_they_should(body: Body) -> None:
    nominal = body.model
    before = nominal.body_mass.copy()
    models = variants_of(nominal, RandomisationConfig(variants=40, mass_spread=0.05, seed=3))
    np.testing.assert_array_equal(nominal.body_mass, before)
    assert models[0] is nominal
    heavy = before > 0.0
    ratios = np.array([model.body_mass[heavy] / before[heavy] for model in models[1:]])
    assert ratios.std() == pytest.approx(0.05, rel=0.2)
    lags = [model.actuator_dynprm[0, 0] / nominal.actuator_dynprm[0, 0] for model in models[1:]]
    assert np.log(lags).std() == pytest.approx(0.3, rel=0.4)
    frictions = np.array([m.geom_friction[:, 0] / nominal.geom_friction[:, 0] for m in models[1:]])
    assert frictions.min() >= 0.6 - 1e-9
    assert frictions.max() <= 1.2 + 1e-9
    assert frictions.std() > 0.1
    for model in models:
        np.testing.assert_array_equal(model.body_pos, nominal.body_pos)
        np.testing.assert_array_equal(model.actuator_lengthrange, nominal.actuator_lengthrange)


def test_half_the_variation_is_the_same_bodies_half_as_different() -> None:
    body, config = BODIES[0], RandomisationConfig(variants=3, seed=5)
    full, half = (variants_of(body.model, config.scaled(share)) for share in (1.0, 0.5))
    nominal = body.model.body_mass
    for whole, part in zip(full[1:], half[1:], strict=True):
        difference = part.body_mass - nominal
        np.testing.assert_allclose(difference, 0.5 * (whole.body_mass - nominal), atol=1e-12)
    assert config.scaled(0.0).friction == (1.0, 1.0)
    assert config.scaled(1.0) == config


def test_a_stronger_muscle_pulls_as_much_harder() -> None:
    body = BODIES[0]
    config = RandomisationConfig(2, mass_spread=0.0, lag_spread=0.0, friction=(1.0, 1.0))
    nominal, variant = variants_of(body.model, config)
    forces = []
    for model in (nominal, variant):
        data = mujoco.MjData(model)
        data.act[:] = 0.5
        mujoco.mj_forward(model, data)
        forces.append(data.actuator_force.copy())
    strength = variant.actuator_gainprm[:, 2] / nominal.actuator_gainprm[:, 2]
    np.testing.assert_allclose(forces[1], strength * forces[0], rtol=1e-9)
    assert strength.std() > 0.03


def test_without_randomisation_there_is_one_body(clips: list[Clip]) -> None:
    rewards = []
    for seed in (0, 1):
        config = ImitationConfig(
            push_rate=0.0,
            initial_noise=0.0,
            first_frame_share=1.0,
            randomisation=NO_RANDOMISATION,
        )
        env = ImitationEnv(
            BODIES[1], Corpus.of(clips[:1]), config, num_envs=3, workers=1, seed=seed
        )
        env.reset()
        rewards.append([env.step(np.zeros((3, ACTION_SIZE))).reward.copy() for _ in range(5)])
        env.close()
    np.testing.assert_array_equal(rewards[0], rewards[1])
    assert np.ptp(np.array(rewards[0]), axis=1).max() == 0.0


@pytest.mark.parametrize("body", BODIES, ids=["muscles", "skeleton"])
def test_a_late_command_takes_effect_one_physics_step_late(body: Body, clips: list[Clip]) -> None:
    states = []
    for share in (0.0, 1.0):
        config = ImitationConfig(
            push_rate=0.0,
            initial_noise=0.0,
            first_frame_share=1.0,
            randomisation=dataclasses.replace(NO_RANDOMISATION, delayed_share=share),
        )
        env = ImitationEnv(body, Corpus.of(clips[:1]), config, num_envs=1, workers=1)
        env.reset()
        action = np.full((1, ACTION_SIZE), 0.3)
        states.append([env.step(action).distance.copy() for _ in range(3)])
        env.close()
    prompt, late = np.array(states)
    assert np.all(prompt != late)
    assert np.all(np.abs(prompt - late) < 0.01)


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"variants": 0}, "variants must be 1 or more, it is 0"),
        ({"mass_spread": -0.1}, "mass_spread must not be negative"),
        ({"friction": (1.2, 0.6)}, "friction must be two positive numbers in order"),
    ],
)
def test_bad_options_are_refused(options: dict, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        RandomisationConfig(**options)
