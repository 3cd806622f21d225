# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Evaluation of a policy on all clips, shared out among the ranks that train together."""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from kinesis_ros.core.body import Body
from kinesis_training.clips import Corpus
from kinesis_training.environment import ImitationConfig, Scores, evaluate
from kinesis_training.parallel import present


def evaluate_together(
    body: Body,
    corpus: Corpus,
    act: Callable[[Tensor], Tensor],
    config: ImitationConfig,
    workers: int,
) -> Scores:
    """As `evaluate`; each rank plays some of the clips, long and short ones, and all know all."""
    ranks = present()
    by_length = np.argsort(-corpus.lengths, kind="stable")
    own = np.sort(by_length[ranks.rank :: ranks.size])
    scores = torch.zeros(2, len(corpus.names), dtype=torch.float64)
    if len(own):
        played = evaluate(body, corpus.part(own), act, config, workers=workers)
        scores[:, own] = torch.from_numpy(np.array([played.coverage, played.distance]))
    return Scores(*ranks.total(scores).numpy())
