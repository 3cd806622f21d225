# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""A training run of seconds: it improves, and it resumes bit-exactly."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch

from kinesis_ros.core.body import load_body, load_skeleton
from kinesis_ros.core.motion import Clip
from kinesis_training.checkpoints import load_network
from kinesis_training.clips import Corpus
from kinesis_training.environment import ImitationConfig, ImitationEnv
from kinesis_training.learning import (
    DistillationConfig,
    DistillationEnv,
    Distiller,
    PPOConfig,
    Trainer,
    TrainerConfig,
)
from kinesis_training.networks import ActorCritic, DirectStudent, Mixture, NetworkConfig

SMALL = NetworkConfig(hidden=(64, 64))


def make_trainer(folder: Path, clips: list[Clip], horizon: int = 32) -> Trainer:
    torch.manual_seed(0)
    env = ImitationEnv(
        load_skeleton("legs80"),
        Corpus.of(clips),
        ImitationConfig(push_rate=0.0),
        num_envs=16,
        workers=1,
    )
    ppo = PPOConfig(horizon=horizon, minibatch=256, learning_rate=1e-3, target_kl=0.03)
    network = ActorCritic(SMALL)
    return Trainer(env, network, ppo, TrainerConfig(threads=1), folder)


def test_a_run_of_seconds_improves_the_reward_of_an_episode(
    tmp_path: Path, clips: list[Clip]
) -> None:
    trainer = make_trainer(tmp_path, clips, horizon=48)
    with torch.no_grad():
        *_, bias = trainer.network.actor.parameters()
        bias += 0.5  # a bad habit to unlearn: legs bent
    history = [trainer.iterate() for _ in range(16)]
    episode_reward = [p.reward * p.episode_length for p in history]
    assert np.mean(episode_reward[-4:]) > 1.3 * np.mean(episode_reward[:4])
    trainer.env.close()


def test_a_resumed_run_equals_an_uninterrupted_one_bit_for_bit(
    tmp_path: Path, clips: list[Clip]
) -> None:
    straight = make_trainer(tmp_path / "straight", clips)
    for _ in range(4):
        straight.iterate()
    first = make_trainer(tmp_path / "broken", clips)
    first.iterate()
    first.iterate()
    first.save()
    second = make_trainer(tmp_path / "broken", clips)
    assert second.resume()
    assert second.count == first.count
    second.iterate()
    second.iterate()
    weights = second.network.state_dict()
    for name, value in straight.network.state_dict().items():
        assert torch.equal(value, weights[name]), name
    straight.save()
    second.save()
    average = load_network(tmp_path / "broken")
    for name, value in load_network(tmp_path / "straight").items():
        assert torch.equal(value, average[name]), name
    for trainer in (straight, first, second):
        trainer.env.close()


def test_what_others_load_is_an_average_of_the_newest_iterations(
    tmp_path: Path, clips: list[Clip]
) -> None:
    trainer = make_trainer(tmp_path, clips)
    weights = []
    for _ in range(3):
        trainer.iterate()
        weights.append(trainer.network.state_dict()["actor.layers.0.weight"].clone())
    trainer.save()
    first, second, third = weights
    expected = first + (second - first) / 1.1
    expected += (third - expected) / 1.2
    kept = load_network(tmp_path)["actor.layers.0.weight"]
    torch.testing.assert_close(kept, expected, rtol=0.0, atol=1e-6)
    assert not torch.equal(kept, third)
    trainer.env.close()


def test_exploration_keeps_the_noise_that_it_was_told(tmp_path: Path, clips: list[Clip]) -> None:
    trainer = make_trainer(tmp_path, clips)
    trainer.ppo.config = dataclasses.replace(trainer.ppo.config, lowest_log_std=np.log(0.5))
    assert trainer.iterate().noise >= 0.5 - 1e-6
    trainer.env.close()


def test_a_checkpoint_of_other_clips_is_refused(tmp_path: Path, clips: list[Clip]) -> None:
    trainer = make_trainer(tmp_path, clips)
    trainer.save()
    other = make_trainer(tmp_path, clips[:1])
    with pytest.raises(ValueError, match="2 clips"):
        other.resume()
    trainer.env.close()
    other.env.close()


def make_distiller(folder: Path, clips: list[Clip]) -> Distiller:
    torch.set_num_threads(1)
    torch.manual_seed(0)
    env = DistillationEnv(
        load_body("legs80"),
        Corpus.of(clips),
        ImitationConfig(termination_distance=0.25),
        num_envs=8,
        workers=1,
    )
    config = DistillationConfig(
        hidden=(64,), horizon=12, gradient_steps=20, minibatch=64, teacher_iterations=2, threads=1
    )
    teacher = Mixture([ActorCritic(SMALL).actor])
    student = DirectStudent(teacher, 0.8, len(env.body.muscles), config.hidden)
    return Distiller(env, student, config, folder)


def test_distillation_learns_the_teacher_and_resumes_bit_for_bit(
    tmp_path: Path, clips: list[Clip]
) -> None:
    straight = make_distiller(tmp_path / "straight", clips)
    losses = [straight.iterate().loss for _ in range(4)]
    assert losses[-1] < 0.5 * losses[0]
    first = make_distiller(tmp_path / "broken", clips)
    first.iterate()
    first.iterate()
    first.save()
    saved = torch.load(tmp_path / "broken" / "checkpoint.pt", weights_only=True)
    assert float(saved["mining"]["played"].sum()) > 0.0, "failures are mined here, too"
    second = make_distiller(tmp_path / "broken", clips)
    assert second.resume()
    second.iterate()
    second.iterate()
    weights = second.student.state_dict()
    for name, value in straight.student.state_dict().items():
        assert torch.equal(value, weights[name]), name
    for distiller in (straight, first, second):
        distiller.env.close()
