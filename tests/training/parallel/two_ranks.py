# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""A process among several: `python two_ranks.py PROGRAM FOLDER`, its number from the environment.

Tests start it; each program is one thing that ranks do together.
"""

import os
import signal
import sys
from pathlib import Path

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).parents[1]))
from conftest import swaying

from kinesis_ros.core.body import Body, load_body, load_skeleton
from kinesis_training.clips import Corpus
from kinesis_training.environment import NO_RANDOMISATION, ImitationConfig, ImitationEnv
from kinesis_training.learning import (
    GateTrainer,
    GatingConfig,
    Loop,
    PPOConfig,
    Trainer,
    TrainerConfig,
)
from kinesis_training.networks import Actor, ActorCritic, Gate, Mixture, NetworkConfig
from kinesis_training.parallel import RankLostError, Ranks, joined, present
from kinesis_training.refinement import RefinementConfig, Refiner

BODIES = 7  # an odd number: the shares differ
SMALL = NetworkConfig(hidden=(16,))


def environment(body: Body, **options: float) -> ImitationEnv:
    share = present().share(BODIES)
    return ImitationEnv(
        body,
        Corpus.of([swaying("sway"), swaying("deep_sway", amplitude=0.1)]),
        ImitationConfig(**options, randomisation=NO_RANDOMISATION),  # type: ignore[arg-type]
        num_envs=share.stop - share.start,
        first=share.start,
        total=BODIES,
        workers=1,
    )


def trainer(folder: Path, minutes: float = 1e9) -> Trainer:
    torch.manual_seed(present().rank)  # ranks begin with different weights, if they could
    network, env = ActorCritic(SMALL), environment(load_skeleton("legs80"), push_rate=1.0)
    ppo = PPOConfig(horizon=16, minibatch=40, epochs=2, learning_rate=1e-3)
    return Trainer(env, network, ppo, TrainerConfig(threads=1, checkpoint_minutes=minutes), folder)


def gate_trainer(folder: Path) -> GateTrainer:
    torch.manual_seed(0)
    mixture = Mixture([Actor((16,)), Actor((16,))], Gate(2, (16,)))
    config = GatingConfig(
        hidden=(16,), horizon=9, buffer=100, gradient_steps=4, minibatch=30, threads=1
    )
    return GateTrainer(
        environment(load_skeleton("legs80")), mixture, np.array([0, 1]), config, folder
    )


def refiner(folder: Path) -> Refiner:
    torch.manual_seed(0)
    config = RefinementConfig(
        horizon=12,
        keep=20,
        warm_up=1,
        model_hidden=(16,),
        model_window=3,
        model_batch=24,
        model_steps=2,
        single_batch=40,
        single_steps=2,
        lookahead=3,
        policy_batch=16,
        policy_steps=2,
        threads=1,
    )
    return Refiner(
        environment(load_body("legs80"), push_rate=0.5, termination_distance=0.3),
        ActorCritic(SMALL),
        config,
        folder,
    )


LOOPS = {"trainer": trainer, "gate": gate_trainer, "refiner": refiner}


def iterate(loop: Loop, count: int) -> None:
    for _ in range(count):
        loop.iterate()
    loop.save()
    loop.env.close()


def continued(folder: Path) -> None:
    """Go on with all loops, whoever has made the checkpoints."""
    for name, make in LOOPS.items():
        loop = make(folder / name)
        loop.resume()
        iterate(loop, 1)


def added(ranks: Ranks, folder: Path) -> None:
    """What ranks ask each other, with answers that are known."""
    n, values = ranks.rank, torch.tensor([[1.0], [2.0], [6.0]])
    own = values[ranks.share(3)]
    count, mean, variance = ranks.moments(own)
    assert (count, float(mean)) == (3, 3.0)
    torch.testing.assert_close(variance, values.var(0, unbiased=False))
    assert ranks.mean([] if n == 0 else [4.0, 2.0]) == 3.0
    assert ranks.any(n == 1)
    assert not ranks.decided(n == 1)
    whole = ranks.gathered(torch.arange(n + 2).bool())
    assert [each.tolist() for each in whole] == ([[False, True], [False, True, True]] * (n == 0))
    weights = [torch.nn.Parameter(torch.zeros(2)) for _ in range(3)]
    weights[0].grad = torch.ones(2)
    if n == 1:
        weights[1].grad = torch.full((2,), 5.0)
    ranks.add_gradients(weights)
    assert [w.grad if w.grad is None else w.grad.tolist() for w in weights] == [
        [2.0, 2.0],
        [5.0, 5.0],
        None,
    ]
    (folder / f"added{n}").touch()


def killed(ranks: Ranks, folder: Path) -> None:
    """Train with a checkpoint after each iteration; rank 1 dies within the third."""
    loop = trainer(folder, minutes=0.0)
    iterate_once = loop.iterate

    def iterate() -> object:
        if ranks.rank == 1 and loop.iteration == 2:
            os.kill(os.getpid(), signal.SIGKILL)
        return iterate_once()

    loop.iterate = iterate  # type: ignore[method-assign]
    loop.train(10**6)


def interrupted(ranks: Ranks, folder: Path) -> None:
    """Train until rank 1 alone is asked to end."""
    loop = trainer(folder)
    iterate_once = loop.iterate

    def iterate() -> object:
        if ranks.rank == 1 and loop.iteration == 1:
            os.kill(os.getpid(), signal.SIGTERM)
        return iterate_once()

    loop.iterate = iterate  # type: ignore[method-assign]
    try:
        loop.train(10**6)
    except KeyboardInterrupt:
        (folder / f"interrupted{ranks.rank}").touch()


def main(program: str, folder: Path) -> None:
    with joined() as ranks:
        if program == "loops":
            for name, make in LOOPS.items():
                iterate(make(folder / name), 2)
        elif program == "continued":
            continued(folder)
        else:
            {"added": added, "killed": killed, "interrupted": interrupted}[program](ranks, folder)


if __name__ == "__main__":
    torch.set_num_threads(1)
    try:
        main(sys.argv[1], Path(sys.argv[2]))
    except RankLostError as error:
        sys.exit(str(error))
