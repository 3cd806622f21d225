# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""A training run: the wiring of its stage, as its configuration says."""

import dataclasses
import json
from pathlib import Path

import numpy as np
import torch

from kinesis_ros.core.body import Body, load_body, load_skeleton
from kinesis_ros.core.motion import is_validation
from kinesis_ros.files import write_text
from kinesis_training.checkpoints import (
    load_actor,
    load_expert,
    load_mixture,
    load_network,
    load_parts,
    load_world_model,
)
from kinesis_training.checkpoints.weights import State, learner, mixture_of, part
from kinesis_training.clips import Corpus, is_generated, load_clips, with_mirrored, without_twins
from kinesis_training.environment import ImitationEnv, Scores, evaluate
from kinesis_training.learning import DistillationEnv, Distiller, GateTrainer, Trainer
from kinesis_training.learning.gating import new_gate
from kinesis_training.networks import ActorCritic, DirectStudent, Mixture
from kinesis_training.networks.network import Learner
from kinesis_training.refinement import Refiner
from kinesis_training.runs.run_config import (
    DistillationRunConfig,
    GatingRunConfig,
    RefinementRunConfig,
    RunConfig,
    RunError,
    StageConfig,
    load_run_config,
)


def training_corpus(config: StageConfig) -> Corpus:
    """The training side of the split of all clip folders, mirrored.

    Generated clips know no split: they were not captured from anybody.

    Raises:
        RunError: nothing is left to train on.
    """
    clips = [clip for folder in config.clips for clip in load_clips(Path(folder), config.labels)]
    train = [clip for clip in clips if is_generated(clip) or not is_validation(clip.name)]
    if not train:
        raise RunError(f"all clips in {', '.join(config.clips)} belong to the validation split")
    chosen = [clip for clip in train if not config.only or clip.name in config.only]
    if not chosen:
        raise RunError(
            f"none of the {len(config.only)} wanted clips is in {', '.join(config.clips)}"
        )
    return Corpus.of(with_mirrored(chosen))


def build_network(config: RunConfig) -> Learner:
    """Networks of a run, started from its initial weights if it names some."""
    torch.manual_seed(config.trainer.seed)
    if not config.initial:
        return ActorCritic(config.network)
    return _initial_network(config)


def _initial_network(config: RunConfig | RefinementRunConfig) -> Learner:
    """The networks that a run starts from: all of its initial weights, or one expert of them."""
    if config.initial_expert is None:
        return learner(*trainable_parts(Path(config.initial)))
    return learner([load_expert(Path(config.initial), config.initial_expert)], {})


def trainable_parts(path: Path) -> tuple[list[State], State]:
    """The experts in a run folder or a file of weights, with their critics, and the gate.

    A run that learned a gate holds the experts' critics no longer: they come from their own runs.

    Raises:
        RunError: the run cannot be read.
        WeightsError: weights are missing or broken.
    """
    experts, gate = load_parts(path)
    if path.is_dir():
        config = load_run_config(path)
        if isinstance(config, GatingRunConfig):
            experts = [load_expert(Path(expert)) for expert in config.experts]
    return experts, gate


def _body(config: StageConfig, scene: str = "none") -> Body:
    return load_body(config.body, scene, config.embodiment.foot_contact_time)


def build_trainer(config: RunConfig, folder: Path) -> Trainer:
    """Construct environment, network and loop of a run."""
    corpus = training_corpus(config)
    if config.stage == "skeleton":
        body = load_skeleton(config.body, config.embodiment.foot_contact_time)
    else:  # where balls are kicked, there has to be one
        body = _body(config, "penalty" if corpus.has_kicks else "none")
    env = ImitationEnv(
        body,
        corpus,
        config.imitation,
        num_envs=config.num_envs,
        workers=config.workers,
        seed=config.trainer.seed,
        coordination=config.embodiment.coordination,
    )
    return Trainer(env, build_network(config), config.ppo, config.trainer, folder)


def build_refiner(config: RefinementRunConfig, folder: Path) -> Refiner:
    """Construct environment, network and loop of a run that refines a policy.

    Raises:
        WeightsError: weights are missing or broken, or the other run has no model of the body.
    """
    env = ImitationEnv(
        _body(config),
        training_corpus(config),
        config.imitation,
        num_envs=config.num_envs,
        workers=config.workers,
        seed=config.refinement.seed,
        coordination=config.embodiment.coordination,
    )
    refinement = config.refinement
    if config.world_model:  # it knows the body already, and has to get used to the clips only
        refinement = dataclasses.replace(refinement, warm_up=refinement.warm_up // 4)
    refiner = Refiner(env, _initial_network(config), refinement, folder)
    if config.world_model:
        refiner.model.load_state_dict(load_world_model(Path(config.world_model)))
    return refiner


def build_mixture(config: GatingRunConfig) -> Mixture:
    """The experts of a run with an untrained gate."""
    experts = [load_actor(Path(path)) for path in config.experts]
    return Mixture(experts, new_gate(len(experts), config.gating))


def build_gate_trainer(config: GatingRunConfig, folder: Path) -> GateTrainer:
    """Construct environment, mixture and loop of a run, and find every clip's best expert.

    Which expert is best is measured once and kept in the run folder.
    """
    mixture, corpus = build_mixture(config), training_corpus(config)
    best = _best_experts(config, mixture, corpus, best_experts_file(folder))
    env = ImitationEnv(
        _body(config),
        corpus,
        config.imitation,
        num_envs=config.num_envs,
        workers=config.workers,
        seed=config.gating.seed,
        coordination=config.embodiment.coordination,
    )
    return GateTrainer(env, mixture, best, config.gating, folder)


def best_experts_file(folder: Path) -> Path:
    """Where a run that learns a gate notes the best expert of every clip, by its name."""
    return folder / "best_experts.json"


def _best_experts(
    config: GatingRunConfig, mixture: Mixture, corpus: Corpus, record: Path
) -> np.ndarray:
    """(clips,) index of the expert that does best on each clip, and on its mirror image.

    Experts are symmetric: what they can do on the one, they can do on the other.
    """
    if record.exists():
        known = json.loads(record.read_text())
        if list(known) == list(corpus.names):
            return np.array(list(known.values()))
    body = _body(config)
    played, twin_of = without_twins(corpus)
    best = np.zeros(len(played.names), dtype=int)
    winner: Scores | None = None
    for k, expert in enumerate(mixture.experts):
        scores = evaluate(
            body,
            played,
            expert,
            config.imitation,
            workers=config.workers,
            coordination=config.embodiment.coordination,
        )
        if winner is None:
            winner = scores
            continue
        better = scores.better_than(winner)
        best[better] = k
        winner = Scores(
            np.where(better, scores.coverage, winner.coverage),
            np.where(better, scores.distance, winner.distance),
        )
    best = best[twin_of]
    record.parent.mkdir(parents=True, exist_ok=True)
    named = dict(zip(corpus.names, best.tolist(), strict=True))
    write_text(record, json.dumps(named, indent=1) + "\n")
    return best


def build_student(config: DistillationRunConfig) -> DirectStudent:
    """The student of a distillation run, started from its initial weights if it names some.

    Raises:
        RunError: the initial weights are not those of such a student.
        WeightsError: weights are missing or broken.
    """
    torch.manual_seed(config.distillation.seed)
    student = _student(config, load_mixture(Path(config.teacher)))
    if config.initial:
        saved = load_network(Path(config.initial))
        try:
            student.layers.load_state_dict(part(saved, "layers."))
            student.normaliser.load_state_dict(part(saved, "normaliser."))
        except RuntimeError as error:
            raise RunError(
                f"'{config.initial}' holds no direct policy of {config.body} with hidden layers of "
                f"{', '.join(map(str, config.distillation.hidden))} units"
            ) from error
    return student


def _student(config: DistillationRunConfig, coordinated: Mixture) -> DirectStudent:
    muscles = len(load_body(config.body).muscles)
    scale, hidden = config.imitation.action_scale, config.distillation.hidden
    return DirectStudent(coordinated, scale, muscles, hidden)


def load_student(config: DistillationRunConfig, folder: Path) -> DirectStudent:
    """The student that a distillation run has trained so far.

    Raises:
        WeightsError: there is none yet.
    """
    saved = load_network(folder)
    student = _student(config, mixture_of(part(saved, "coordinated.")))
    student.load_state_dict(saved)
    return student


def build_distiller(config: DistillationRunConfig, folder: Path) -> Distiller:
    """Construct environment, teacher, student and loop of a distillation run."""
    env = DistillationEnv(
        _body(config),
        training_corpus(config),
        config.imitation,
        num_envs=config.num_envs,
        workers=config.workers,
        seed=config.distillation.seed,
        coordination=config.embodiment.coordination,
    )
    return Distiller(env, build_student(config), config.distillation, folder)
