# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Deterministic evaluation of a policy on every clip, side by side: what it can and cannot do."""

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from kinesis_ros.core.body import Body
from kinesis_ros.core.muscles import CoordinationConfig
from kinesis_training.clips import Corpus
from kinesis_training.environment.environment import ImitationConfig, ImitationEnv
from kinesis_training.environment.randomisation import NO_RANDOMISATION

if TYPE_CHECKING:
    from torch import Tensor

FAILURE_DISTANCE = 0.25  # [m] mean key-body distance; half of the published protocol's


@dataclasses.dataclass(frozen=True)
class Scores:
    """How well a policy does on each clip of a corpus, one attempt from the first frame.

    Attributes:
        coverage: (clips,) frames survived / frames.
        distance: (clips,) mean key-body distance until the end [m].
    """

    coverage: np.ndarray
    distance: np.ndarray

    @property
    def failed(self) -> np.ndarray:
        """(clips,) whether the clip was not finished."""
        return self.coverage < 1.0

    @property
    def overall_distance(self) -> float:
        """Mean over clips; what is left of a clip after a failure counts as `FAILURE_DISTANCE`."""
        lost = 1.0 - self.coverage
        return float(np.mean(self.coverage * self.distance + lost * FAILURE_DISTANCE))

    def better_than(self, other: "Scores") -> np.ndarray:
        """(clips,) whether these survive longer, or as long and nearer to the reference."""
        longer = self.coverage > other.coverage
        nearer = (self.coverage == other.coverage) & (self.distance < other.distance)
        return longer | nearer


def evaluate(
    body: Body,
    corpus: Corpus,
    act: "Callable[[Tensor], Tensor]",
    config: ImitationConfig | None = None,
    *,
    num_envs: int = 64,
    workers: int = 2,
    coordination: CoordinationConfig | None = None,
) -> Scores:
    """Imitate every clip once, without noise and pushes.

    Args:
        body: muscle body or fast skeleton.
        corpus: clips.
        act: deterministic policy: observations (batch, size) to actions (batch, actions).
        config: the task that the policy was trained on, for its action scale.
        num_envs: clips that are played side by side.
        workers: threads.
        coordination: load sharing that the policy was trained with.
    """
    import torch  # here: the environment itself runs without it

    quiet = dataclasses.replace(
        config or ImitationConfig(),
        termination_distance=FAILURE_DISTANCE,
        episode_frames=int(corpus.lengths.max()),
        push_rate=0.0,
        leash_share=0.0,
        initial_noise=0.0,
        randomisation=NO_RANDOMISATION,
    )
    num_clips = len(corpus.names)
    num_envs = min(num_envs, num_clips)
    env = ImitationEnv(
        body, corpus, quiet, num_envs=num_envs, workers=workers, coordination=coordination
    )
    survived, distance = np.zeros(num_clips), np.zeros(num_clips)
    by_length = np.argsort(-corpus.lengths, kind="stable")
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # the cores belong to the physics
    try:
        for first in range(0, num_clips, num_envs):
            batch = by_length[first : first + num_envs]
            clips = np.resize(batch, num_envs)
            playing = np.arange(num_envs) < len(batch)
            observation = torch.from_numpy(env.start(clips))
            while playing.any():
                with torch.no_grad():
                    action = act(observation).numpy()
                out = env.step(action)
                moved = np.nan_to_num(out.distance, nan=FAILURE_DISTANCE)  # NaN: it blew up
                distance[clips[playing]] += moved[playing]
                survived[clips[playing]] += ~out.failed[playing]
                playing &= ~out.ended
                observation = torch.from_numpy(out.observation.copy())
    finally:
        torch.set_num_threads(threads)
        env.close()
    # A frame that fails still counts in the mean distance.
    steps = np.maximum(1, corpus.lengths - 1)
    return Scores(survived / steps, distance / np.minimum(survived + 1, steps))
