# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The bodies and scenes that there are: one row each, readable without MuJoCo.

This file needs the standard library only, so that a launch file can offer the choices before
anything heavy is installed. How a body or a scene is built stands as 'module:function' and is
imported when it is built. docs/add-a-body.md shows how to add a row.
"""

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from kinesis_ros.options import Choices


class UnknownBodyError(ValueError):
    """The requested body does not exist."""


class UnknownSceneError(ValueError):
    """The requested scene does not exist."""


@dataclass(frozen=True)
class BodyRow:
    """One body.

    Attributes:
        name: as on the command line.
        muscles: how many it has.
        description: one line.
        recipe: 'module:function' that returns its uncompiled spec, a `mujoco.MjSpec`.
        arguments: what the function is called with.
    """

    name: str
    muscles: int
    description: str
    recipe: str
    arguments: tuple[str, ...] = ()

    def build(self) -> Any:  # noqa: ANN401 a mujoco.MjSpec, which is not imported here
        """Its uncompiled spec, as the recipe makes it."""
        return _function(self.recipe)(*self.arguments)


@dataclass(frozen=True)
class SceneRow:
    """What can be around a body.

    Attributes:
        name: as on the command line.
        description: one line.
        recipe: 'module:function' that adds it to a body's uncompiled spec; empty: nothing is added.
    """

    name: str
    description: str
    recipe: str = ""

    def add_to(self, spec: Any) -> None:  # noqa: ANN401 a mujoco.MjSpec
        """Add the scene to a body's uncompiled spec."""
        if self.recipe:
            _function(self.recipe)(spec)


DEFAULT_BODY, DEFAULT_SCENE = "legs80", "none"

# [s] Time constants of the contact between a foot and the floor. People land on a heel pad and in
# shoes: 0.05 s gives their loading rate, MuJoCo's own 0.02 s lets the heel slap.
STIFF_CONTACT_TIME = 0.02
PADDED_CONTACT_TIME = 0.05

_MYO_SIM = "urdf_mjcf.compose:build_from_myo_sim"

BODIES = {
    row.name: row
    for row in (
        BodyRow(DEFAULT_BODY, 80, "legs under a passive torso", _MYO_SIM, ("myolegs",)),
        BodyRow("legs86", 86, "legs and abdomen", _MYO_SIM, ("myolegs_abdomen",)),
        BodyRow("back290", 290, "legs and back", "urdf_mjcf.compose:build_legs_and_back"),
        BodyRow("full416", 416, "legs, back and both arms", _MYO_SIM, ("myofullbody",)),
    )
}
BODY_NAMES = tuple(BODIES)
BodyName = Annotated[str, Choices(BODY_NAMES)]

_SCENES = {
    row.name: row
    for row in (
        SceneRow(DEFAULT_SCENE, "a plain floor"),
        SceneRow("penalty", "a ball and a goal", "urdf_mjcf.penalty:add_penalty"),
        SceneRow(
            "penalty_keeper",
            "a ball and a goal with a goalkeeper",
            "urdf_mjcf.penalty:add_penalty_with_keeper",
        ),
    )
}
SCENES = tuple(_SCENES)
SceneName = Annotated[str, Choices(SCENES)]


def find_body(name: str) -> BodyRow:
    """The row of a body.

    Raises:
        UnknownBodyError: with the names that exist.
    """
    if name not in BODIES:
        raise UnknownBodyError(f"body '{name}' does not exist; choose one of {', '.join(BODIES)}")
    return BODIES[name]


def find_scene(name: str) -> SceneRow:
    """The row of a scene.

    Raises:
        UnknownSceneError: with the names that exist.
    """
    if name not in _SCENES:
        raise UnknownSceneError(f"scene '{name}' does not exist; choose {', '.join(_SCENES)}")
    return _SCENES[name]


def body_with(muscles: int) -> str:
    """Name of the first body with so many muscles; empty: none has."""
    return next((row.name for row in BODIES.values() if row.muscles == muscles), "")


def _function(recipe: str) -> Callable[..., Any]:
    module, _, name = recipe.partition(":")
    return getattr(importlib.import_module(module), name)
