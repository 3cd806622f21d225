# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Parameters: declared from records, read-only, and unknown ones are refused."""

import dataclasses
from pathlib import Path

import pytest
import yaml
from rclpy.node import Node
from rclpy.parameter import Parameter

from kinesis_ros.nodes.parameters import (
    GoalParameters,
    ParameterError,
    PolicyParameters,
    SimParameters,
    ViewerParameters,
    declare,
)

CONFIG = Path(__file__).parents[2] / "launch" / "config"
RECORDS = {
    "/kinesis/sim_node": SimParameters,
    "/kinesis/goal_node": GoalParameters,
    "/kinesis/viewer_node": ViewerParameters,
}


def node(**values: bool | float | str) -> Node:
    overrides = [Parameter(name, value=value) for name, value in values.items()]
    return Node("a_node", parameter_overrides=overrides, start_parameter_services=False)


@pytest.mark.parametrize(
    "kind", [SimParameters, PolicyParameters, GoalParameters, ViewerParameters]
)
@pytest.mark.usefixtures("ros")
def test_without_values_the_defaults_hold(kind: type) -> None:
    assert declare(node(), kind) == kind()


@pytest.mark.usefixtures("ros")
def test_given_values_hold_and_are_read_only() -> None:
    described = node(body="back290", reset_delay=1.5)
    assert declare(described, SimParameters).reset_delay == 1.5
    descriptor = described.describe_parameter("reset_delay")
    assert descriptor.read_only
    assert "[s]" in descriptor.description
    assert not described.set_parameters([Parameter("body", value="legs80")])[0].successful


@pytest.mark.usefixtures("ros")
def test_an_unknown_parameter_is_named_with_the_known_ones() -> None:
    with pytest.raises(ParameterError, match=r"'reset_dealy' is not known.*reset_delay"):
        declare(node(reset_dealy=1.0), SimParameters)


@pytest.mark.usefixtures("ros")
def test_a_choice_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ParameterError, match="'legs81'; choose one of legs80"):
        declare(node(body="legs81"), SimParameters)


@pytest.mark.usefixtures("ros")
def test_a_value_out_of_range_is_refused() -> None:
    with pytest.raises(ParameterError, match="time on the floor before standing up again"):
        declare(node(reset_delay=-1.0), SimParameters)


@pytest.mark.usefixtures("ros")
def test_a_value_of_another_type_is_refused() -> None:
    with pytest.raises(ParameterError, match="reset_on_fall"):
        declare(node(reset_on_fall="maybe"), SimParameters)


def test_the_default_file_holds_the_defaults() -> None:
    given = yaml.safe_load((CONFIG / "default.yaml").read_text())
    for name, kind in RECORDS.items():
        values = given[name]["ros__parameters"]
        assert values == {key: getattr(kind(), key) for key in values}


@pytest.mark.parametrize("file", sorted(path.name for path in CONFIG.glob("*.yaml")))
def test_parameter_files_only_name_what_exists(file: str) -> None:
    for name, content in yaml.safe_load((CONFIG / file).read_text()).items():
        known = {field.name for field in dataclasses.fields(RECORDS[name])}
        assert set(content["ros__parameters"]) <= known
