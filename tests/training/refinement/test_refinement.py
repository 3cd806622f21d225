# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Refinement through a model of the body: it improves, it resumes bit-exactly, it is modest."""

from pathlib import Path

import numpy as np
import pytest
import torch

from kinesis_ros.core.body import load_body
from kinesis_ros.core.motion import Clip
from kinesis_training.checkpoints import load_network
from kinesis_training.clips import Corpus
from kinesis_training.environment import NO_RANDOMISATION, ImitationConfig, ImitationEnv
from kinesis_training.networks import ActorCritic, Gate, MixtureActorCritic, NetworkConfig
from kinesis_training.networks.network import Learner
from kinesis_training.refinement import RefinementConfig, Refiner

SMALL = NetworkConfig(hidden=(64, 64))
TINY = RefinementConfig(
    horizon=12,
    warm_up=1,
    model_hidden=(64,),
    model_window=4,
    model_batch=32,
    model_steps=4,
    single_batch=64,
    single_steps=4,
    lookahead=4,
    policy_batch=16,
    policy_steps=3,
    threads=1,
)


def make_refiner(
    folder: Path, clips: list[Clip], config: RefinementConfig = TINY, network: Learner | None = None
) -> Refiner:
    torch.set_num_threads(1)
    torch.manual_seed(0)
    env = ImitationEnv(
        load_body("legs80"),
        Corpus.of(clips),
        ImitationConfig(termination_distance=0.3, randomisation=NO_RANDOMISATION),
        num_envs=16,
        workers=1,
    )
    return Refiner(env, network or ActorCritic(SMALL), config, folder)


def test_a_policy_gets_nearer_to_its_clips(tmp_path: Path, clips: list[Clip]) -> None:
    network = ActorCritic(SMALL)
    with torch.no_grad():
        *_, bias = network.actor.parameters()
        bias += 0.3  # a bad habit to unlearn: legs bent
        for weights in network.critic.parameters():  # knows nothing yet
            weights.zero_()
    config = RefinementConfig(
        horizon=32,
        warm_up=2,
        exploration=(0.0, 0.2),
        model_hidden=(96, 96),
        model_window=4,
        model_batch=128,
        model_steps=20,
        single_batch=256,
        single_steps=100,
        lookahead=6,
        policy_batch=48,
        policy_steps=15,
        policy_rate=2e-3,
        anchor=0.0,
        threads=1,
    )
    refiner = make_refiner(tmp_path, clips, config, network)
    history = [refiner.iterate() for _ in range(6)]
    refiner.env.close()
    assert history[-1].distance_mm < 0.9 * history[1].distance_mm
    assert history[-1].model_error_mm < 20.0
    assert history[-1].objective > history[config.warm_up].objective


def test_a_resumed_refinement_equals_an_uninterrupted_one_bit_for_bit(
    tmp_path: Path, clips: list[Clip]
) -> None:
    straight = make_refiner(tmp_path / "straight", clips)
    for _ in range(4):
        straight.iterate()
    first = make_refiner(tmp_path / "broken", clips)
    first.iterate()
    first.iterate()
    first.save()
    second = make_refiner(tmp_path / "broken", clips)
    assert second.resume()
    second.iterate()
    second.iterate()
    for one, other in ((straight.network, second.network), (straight.model, second.model)):
        for name, value in one.state_dict().items():
            assert torch.equal(value, other.state_dict()[name]), name
    for refiner in (straight, first, second):
        refiner.env.close()


def test_experts_and_gate_are_refined_and_critics_are_not(
    tmp_path: Path, clips: list[Clip]
) -> None:
    network = MixtureActorCritic([ActorCritic(SMALL), ActorCritic(SMALL)], Gate(2, (16,)))
    before = {name: value.clone() for name, value in network.named_parameters()}
    refiner = make_refiner(tmp_path, clips, network=network)
    for _ in range(2):
        refiner.iterate()
    refiner.env.close()
    for name, value in network.named_parameters():
        fixed = "critic" in name or "log_std" in name
        assert torch.equal(value, before[name]) == fixed, name


def test_chosen_experts_learn_and_the_others_and_the_gate_do_not(
    tmp_path: Path, clips: list[Clip]
) -> None:
    network = MixtureActorCritic([ActorCritic(SMALL), ActorCritic(SMALL)], Gate(2, (16,)))
    before = {name: value.clone() for name, value in network.named_parameters()}
    config = RefinementConfig(**{**vars(TINY), "experts": (1,)})
    refiner = make_refiner(tmp_path, clips, config, network)
    for _ in range(2):
        refiner.iterate()
    refiner.env.close()
    for name, value in network.named_parameters():
        learns = name.startswith("experts.1.actor")
        assert torch.equal(value, before[name]) != learns, name


@pytest.mark.parametrize(
    ("network", "complaint"),
    [
        (ActorCritic(SMALL), "expert 2 cannot learn: the policy is not a mixture"),
        (
            MixtureActorCritic([ActorCritic(SMALL), ActorCritic(SMALL)], Gate(2, (16,))),
            "expert 2 cannot learn: the policy is a mixture of 2",
        ),
    ],
    ids=["alone", "mixture"],
)
def test_experts_that_do_not_exist_are_refused(
    network: Learner, complaint: str, tmp_path: Path, clips: list[Clip]
) -> None:
    config = RefinementConfig(**{**vars(TINY), "experts": (2,)})
    with pytest.raises(ValueError, match=complaint):
        make_refiner(tmp_path, clips, config, network)


def test_others_load_the_averaged_policy(tmp_path: Path, clips: list[Clip]) -> None:
    refiner = make_refiner(tmp_path, clips)
    newest = []
    for _ in range(3):
        refiner.iterate()
        newest.append(refiner.network.state_dict()["actor.layers.0.weight"].clone())
    refiner.save()
    refiner.env.close()
    kept = load_network(tmp_path)["actor.layers.0.weight"]
    assert not torch.equal(kept, newest[-1])
    assert (kept - newest[-1]).norm() < (newest[0] - newest[-1]).norm()


def test_a_policy_that_falls_at_once_is_refused(tmp_path: Path, clips: list[Clip]) -> None:
    refiner = make_refiner(tmp_path, clips)
    refiner.env.close()
    env = ImitationEnv(
        load_body("legs80"),
        Corpus.of(clips),
        ImitationConfig(termination_distance=0.01, randomisation=NO_RANDOMISATION),
        num_envs=4,
        workers=1,
    )
    refiner = Refiner(env, ActorCritic(SMALL), TINY, tmp_path)
    with pytest.raises(ValueError, match="bodies fail before anything can be learned"):
        refiner.iterate()
    env.close()


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"lookahead": 0}, "lookahead must be 1 or more, it is 0"),
        ({"exploration": ()}, "exploration needs at least one standard deviation"),
        ({"horizon": 8}, r"horizon \(8\) must be longer than model_window \(8\)"),
    ],
)
def test_bad_options_are_refused(options: dict, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        RefinementConfig(**options)


def test_the_bodies_that_explore_least_tell_how_good_it_is(
    tmp_path: Path, clips: list[Clip]
) -> None:
    config = RefinementConfig(**{**vars(TINY), "exploration": (0.0, 3.0)})
    refiner = make_refiner(tmp_path, clips, config)
    wild = make_refiner(tmp_path, clips, RefinementConfig(**{**vars(TINY), "exploration": (3.0,)}))
    assert refiner.iterate().distance_mm < 0.5 * wild.iterate().distance_mm
    assert np.isfinite(refiner.iterate().model_error_mm)
    refiner.env.close()
    wild.env.close()
