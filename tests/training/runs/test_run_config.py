# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Configurations of runs: read back as they were written, also by versions before."""

import dataclasses
import json
import re
from pathlib import Path
from typing import Any

import pytest

from kinesis_ros.core.policy import Embodiment
from kinesis_training.runs import (
    DistillationRunConfig,
    GatingRunConfig,
    RefinementRunConfig,
    RunError,
    StageConfig,
    default_config,
    load_run_config,
    save_config,
)

CONFIGS = (
    default_config("skeleton"),
    dataclasses.replace(default_config("finetune"), clips=("a", "b"), initial_expert=1),
    GatingRunConfig(experts=("x", "y")),
    RefinementRunConfig(initial="x", only=("clip",)),
    DistillationRunConfig(teacher="x"),
)


@pytest.mark.parametrize("config", CONFIGS, ids=lambda config: config.stage)
def test_what_was_written_is_read(config: StageConfig, tmp_path: Path) -> None:
    save_config(config, tmp_path)
    assert load_run_config(tmp_path) == config


def written(tmp_path: Path, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 JSON
    save_config(default_config("skeleton"), tmp_path)
    return json.loads((tmp_path / "config.json").read_text()) | changes


def load(tmp_path: Path, content: Any) -> StageConfig:  # noqa: ANN401 JSON
    (tmp_path / "config.json").write_text(json.dumps(content))
    return load_run_config(tmp_path)


def test_a_file_of_an_older_version_is_read(tmp_path: Path) -> None:
    """Fields that are gone are left out, those with new names found, new ones get their default."""
    content = written(tmp_path, gone={"what": 1})
    content["ppo"]["trace"] = 0.5
    del content["ppo"]["gae_lambda"], content["imitation"]["kick_weight"]
    content["trainer"]["gone"] = True
    config = default_config("skeleton")
    wanted = dataclasses.replace(config, ppo=dataclasses.replace(config.ppo, gae_lambda=0.5))
    assert load(tmp_path, content) == wanted


def test_a_run_that_names_no_embodiment_was_trained_with_the_first_one(tmp_path: Path) -> None:
    content = written(tmp_path)
    del content["embodiment"], content["imitation"]["kinetics"]
    wanted = dataclasses.replace(default_config("skeleton"), embodiment=Embodiment())
    assert load(tmp_path, content) == wanted


@pytest.mark.parametrize(
    ("part", "name", "value", "complaint"),
    [
        ("ppo", "horizon", "long", "Expected `int`, got `str` - at `$.ppo.horizon`"),
        ("ppo", "horizon", 1, "horizon must be 8 or more, it is 1"),
        ("imitation", "leash", None, "Expected `float`, got `null` - at `$.imitation.leash`"),
    ],
)
def test_a_value_that_does_not_fit_is_named(
    part: str, name: str, value: object, complaint: str, tmp_path: Path
) -> None:
    content = written(tmp_path)
    content[part][name] = value
    with pytest.raises(RunError, match=re.escape(complaint)) as caught:
        load(tmp_path, content)
    assert str(tmp_path / "config.json") in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize("content", [{"stage": "dance"}, {}, [], "text", {"stage": []}])
def test_a_stage_that_does_not_exist_is_refused_with_those_that_do(
    content: object, tmp_path: Path
) -> None:
    with pytest.raises(RunError, match="does not exist; there are skeleton, finetune, gate"):
        load(tmp_path, content)


def test_a_file_that_is_no_json_is_refused(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{")
    with pytest.raises(RunError, match="cannot be used"):
        load_run_config(tmp_path)
