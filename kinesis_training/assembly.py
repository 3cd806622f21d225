# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""A mixture whose experts come from several runs: one learned on, the others stayed."""

import dataclasses
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import torch

from kinesis_training.weights import State, WeightsError, load_expert, load_parts


@dataclasses.dataclass(frozen=True)
class Replacement:
    """Whose weights an expert of a mixture gets.

    Attributes:
        expert: number of the expert in the mixture.
        source: run folder or file of weights; the only expert in it, or the one of this number.
    """

    expert: int
    source: Path


def read_replacements(texts: Iterable[str]) -> list[Replacement]:
    """Parse 'NUMBER=RUN'.

    Raises:
        WeightsError: a text has another form.
    """
    replacements = []
    for text in texts:
        match = re.fullmatch(r"(\d+)=(.+)", text)
        if match is None:
            raise WeightsError(f"'{text}' names no expert and run: write 1=runs/backward")
        replacements.append(Replacement(int(match[1]), Path(match[2])))
    return replacements


def replace_experts(experts: Sequence[State], replacements: Sequence[Replacement]) -> list[State]:
    """The experts, some of them replaced; several replacements of one expert are averaged.

    The mean of the weights of two runs that began with the same expert is an expert, too, often a
    sturdier one (Wortsman et al. 2022, "Model soups").

    Args:
        experts: weights with actor and critic of each expert.
        replacements: of any of them.

    Raises:
        WeightsError: a number or a source is wrong, or the networks differ in shape.
    """
    given: dict[int, list[State]] = {}
    for replacement in replacements:
        number = replacement.expert
        if number >= len(experts):
            raise WeightsError(f"there is no expert {number}: the policy has {len(experts)}")
        given.setdefault(number, []).append(_expert_of(replacement))
    return [
        _mean(given[k], expert, k) if k in given else expert for k, expert in enumerate(experts)
    ]


def _expert_of(replacement: Replacement) -> State:
    experts, _ = load_parts(replacement.source)
    return load_expert(replacement.source, replacement.expert if len(experts) > 1 else 0)


def _mean(states: Sequence[State], like: State, number: int) -> State:
    for state in states:
        if {k: v.shape for k, v in state.items()} != {k: v.shape for k, v in like.items()}:
            raise WeightsError(f"expert {number} has another network than what shall replace it")
    return {
        name: torch.stack([state[name] for state in states]).mean(dim=0)
        if value.is_floating_point()
        else states[-1][name]
        for name, value in like.items()
    }
