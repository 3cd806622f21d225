# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""One record a stage: whatever needs to know about stages asks it."""

import dataclasses
import json
from pathlib import Path
from typing import Any, Literal

import pytest
import torch

from kinesis_ros.core.body import load_skeleton
from kinesis_ros.core.motion import Clip
from kinesis_training.commands import train as train_commands
from kinesis_training.commands.running import train
from kinesis_training.environment import ImitationEnv
from kinesis_training.learning import Loop, TrainerConfig
from kinesis_training.runs import (
    STAGES,
    RunError,
    StageConfig,
    TrainingStage,
    find_stage,
    load_run_config,
)
from kinesis_training.runs.exporting import provenance
from kinesis_training.runs.run import training_corpus
from kinesis_training.runs.stages import with_seed


@pytest.mark.parametrize("stage", STAGES.values(), ids=STAGES)
def test_every_stage_has_a_command_and_a_configuration_with_a_seed(stage: TrainingStage) -> None:
    commands = {
        command.name or command.callback.__name__
        for command in train_commands.app.registered_commands
        if command.callback is not None
    }
    assert stage.name in commands
    fields = {field.name: field for field in dataclasses.fields(stage.config)}
    settings = fields[stage.learner].default_factory
    assert callable(settings)
    assert {"seed", "threads"} <= {field.name for field in dataclasses.fields(settings())}


def test_an_unknown_stage_is_answered_with_the_choices(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="'sleep' does not exist; there are skeleton, finetune"):
        find_stage("sleep")
    (tmp_path / "config.json").write_text('{"stage": "sleep"}')
    with pytest.raises(RunError, match="'sleep' does not exist; there are skeleton, finetune"):
        load_run_config(tmp_path)


# The addition that docs/add-a-training-stage.md describes: a stage that learns the mean action.


@dataclasses.dataclass(frozen=True, kw_only=True)
class ToyRunConfig(StageConfig):
    stage: Literal["toy"] = "toy"
    trainer: TrainerConfig = dataclasses.field(default_factory=TrainerConfig)


@dataclasses.dataclass(frozen=True)
class ToyProgress:
    iteration: int
    steps: int
    mean: float


class ToyLoop(Loop):
    unit, columns = "steps", ("mean",)

    def __init__(self, env: ImitationEnv, config: TrainerConfig, folder: Path) -> None:
        super().__init__(env, folder, config.seed, config.checkpoint_minutes)
        self.mean = torch.zeros(1)

    def iterate(self) -> ToyProgress:
        self.iteration += 1
        self.count += self.env.num_envs
        self.mean += torch.randn(1, generator=self._generator)
        return ToyProgress(self.iteration, self.count, float(self.mean))

    def _content(self) -> dict[str, Any]:
        return {"network": {"mean": self.mean}}

    def _restore(self, saved: dict[str, Any]) -> None:
        self.mean = saved["network"]["mean"]


def build_toy(config: ToyRunConfig, folder: Path) -> ToyLoop:
    corpus = training_corpus(config)
    env = ImitationEnv(
        load_skeleton(config.body), corpus, config.imitation, num_envs=2, workers=1, seed=0
    )
    return ToyLoop(env, config.trainer, folder)


def test_a_stage_is_added_by_one_record(
    tmp_path: Path, clips: list[Clip], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(
        STAGES, "toy", TrainingStage("toy", "a mean", ToyRunConfig, "trainer", build_toy)
    )
    (tmp_path / "clips").mkdir()
    for clip in clips:
        clip.save(tmp_path / "clips" / f"{clip.name}.npz")
    config = ToyRunConfig(clips=(str(tmp_path / "clips"),))
    config = with_seed(config, seed=5, threads=1)
    run = tmp_path / "run"
    train(config, run, millions=20e-6)
    train(ToyRunConfig(), run, millions=40e-6)  # a run keeps what it was started with
    assert load_run_config(run) == config
    records = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    assert [record["steps"] for record in records] == list(range(2, 42, 2))
    assert provenance(run, config.clips)["seed"] == 5
    once = tmp_path / "once"
    train(config, once, millions=40e-6)
    assert (once / "metrics.jsonl").read_text() == (run / "metrics.jsonl").read_text()
