# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The whole training, from clips to both policies, as a list of steps that can stop at any time.

Negative mining as in KINESIS (Simos et al. 2025): the first expert learns all clips, every further
one those that all before it fail. Each learns on the fast skeleton first and goes on with muscles.
A gate makes one coordinated policy of them, which is trained on as a whole. Then each expert is
refined on what it does best, and the policy of these is the teacher of the direct one.
"""

import dataclasses
import json
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Annotated

import numpy as np

from kinesis_ros.core.body import load_body
from kinesis_ros.core.motion import Clip
from kinesis_ros.core.motion.clip import MIRRORED
from kinesis_ros.files import write_text
from kinesis_ros.options import Range, check
from kinesis_training.checkpoints import Replacement, load_actor, replace_experts, save_weights
from kinesis_training.checkpoints.weights import mixture
from kinesis_training.clips import Corpus, generated_clips, without_twins, write_clips
from kinesis_training.environment import evaluate
from kinesis_training.runs.run import best_experts_file, trainable_parts, training_corpus
from kinesis_training.runs.run_config import (
    DistillationRunConfig,
    GatingRunConfig,
    RefinementRunConfig,
    RunConfig,
    Stage,
    StageConfig,
    default_config,
)
from kinesis_training.runs.stages import Config, with_seed
from urdf_mjcf.registry import DEFAULT_BODY, BodyName

Train = Callable[[StageConfig, Path, float], None]
Watch = Callable[[Iterable[Clip], int], Iterable[Clip]]
_TIMES = "seconds.json"


@dataclasses.dataclass(frozen=True)
class PipelineConfig:
    """What the pipeline does.

    Attributes:
        clips: folder of clips of motion capture; default: train on generated clips alone.
        body: body that learns.
        experts: largest number of experts.
        enough: no further expert once this share of the frames is out of reach.
        references: number of generated clips.
        skeleton_steps: millions of control steps of the first expert on the fast skeleton.
        muscle_steps: millions of control steps of the first expert with muscles.
        later_share: steps of each further expert, as a share of the first one's; it begins with
            what the one before it has learned.
        gate_steps: millions of visited states for the gate.
        joint_steps: millions of control steps of all experts and the gate together, with muscles.
        refine_steps: millions of control steps to refine each expert; 0: none is refined.
        distil_steps: millions of labelled states for the direct policy.
        distance: an episode of the further experts fails beyond this distance [m]; the first
            expert has the usual one. Hard motions are out of reach of a narrow one.
        leash_share: share of the episodes of all experts together in which the clip waits for the
            body, as references of goals do.
        num_envs: bodies simulated side by side.
        workers: threads that step them.
        seed: seed of all random numbers.
    """

    clips: tuple[str, ...] = ()
    body: BodyName = DEFAULT_BODY
    experts: Annotated[int, Range(1)] = 3
    enough: Annotated[float, Range(0.0, 1.0)] = 0.01
    references: Annotated[int, Range(1)] = 300
    skeleton_steps: Annotated[float, Range(0.0)] = 8.0
    muscle_steps: Annotated[float, Range(0.0)] = 6.0
    later_share: Annotated[float, Range(0.0)] = 0.5
    gate_steps: Annotated[float, Range(0.0)] = 0.4
    joint_steps: Annotated[float, Range(0.0)] = 4.0
    refine_steps: Annotated[float, Range(0.0)] = 0.15
    distil_steps: Annotated[float, Range(0.0)] = 0.8
    distance: Annotated[float, Range(0.01)] = 0.18
    leash_share: Annotated[float, Range(0.0, 1.0)] = 0.5
    num_envs: Annotated[int, Range(1)] = 64
    workers: Annotated[int, Range(1)] = 2
    seed: int = 0

    def __post_init__(self) -> None:
        check(self)


@dataclasses.dataclass(frozen=True)
class TrainingStep:
    """One step of the pipeline.

    Attributes:
        name: of its folder.
        title: what it does, for a person.
        run: does it, or continues it.
    """

    name: str
    title: str
    run: Callable[[], None]


class Pipeline:
    """The steps in their order, each known when the ones before it are done.

    Example:
        >>> pipeline = Pipeline(PipelineConfig(clips=("clips",)), Path("runs/all"), train, watch)
        >>> for step in pipeline.steps():
        ...     pipeline.do(step)

    Args:
        config: options.
        folder: of all its runs; continued if it exists.
        train: starts or continues a run: configuration, run folder, millions of steps in all.
        watch: shows how far it is with clips, and how many there are; hands them through.
    """

    def __init__(self, config: PipelineConfig, folder: Path, train: Train, watch: Watch) -> None:
        self.config, self.folder, self._train, self._watch = config, folder, train, watch
        self._trained: list[Path] = []
        self._refined: list[Replacement] = []

    def steps(self) -> Iterator[TrainingStep]:
        """All steps; what a step needs to know is read when its turn comes."""
        yield TrainingStep("references", "generated references", self._write_references)
        for k in range(self.config.experts):
            if k > 0 and not self._failed_by_all(k):
                break
            yield from self._expert_steps(k)
        if len(self._trained) > 1:
            yield TrainingStep("gate", "a gate over the experts", self._learn_gate)
            yield TrainingStep(
                "joint", "experts and gate together, with muscles", self._learn_jointly
            )
        if self.config.refine_steps > 0.0:
            yield from self._refinement_steps()
        yield TrainingStep("direct", "direct policy, distilled", self._distil)

    def do(self, step: TrainingStep) -> None:
        """Do a step unless it was done before."""
        if self.is_done(step):
            return
        started = time.monotonic()
        try:
            step.run()
        finally:
            self._add_time(step, time.monotonic() - started)
        self._mark(step.name).parent.mkdir(parents=True, exist_ok=True)
        write_text(self._mark(step.name), "")

    def is_done(self, step: TrainingStep) -> bool:
        """Whether a step was finished, in this or an earlier run of the pipeline."""
        return self._mark(step.name).exists()

    def seconds(self) -> dict[str, float]:
        """What each step has taken so far [s], by its name; interrupted ones in all their parts."""
        record = self.folder / _TIMES
        return json.loads(record.read_text()) if record.exists() else {}

    def _add_time(self, step: TrainingStep, seconds: float) -> None:
        times = self.seconds()
        times[step.name] = times.get(step.name, 0.0) + seconds
        self.folder.mkdir(parents=True, exist_ok=True)
        write_text(self.folder / _TIMES, json.dumps(times, indent=1) + "\n")

    @property
    def coordinated(self) -> Path:
        """Run folder of all experts together, or of the only one, before they are `refined`."""
        return self.folder / "joint" if len(self._trained) > 1 else self._trained[0]

    @property
    def refined(self) -> list[Replacement]:
        """What takes the places of experts of the coordinated policy, two for one: their mean."""
        return [*self._refined]

    @property
    def direct(self) -> Path:
        """Run folder of the direct policy."""
        return self.folder / "direct"

    def _mark(self, name: str) -> Path:
        return self.folder / "done" / name

    def _folders(self) -> tuple[str, ...]:
        return (*self.config.clips, str(self.folder / "references"))

    def _write_references(self) -> None:
        number = self.config.references
        clips = generated_clips(number, 10.0, self.config.seed)
        write_clips(self._watch(clips, number), self.folder / "references")

    def _expert_steps(self, k: int) -> Iterator[TrainingStep]:
        skeleton, muscles = self.folder / f"expert{k}_skeleton", self.folder / f"expert{k}"
        before = str(self._trained[-1]) if self._trained else ""
        share = self.config.later_share if self._trained else 1.0

        def learn(stage: Stage, run: Path, initial: str, steps: float) -> None:
            config = self._expert_config(stage, k, initial)
            self._train(config, run, share * steps)

        yield TrainingStep(
            skeleton.name,
            f"expert {k} on the fast skeleton",
            lambda: learn("skeleton", skeleton, before, self.config.skeleton_steps),
        )
        yield TrainingStep(
            muscles.name,
            f"expert {k} with muscles",
            lambda: learn("finetune", muscles, str(skeleton), self.config.muscle_steps),
        )
        yield TrainingStep(f"mining{k}", f"what expert {k} fails at", lambda: self._mine(k))
        self._trained.append(muscles)

    def _prepared(self, config: Config, seed: int = 0) -> Config:
        """What all runs have in common; their seeds differ by `seed`."""
        config = dataclasses.replace(
            config,
            body=self.config.body,
            clips=self._folders(),
            workers=self.config.workers,
        )
        return with_seed(config, self.config.seed + seed, self.config.workers)

    def _expert_config(self, stage: Stage, k: int, initial: str) -> RunConfig:
        config = default_config(stage)
        imitation = config.imitation
        if k > 0:
            imitation = dataclasses.replace(imitation, termination_distance=self.config.distance)
        return dataclasses.replace(
            self._prepared(config, seed=k),
            only=self._failed_by_all(k) if k > 0 else (),
            initial=initial,
            num_envs=self.config.num_envs,
            imitation=imitation,
        )

    def _mine(self, k: int) -> None:
        """Note the coverage of every training clip under expert `k`."""
        config = dataclasses.replace(self._expert_config("finetune", 0, ""), only=())
        corpus = training_corpus(config)
        actor = load_actor(self.folder / f"expert{k}")
        body = load_body(self.config.body, "none", config.embodiment.foot_contact_time)
        played, twin_of = without_twins(corpus)  # experts are symmetric
        scores = evaluate(
            body,
            played,
            actor,
            config.imitation,
            workers=self.config.workers,
            coordination=config.embodiment.coordination,
        )
        named = dict(zip(corpus.names, scores.coverage[twin_of].tolist(), strict=True))
        write_text(self._record(k), json.dumps(named, indent=1) + "\n")

    def _record(self, k: int) -> Path:
        return self.folder / f"expert{k}" / "coverage.json"

    def _failed_by_all(self, k: int) -> tuple[str, ...]:
        """Names of the clips that none of the experts before `k` finishes, as given or mirrored.

        Empty when hardly anything is left.
        """
        records = [json.loads(self._record(j).read_text()) for j in range(k)]
        best = {name: max(record[name] for record in records) for name in records[0]}
        config = dataclasses.replace(self._expert_config("finetune", 0, ""), only=())
        corpus: Corpus = training_corpus(config)
        lost = np.array([1.0 - best[name] for name in corpus.names])
        if float(lost @ corpus.lengths / corpus.lengths.sum()) < self.config.enough:
            return ()
        failed = [name for name in corpus.names if best[name] < 1.0]
        return tuple(sorted({name.removesuffix(MIRRORED) for name in failed}))

    def _learn_gate(self) -> None:
        config = GatingRunConfig(
            experts=tuple(map(str, self._trained)), num_envs=self.config.num_envs
        )
        self._train(self._prepared(config), self.folder / "gate", self.config.gate_steps)

    def _learn_jointly(self) -> None:
        config = self._expert_config("finetune", 0, str(self.folder / "gate"))
        imitation = dataclasses.replace(
            config.imitation,
            termination_distance=self.config.distance,
            leash_share=self.config.leash_share,
        )
        config = dataclasses.replace(config, imitation=imitation)
        self._train(config, self.folder / "joint", self.config.joint_steps)

    def _refinement_steps(self) -> Iterator[TrainingStep]:
        """Each expert on the clips without a ball that it does best: models know no balls."""
        corpus = training_corpus(self._expert_config("finetune", 0, ""))
        names = [
            name for name, kicks in zip(corpus.names, corpus.kicks, strict=True) if not len(kicks)
        ]
        best = dict.fromkeys(names, 0)
        if len(self._trained) > 1:
            record = best_experts_file(self.folder / "gate")
            best = json.loads(record.read_text())
        model = ""
        for k in range(len(self._trained)):
            chosen = {name.removesuffix(MIRRORED) for name in names if best[name] == k}
            if not chosen:
                continue
            run, config = self.folder / f"refined{k}", self._refinement_config(k, chosen, model)
            yield TrainingStep(
                run.name,
                f"expert {k} refined",
                lambda config=config, run=run: self._refine(config, run),
            )
            yield TrainingStep(
                f"choice{k}",
                f"expert {k} as it was, refined, or the mean of both",
                lambda config=config, run=run, k=k: self._compare(config, run, k),
            )
            distances = json.loads(_comparison_file(run).read_text())
            self._refined += self._candidates(run, k)[min(distances, key=distances.__getitem__)]
            model = str(run)

    def _refinement_config(self, k: int, clips: set[str], model: str) -> RefinementRunConfig:
        """Expert `k` on its own clips, in the company of the others."""
        config = self._prepared(
            RefinementRunConfig(
                initial=str(self.folder / "coordinated.pt"),
                only=tuple(sorted(clips)),
                world_model=model,
                num_envs=self.config.num_envs,
            )
        )
        learning = (k,) if len(self._trained) > 1 else ()
        return dataclasses.replace(
            config,
            imitation=dataclasses.replace(config.imitation, leash_share=self.config.leash_share),
            refinement=dataclasses.replace(config.refinement, experts=learning),
        )

    def _refine(self, config: RefinementRunConfig, run: Path) -> None:
        self._save_coordinated()
        self._train(config, run, self.config.refine_steps)

    def _candidates(self, run: Path, k: int) -> dict[str, list[Replacement]]:
        """What may take the place of expert `k`, by its name."""
        before, after = Replacement(k, self.coordinated), Replacement(k, run)
        return {"before": [], "refined": [after], "mean": [before, after]}

    def _compare(self, config: RefinementRunConfig, run: Path, k: int) -> None:
        """Note how far from its clips each candidate for expert `k` takes the body [m]."""
        experts, gate = trainable_parts(self.coordinated)
        body = load_body(self.config.body, "none", config.embodiment.foot_contact_time)
        played, _ = without_twins(training_corpus(config))  # experts are symmetric
        distances = {}
        for name, candidate in self._candidates(run, k).items():
            replaced = replace_experts(experts, [*self._refined, *candidate])
            policy = mixture(replaced, gate, str(run))
            scores = evaluate(
                body,
                played,
                lambda observation, policy=policy: policy(observation)[0],
                config.imitation,
                workers=self.config.workers,
                coordination=config.embodiment.coordination,
            )
            distances[name] = scores.overall_distance
        write_text(_comparison_file(run), json.dumps(distances, indent=1) + "\n")

    def _save_coordinated(self) -> Path:
        """Write the weights of the coordinated policy, as far as its experts were refined."""
        experts, gate = trainable_parts(self.coordinated)
        path = self.folder / "coordinated.pt"
        save_weights({"experts": replace_experts(experts, self._refined), "gate": gate}, path)
        return path

    def _distil(self) -> None:
        config = DistillationRunConfig(teacher=str(self._save_coordinated()))
        self._train(self._prepared(config), self.direct, self.config.distil_steps)


def _comparison_file(run: Path) -> Path:
    """Where it stands how far from its clips an expert is, before and after a refinement."""
    return run / "distances.json"
