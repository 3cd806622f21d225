# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Weights on disk: of a run's checkpoint, or of a shipped file, one expert or a mixture.

A shipped file holds the actor and critic of every expert, so that each can be trained on, and the
gate. The shapes of the networks are read off the weights.
"""

import pickle
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from kinesis_training.checkpoints.checkpoint import FILE_NAME, save_tensors
from kinesis_training.networks import (
    Actor,
    ActorCritic,
    Gate,
    Mixture,
    MixtureActorCritic,
    NetworkConfig,
)
from kinesis_training.networks.network import Learner

State = dict[str, Tensor]


class WeightsError(ValueError):
    """Weights cannot be used; the message names the file and the reason."""


def load_expert(path: Path, expert: int = 0) -> State:
    """Actor and critic of one expert, to train on.

    Args:
        path: run folder, or shipped file of weights.
        expert: which one of a mixture.

    Raises:
        WeightsError: the file is missing or broken, or has no such expert.
    """
    experts, _ = load_parts(path)
    if not 0 <= expert < len(experts):
        raise WeightsError(f"'{path}' has no expert {expert}: it has {len(experts)}")
    if not part(experts[expert], "actor.") or not part(experts[expert], "critic."):
        raise WeightsError(f"'{path}' holds no actor and critic to train on")
    return experts[expert]


def load_actor(path: Path, expert: int = 0) -> Actor:
    """The deterministic part of one expert; arguments and errors as of `load_expert`."""
    return _actor(part(load_expert(path, expert), "actor."))


def load_mixture(path: Path) -> Mixture:
    """The deterministic policy in a run folder of any stage, or in a shipped file of weights.

    Raises:
        WeightsError: the file is missing or broken, or holds no coordinated policy.
    """
    return mixture(*load_parts(path), str(path))


def mixture(experts: Sequence[State], gate: State, origin: str) -> Mixture:
    """The deterministic policy of these experts and their gate.

    Raises:
        WeightsError: they are none; the message names their `origin`.
    """
    actors = [part(expert, "actor.") for expert in experts]
    if not actors or not all("layers.0.weight" in actor for actor in actors):
        raise WeightsError(f"'{origin}' holds no coordinated policy")
    return _mixture(actors, gate)


def mixture_of(state: State) -> Mixture:
    """The deterministic policy whose own weights these are."""
    return _mixture(_parts(state, "experts."), part(state, "gate."))


def learner(experts: list[State], gate: State) -> Learner:
    """Networks to train, of the weights of experts with critics and of a gate, if there is one.

    Raises:
        WeightsError: an expert has no critic.
    """
    networks = []
    for state in experts:
        if not part(state, "critic."):
            raise WeightsError("the experts' critics are missing: start from an exported .pt file")
        _, *hidden, _ = _sizes(part(state, "actor."))
        network = ActorCritic(NetworkConfig(tuple(hidden)))
        network.load_state_dict(state)
        networks.append(network)
    return MixtureActorCritic(networks, _gate(gate)) if gate else networks[0]


def load_parts(path: Path) -> tuple[list[State], State]:
    """Weights of the experts, names beginning with `actor.` and `critic.`, and of the gate.

    The gate is empty where there is none, the critics are missing where only a gate was learned.

    Raises:
        WeightsError: the file is missing or broken.
    """
    saved = _read(path)
    if "experts" in saved:
        return saved["experts"], saved.get("gate") or {}
    network = saved["network"]
    if part(network, "actor."):
        return [network], {}
    experts = _parts(network, "experts.")
    if experts and not part(experts[0], "actor."):  # a run that learned a gate only
        experts = [{f"actor.{name}": v for name, v in expert.items()} for expert in experts]
    return experts, part(network, "gate.")


def load_network(path: Path) -> State:
    """All weights of the network in a run folder, whatever it is.

    Raises:
        WeightsError: the file is missing or broken.
    """
    saved = _read(path)
    if "network" not in saved:
        raise WeightsError(f"'{path}' holds the parts of a coordinated policy, not one network")
    return saved["network"]


def load_world_model(path: Path) -> State:
    """The model of the body in the folder of a run that refines a policy.

    Raises:
        WeightsError: the run is missing or broken, or has no such model.
    """
    saved = _read(path)
    if "world_model" not in saved:
        raise WeightsError(
            f"'{path}' has no model of the body: name a run of `kinesis train refine`"
        )
    return saved["world_model"]


def save_weights(content: dict[str, Any], path: Path) -> None:
    """Write a file of weights at once, so that there is never half of one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    save_tensors(path, content)


def part(state: State, prefix: str) -> State:
    """The weights of the module called `prefix`, under its own names."""
    return {k.removeprefix(prefix): v for k, v in state.items() if k.startswith(prefix)}


def _parts(state: State, prefix: str) -> list[State]:
    """The weights of the modules that `prefix` and a number name, in their order."""
    count = len({k.removeprefix(prefix).split(".")[0] for k in state if k.startswith(prefix)})
    return [part(state, f"{prefix}{k}.") for k in range(count)]


def _read(path: Path) -> dict[str, Any]:
    file = path / FILE_NAME if path.is_dir() else path
    try:
        saved = torch.load(file, weights_only=True)
    except FileNotFoundError:
        raise WeightsError(f"weights '{file}' do not exist") from None
    except (RuntimeError, EOFError, OSError, pickle.UnpicklingError) as error:
        raise WeightsError(f"'{file}' is not a file of weights, or it is damaged") from error
    if not isinstance(saved, dict) or not {"network", "experts"} & saved.keys():
        raise WeightsError(f"'{file}' holds no network weights")
    return saved


def _sizes(state: State) -> list[int]:
    """Inputs, hidden units and outputs of the layers of a module."""
    names = [name for name in state if name.startswith("layers.") and name.endswith(".weight")]
    layers = [state[name] for name in sorted(names, key=lambda name: int(name.split(".")[1]))]
    return [layers[0].shape[1], *(layer.shape[0] for layer in layers)]


def _mixture(actors: list[State], gate: State) -> Mixture:
    return Mixture([_actor(actor) for actor in actors], _gate(gate) if gate else None)


def _actor(state: State) -> Actor:
    _, *hidden, _ = _sizes(state)
    actor = Actor(tuple(hidden))
    actor.load_state_dict(state)
    return actor


def _gate(state: State) -> Gate:
    _, *hidden, experts = _sizes(state)
    gate = Gate(experts, tuple(hidden))
    gate.load_state_dict(state)
    return gate
