# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The registry says of each body and scene what the compiled model has, without compiling it."""

import mujoco
import pytest

from kinesis_ros.core.body import load_body
from urdf_mjcf import compose, registry
from urdf_mjcf.registry import BODIES, SCENES, BodyRow, body_with, find_body, find_scene


@pytest.mark.parametrize("row", BODIES.values(), ids=BODIES)
def test_a_row_has_as_many_muscles_as_the_compiled_body(row: BodyRow) -> None:
    assert len(load_body(row.name).muscles) == row.muscles
    assert BODIES[row.name] is find_body(row.name)
    assert body_with(row.muscles) == row.name


def test_a_number_of_muscles_that_no_body_has_names_none() -> None:
    assert body_with(7) == ""


@pytest.mark.parametrize("name", SCENES)
def test_a_scene_is_what_its_description_says(name: str) -> None:
    row = find_scene(name)
    model = load_body("legs80", name).model
    bodies = {model.body(i).name for i in range(model.nbody)}
    assert ("ball" in row.description) == ("ball" in bodies)
    assert ("goalkeeper" in row.description) == ("keeper" in bodies)


def build_strong_legs(factor: str) -> mujoco.MjSpec:
    """The recipe of docs/add-a-body.md: the legs of legs80, each muscle stronger by a factor."""
    spec = compose.build_from_myo_sim("myolegs")
    for actuator in spec.actuators:
        actuator.gainprm[2] *= float(factor)  # peak isometric force [N]
        actuator.biasprm[2] *= float(factor)
    return spec


def test_a_body_is_added_by_one_row(monkeypatch: pytest.MonkeyPatch) -> None:
    recipe = f"{__name__}:build_strong_legs"
    row = BodyRow("strong80", 80, "legs80 with strong muscles", recipe, ("2",))
    monkeypatch.setitem(registry.BODIES, row.name, row)
    strong, usual = load_body("strong80"), load_body("legs80")
    assert strong.name == "strong80"
    assert strong.muscles == usual.muscles
    peaks = [body.model.actuator_gainprm[:, 2] for body in (usual, strong)]
    assert peaks[1] == pytest.approx(2.0 * peaks[0])
    monkeypatch.undo()
    with pytest.raises(registry.UnknownBodyError, match="'strong80' does not exist"):
        compose.build_spec("strong80")
