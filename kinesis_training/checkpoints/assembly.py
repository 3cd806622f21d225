# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""A mixture whose experts come from several runs: one learned on, the others stayed."""

import dataclasses
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import torch

from kinesis_training.checkpoints.weights import State, WeightsError, load_expert, load_parts


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
            raise WeightsError(f"'{text}' does not name an expert and a run: write 1=runs/backward")
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
    for k, states in given.items():
        if any(_shapes(state) != _shapes(experts[k]) for state in states):
            raise WeightsError(f"expert {k} has a different network from the one that replaces it")
    return [mean_of(given[k]) if k in given else expert for k, expert in enumerate(experts)]


def _expert_of(replacement: Replacement) -> State:
    experts, _ = load_parts(replacement.source)
    return load_expert(replacement.source, replacement.expert if len(experts) > 1 else 0)


def mean_of(states: Sequence[State]) -> State:
    """The mean of weights of the same shapes; what is no fraction comes from the last ones."""
    return {
        name: torch.stack([state[name] for state in states]).mean(dim=0)
        if value.is_floating_point()
        else value
        for name, value in states[-1].items()
    }


def mean_network(networks: Mapping[str, State], parts: Sequence[str]) -> State:
    """The first network with the mean of all in these parts, such as `layers.`.

    Args:
        networks: by what to call them.
        parts: beginnings of names.

    Raises:
        WeightsError: one differs in shape from the first.
    """
    first, *_ = networks
    chosen = {
        name: {key: value for key, value in network.items() if key.startswith(tuple(parts))}
        for name, network in networks.items()
    }
    for name, each in chosen.items():
        if _shapes(each) != _shapes(chosen[first]):
            raise WeightsError(f"'{name}' holds no network of the shape of that in '{first}'")
    return {**networks[first], **mean_of([*chosen.values()])}


def _shapes(state: State) -> dict[str, torch.Size]:
    return {name: value.shape for name, value in state.items()}
