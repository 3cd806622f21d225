# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Experts, the gate that weighs them, and the evaluation that tells which one is best."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch

from kinesis_ros.core.body import load_skeleton
from kinesis_ros.core.motion import Clip
from kinesis_ros.core.policy import OBSERVATION_SIZE, mirror_joints
from kinesis_ros.core.policy.observation import mirror_observation
from kinesis_training.checkpoints import (
    WeightsError,
    load_expert,
    load_mixture,
    load_parts,
    mean_network,
    save_weights,
)
from kinesis_training.checkpoints.weights import learner
from kinesis_training.clips import Corpus
from kinesis_training.environment import (
    ACTION_SIZE,
    ImitationConfig,
    ImitationEnv,
    Scores,
    evaluate,
)
from kinesis_training.environment.evaluation import FAILURE_DISTANCE
from kinesis_training.learning import GateTrainer, GatingConfig, PPOConfig, Trainer, TrainerConfig
from kinesis_training.learning.gating import new_gate
from kinesis_training.networks import Actor, ActorCritic, Mixture, MixtureActorCritic, NetworkConfig

SMALL = NetworkConfig(hidden=(16,))
SKELETON = load_skeleton("legs80")


def still(observation: torch.Tensor) -> torch.Tensor:
    """The action that leaves the set-points where the reference is."""
    return torch.zeros(len(observation), ACTION_SIZE)


def collapse(observation: torch.Tensor) -> torch.Tensor:
    """Knees that give way."""
    return torch.full((len(observation), ACTION_SIZE), 2.0)


def expert(seed: int) -> Actor:
    torch.manual_seed(seed)
    return ActorCritic(SMALL).actor


def test_a_mixture_is_the_weighted_mean_of_its_experts() -> None:
    experts = [expert(0), expert(1)]
    mixture = Mixture(experts, new_gate(2, GatingConfig(hidden=(8,))))
    observation = torch.randn(5, OBSERVATION_SIZE)
    with torch.no_grad():
        action, weights = mixture(observation)
        expected = weights[:, :1] * experts[0](observation) + weights[:, 1:] * experts[1](
            observation
        )
    torch.testing.assert_close(action, expected)
    torch.testing.assert_close(weights.sum(dim=1), torch.ones(5))


def test_a_mirrored_observation_gets_the_mirrored_action_from_the_same_expert() -> None:
    experts = [expert(0), expert(1)]
    gate = new_gate(2, GatingConfig(hidden=(8,)))
    mixture = Mixture(experts, gate)
    random = np.random.default_rng(0)
    for module in (*experts, gate):
        skewed = random.normal(0.5, 2.0, (200, OBSERVATION_SIZE)).astype(np.float32)
        module.normaliser.update(torch.from_numpy(skewed))
    observation = random.normal(size=(5, OBSERVATION_SIZE)).astype(np.float32)
    with torch.no_grad():
        action, weights = mixture(torch.from_numpy(observation))
        twin = mirror_observation(observation).astype(np.float32)
        mirrored, same_weights = mixture(torch.from_numpy(twin))
    assert action.abs().max() > 1e-3
    torch.testing.assert_close(mirrored, torch.from_numpy(mirror_joints(action.numpy())))
    torch.testing.assert_close(same_weights, weights)


def test_several_experts_without_a_gate_are_refused() -> None:
    with pytest.raises(ValueError, match="2 experts need a gate"):
        Mixture([expert(0), expert(1)])


def test_scores_tell_who_stays_up(clips: list[Clip]) -> None:
    # Without a policy it stands for a second.
    short = [dataclasses.replace(clip, states=clip.states[:30]) for clip in clips]
    corpus = Corpus.of([*short, *short, *short])
    standing = evaluate(SKELETON, corpus, still, num_envs=4, workers=1)
    falling = evaluate(SKELETON, corpus, collapse, num_envs=4, workers=2)
    assert standing.coverage == pytest.approx(np.ones(len(corpus.names)))
    assert falling.failed.all()
    assert (falling.coverage > 0.0).all()
    assert (standing.distance < falling.distance).all()
    assert standing.better_than(falling).all()
    assert not falling.better_than(standing).any()
    # The same clip gives the same score wherever and beside whatever it is played.
    np.testing.assert_array_equal(standing.distance[:2], standing.distance[2:4])
    np.testing.assert_array_equal(falling.coverage[:2], falling.coverage[4:])


def test_of_two_that_finish_the_nearer_one_is_better() -> None:
    near, far = (Scores(np.array([1.0, 0.5]), np.array(d)) for d in ([0.02, 0.1], [0.03, 0.1]))
    assert near.better_than(far).tolist() == [True, False]


def test_the_mean_of_networks_leaves_other_parts_as_they_are() -> None:
    one = {"layers.0": torch.tensor([1.0, 3.0]), "gate.0": torch.tensor([5.0])}
    two = {"layers.0": torch.tensor([3.0, 5.0]), "gate.0": torch.tensor([7.0, 7.0])}
    mean = mean_network({"one": one, "two": two}, ("layers.",))
    assert mean["layers.0"].tolist() == [2.0, 4.0]
    assert mean["gate.0"].tolist() == [5.0]
    with pytest.raises(WeightsError, match="'two' holds no network of the shape of that in 'one'"):
        mean_network({"one": one, "two": two}, ("gate.",))


def test_what_is_left_of_a_lost_clip_counts_as_far_away() -> None:
    scores = Scores(np.array([1.0, 0.5]), np.array([0.02, 0.1]))
    assert scores.overall_distance == pytest.approx((0.02 + 0.5 * (0.1 + FAILURE_DISTANCE)) / 2)


def make_trainer(folder: Path, clips: list[Clip]) -> GateTrainer:
    env = ImitationEnv(
        SKELETON,
        Corpus.of(clips),
        ImitationConfig(termination_distance=0.25),
        num_envs=8,
        workers=1,
    )
    config = GatingConfig(
        hidden=(16,),
        horizon=12,
        gradient_steps=60,
        minibatch=64,
        learning_rate=3e-3,
        threads=1,
    )
    gate = new_gate(2, config)
    return GateTrainer(env, Mixture([expert(0), expert(1)], gate), np.array([0, 1]), config, folder)


def test_a_gate_learns_who_is_best_and_resumes_bit_for_bit(
    tmp_path: Path, clips: list[Clip]
) -> None:
    straight = make_trainer(tmp_path / "straight", clips)
    frozen = {k: v.clone() for k, v in straight.mixture.experts.state_dict().items()}
    agreement = [straight.iterate().agreement for _ in range(6)]
    assert np.mean(agreement[-3:]) > max(0.7, agreement[0] + 0.1)
    for name, value in straight.mixture.experts.state_dict().items():
        assert torch.equal(value, frozen[name]), name
    first = make_trainer(tmp_path / "broken", clips)
    for _ in range(3):
        first.iterate()
    first.save()
    second = make_trainer(tmp_path / "broken", clips)
    assert second.resume()
    for _ in range(3):
        second.iterate()
    for name, value in straight.mixture.state_dict().items():
        assert torch.equal(value, second.mixture.state_dict()[name]), name
    for trainer in (straight, first, second):
        trainer.env.close()


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    """Weights of a mixture of two untrained experts."""
    experts = []
    for seed in (0, 1):
        torch.manual_seed(seed)
        experts.append(ActorCritic(SMALL).state_dict())
    gate = new_gate(2, GatingConfig(hidden=(8,)))
    save_weights({"experts": experts, "gate": gate.state_dict()}, tmp_path / "policy.pt")
    return tmp_path / "policy.pt"


def test_shipped_weights_come_back(shipped: Path) -> None:
    experts, gate = load_parts(shipped)
    torch.testing.assert_close(load_mixture(shipped).gate.state_dict(), gate)  # type: ignore[union-attr]
    again = ActorCritic(SMALL)
    again.load_state_dict(load_expert(shipped, 1))
    torch.testing.assert_close(again.state_dict(), experts[1])
    with pytest.raises(WeightsError, match="no expert 2: it has 2"):
        load_expert(shipped, 2)


def test_a_mixture_that_is_trained_on_acts_as_before(shipped: Path) -> None:
    network = learner(*load_parts(shipped))
    assert isinstance(network, MixtureActorCritic)
    observation = torch.randn(5, OBSERVATION_SIZE)
    action, value = network(observation)
    torch.testing.assert_close(action, load_mixture(shipped)(observation)[0])
    torch.testing.assert_close(value, network.value(observation))
    each = torch.stack([expert(observation)[1] for expert in network.experts])
    assert torch.all(value <= each.max(dim=0).values + 1e-6)
    assert torch.all(value >= each.min(dim=0).values - 1e-6)


def test_experts_and_gate_learn_together_and_come_back(
    shipped: Path, tmp_path: Path, clips: list[Clip]
) -> None:
    before = {
        name: value.clone() for name, value in learner(*load_parts(shipped)).state_dict().items()
    }
    env = ImitationEnv(load_skeleton("legs80"), Corpus.of(clips), num_envs=4, workers=1)
    ppo = PPOConfig(horizon=8, minibatch=16, epochs=1)
    trainer = Trainer(env, learner(*load_parts(shipped)), ppo, TrainerConfig(), tmp_path / "run")
    trainer.iterate()
    trainer.save()
    env.close()
    after = trainer.network.state_dict()
    for module in ("experts.0.actor.layers", "experts.1.critic", "gate.layers", "log_std"):
        changed = [name for name in after if name.startswith(module)]
        assert any(not torch.equal(after[name], before[name]) for name in changed), module
    for name in after:
        if ".normaliser." in name:  # the experts were trained on other statistics
            torch.testing.assert_close(after[name], before[name])
    again = learner(*load_parts(tmp_path / "run"))
    torch.testing.assert_close(again.state_dict(), after)


def test_experts_without_critics_cannot_be_trained_on(shipped: Path) -> None:
    experts, gate = load_parts(shipped)
    actors = [{k: v for k, v in state.items() if not k.startswith("critic")} for state in experts]
    with pytest.raises(WeightsError, match="critics are missing"):
        learner(actors, gate)
