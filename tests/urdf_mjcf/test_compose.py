# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Composed bodies: a plain floor at z = 0, nothing of the room, and the skeleton cut from it."""

import ast
from pathlib import Path

import mujoco
import numpy as np
import pytest

from kinesis_ros.core.body import SIDES, Kinematics, load_body, load_skeleton
from kinesis_ros.core.body import kinematic_state as ks
from urdf_mjcf.compose import build_skeleton_spec, build_spec
from urdf_mjcf.registry import BODY_NAMES, DEFAULT_BODY, UnknownBodyError


@pytest.mark.parametrize("name", BODY_NAMES)
def test_the_world_is_one_floor_at_height_zero_and_one_body(name: str) -> None:
    spec = build_spec(name)
    (floor,) = spec.worldbody.geoms
    assert floor.name == "floor"
    assert floor.type == mujoco.mjtGeom.mjGEOM_PLANE
    np.testing.assert_array_equal(floor.pos, 0.0)
    assert len(spec.worldbody.bodies) == 1
    assert spec.modelname == name


@pytest.mark.parametrize("name", BODY_NAMES)
def test_the_floor_catches_a_falling_body_whatever_hits_it_first(name: str) -> None:
    model = load_body(name).model
    data = mujoco.MjData(model)
    data.qpos[2] = 1.2
    data.qvel[2] = -2.0
    floor = model.geom("floor").id
    lowest, touched = np.inf, False
    for _ in range(100):
        mujoco.mj_step(model, data)
        lowest = min(lowest, data.body("pelvis").xpos[2])
        touched = touched or bool((data.contact.geom == floor).any())
    assert touched
    assert lowest > 0.02  # [m] a body that falls through the floor is at -2 m by then


@pytest.mark.parametrize("name", BODY_NAMES)
def test_composition_prints_nothing(name: str, capfd: pytest.CaptureFixture[str]) -> None:
    build_spec(name)
    assert capfd.readouterr() == ("", "")


def test_an_unknown_body_is_answered_with_the_choices() -> None:
    with pytest.raises(UnknownBodyError, match=f"'legs'.*choose one of {', '.join(BODY_NAMES)}"):
        build_spec("legs")


def test_every_body_stands_on_the_same_legs() -> None:
    state = np.zeros(ks.STATE_SIZE)
    state[ks.QUATERNION.start] = 1.0
    state[ks.JOINT_POSITION] = 0.3 * np.sin(np.arange(ks.NUM_JOINTS))
    expected = Kinematics(load_body("legs80")).complete(state[None].copy())
    for name in BODY_NAMES:
        posed = Kinematics(load_body(name)).complete(state[None].copy())
        np.testing.assert_allclose(posed, expected, atol=1e-12)


@pytest.mark.parametrize("name", BODY_NAMES)
def test_a_skeleton_has_nothing_that_costs_time(name: str) -> None:
    spec = build_skeleton_spec(name)
    for elements in (spec.actuators, spec.tendons, spec.sensors, spec.equalities):
        assert len(list(elements)) == 0


def test_the_skeleton_is_posed_like_the_body_up_to_its_fixed_knees() -> None:
    body, skeleton = load_body("legs80"), load_skeleton("legs80")
    rng = np.random.default_rng(1)
    states = np.zeros((50, ks.STATE_SIZE))
    states[:, ks.QUATERNION.start] = 1.0
    lower, upper = body.leg_ranges.T
    states[:, ks.JOINT_POSITION] = rng.uniform(lower, upper, (50, ks.NUM_JOINTS))
    knees = [ks.JOINT_POSITION.start + ks.LEG_JOINTS.index(f"knee_angle_{side}") for side in SIDES]
    offset = _offset(Kinematics(body), Kinematics(skeleton), states)
    # A bent knee also rolls and slides, by up to 7 mm at the shank, 32 mm at the toes.
    assert offset.max() < 0.035
    states[:, knees] = 0.0
    straight = _offset(Kinematics(body), Kinematics(skeleton), states)
    assert straight.max() < 1e-6  # the coupling polynomials' own rounding


def _offset(body: Kinematics, skeleton: Kinematics, states: np.ndarray) -> np.ndarray:
    """Distances of the key bodies, (frames, keys) [m]."""
    difference = body.complete(states.copy()) - skeleton.complete(states.copy())
    keys = difference[:, ks.KEY_POSITION].reshape(len(states), ks.NUM_KEYS, 3)
    return np.linalg.norm(keys, axis=-1)


def test_the_default_body_is_named_once_in_the_code() -> None:
    """Everything else asks for `DEFAULT_BODY`; docstrings may show it."""
    root = Path(__file__).parents[2]
    places = [
        str(path.relative_to(root))
        for top in ("kinesis_ros", "kinesis_training", "urdf_mjcf", "launch")
        for path in sorted((root / top).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and node.value == DEFAULT_BODY
    ]
    assert places == ["urdf_mjcf/registry.py"]
