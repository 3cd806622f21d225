# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The commands of the stages, the pipeline and Python start the same runs."""

import dataclasses
from pathlib import Path

import pytest

from kinesis_ros.cli import main
from kinesis_training.runs import (
    DistillationRunConfig,
    GatingRunConfig,
    Pipeline,
    PipelineConfig,
    RefinementRunConfig,
    StageConfig,
    default_config,
)

Started = list[tuple[StageConfig, Path, float]]


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Started:
    """What the commands would start."""
    runs: Started = []
    monkeypatch.setattr("kinesis_training.commands.train.train", lambda *run: runs.append(run))
    return runs


def train(*arguments: str) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["train", *arguments])
    assert ended.value.code == 0


@pytest.mark.parametrize(
    ("arguments", "wanted", "steps"),
    [
        (("skeleton",), default_config("skeleton"), PipelineConfig.skeleton_steps),
        (
            ("finetune", "--from", "x"),
            dataclasses.replace(default_config("finetune"), initial="x"),
            PipelineConfig.muscle_steps,
        ),
        (
            ("gate", "--expert", "x", "--expert", "y"),
            GatingRunConfig(experts=("x", "y")),
            PipelineConfig.gate_steps,
        ),
        (
            ("refine", "--from", "x"),
            RefinementRunConfig(initial="x"),
            PipelineConfig.refine_steps,
        ),
        (
            ("distil", "--teacher", "x"),
            DistillationRunConfig(teacher="x"),
            PipelineConfig.distil_steps,
        ),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else None,
)
def test_a_command_without_options_starts_the_measured_configuration(
    arguments: tuple[str, ...], wanted: StageConfig, steps: float, started: Started
) -> None:
    train(*arguments, "--clips", "clips")
    ((config, _, millions),) = started
    assert config == dataclasses.replace(wanted, clips=("clips",))
    assert millions == steps


def test_the_pipeline_starts_the_same_runs_as_the_commands(
    started: Started, tmp_path: Path
) -> None:
    train("skeleton", "--clips", "clips")
    train("finetune", "--clips", "clips")
    commands = [*started]
    pipeline = Pipeline(
        PipelineConfig(clips=("clips",)),
        tmp_path,
        lambda *run: started.append(run),
        lambda clips, _: clips,
    )
    steps = pipeline.steps()
    next(steps)  # the generated references
    next(steps).run()
    next(steps).run()
    for (alone, _, millions), (together, _, share) in zip(commands, started[2:], strict=True):
        same = dataclasses.replace(together, clips=alone.clips, initial=alone.initial)
        assert same == alone
        assert share == millions


@pytest.mark.parametrize("command", ["generator", "kick"])
def test_what_is_learned_from_clips_is_not_written_into_the_package(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """By default: a run would replace the motions that the shipped policies were trained on."""
    train(command, "--help")
    text = "".join(capsys.readouterr().out.replace("│", " ").split())
    assert {"generator": "[default:gaits.npz]", "kick": "[default:kick.npz]"}[command] in text


def test_options_reach_every_part_of_a_configuration(started: Started) -> None:
    train(
        *("skeleton", "--clips", "a", "--clips", "b", "--label", "walk", "--seed", "3"),
        *("--envs", "8", "--workers", "4", "--horizon", "32", "--distance", "0.2"),
        *("--noise", "0.5", "--variation", "0", "--from", "x", "--expert", "2"),
    )
    ((config, *_),) = started
    assert (config.clips, config.labels, config.num_envs) == (("a", "b"), ("walk",), 8)
    assert (config.workers, config.trainer.threads, config.trainer.seed) == (4, 4, 3)
    assert (config.ppo.horizon, config.imitation.termination_distance) == (32, 0.2)
    assert config.ppo.lowest_log_std == pytest.approx(-0.693, abs=1e-3)
    assert config.imitation.randomisation.mass_spread == 0.0
    assert (config.initial, config.initial_expert) == ("x", 2)
