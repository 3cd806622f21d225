# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Bones and muscles of a real body, compared with MuJoCo's own geometry."""

import mujoco
import numpy as np
import pytest

from kinesis_ros.core.body import Body, load_body
from kinesis_ros.core.muscles import muscle_segments
from kinesis_ros.viewer.bones import BonePoses, find_bones
from kinesis_ros.viewer.tubes import MuscleTubes, most_segments


@pytest.fixture(scope="module")
def body() -> Body:
    return load_body("legs80")


def bent(body: Body, seed: int) -> mujoco.MjData:
    """A random posture, within the joints' ranges."""
    data = mujoco.MjData(body.model)
    rng = np.random.default_rng(seed)
    data.qpos[body.leg_qpos] = rng.uniform(*body.leg_ranges.T)
    data.qpos[:3] = rng.uniform(-3.0, 3.0, 3)
    data.qpos[3:7] = rng.normal(size=4)
    data.qpos[3:7] /= np.linalg.norm(data.qpos[3:7])
    body.couplings.complete(data.qpos)
    mujoco.mj_kinematics(body.model, data)
    return data


def rotation(quaternion: np.ndarray) -> np.ndarray:
    matrix = np.zeros(9)
    mujoco.mju_quat2Mat(matrix, quaternion)
    return matrix.reshape(3, 3)


@pytest.mark.parametrize("seed", range(3))
def test_bones_are_where_mujoco_has_them(body: Body, seed: int) -> None:
    model, data = body.model, bent(body, seed)
    origin = np.array([1.0, 2.0, 0.0])
    bones = find_bones(model)
    poses = BonePoses(bones)
    poses.update(data, origin)
    drawn = np.concatenate(
        [
            bone.vertices @ rotation(q).T + p + origin
            for bone, p, q in zip(bones, poses.position, poses.quaternion, strict=True)
        ]
    )
    expected = []
    for geom in np.flatnonzero(model.geom_type == mujoco.mjtGeom.mjGEOM_MESH):
        mesh = model.geom_dataid[geom]
        first, count = model.mesh_vertadr[mesh], model.mesh_vertnum[mesh]
        vertices = model.mesh_vert[first : first + count]
        expected.append(vertices @ data.geom_xmat[geom].reshape(3, 3).T + data.geom_xpos[geom])
    drawn, expected = (
        np.sort(points.round(4), axis=0) for points in (drawn, np.concatenate(expected))
    )
    assert np.allclose(drawn, expected, atol=2e-4)  # single precision, and rounded to sort


def test_no_joint_separates_the_bones_of_a_piece(body: Body) -> None:
    bones = find_bones(body.model)
    assert len({bone.body for bone in bones}) == len(bones)
    assert {"femur_r", "tibia_r", "calcn_l", "toes_l", "patella_l"} <= {b.name for b in bones}
    for bone in bones:
        assert bone.faces.max() < len(bone.vertices)
        assert body.model.body_weldid[bone.body] == bone.body


def test_only_bones_that_change_are_reported(body: Body) -> None:
    data = bent(body, 0)
    bones = find_bones(body.model)
    poses, origin = BonePoses(bones), np.zeros(3)
    moved, turned = poses.update(data, origin)
    assert len(moved) == len(turned) == len(bones)
    assert [len(changed) for changed in poses.update(data, origin)] == [0, 0]
    data.qpos[body.model.joint("ankle_angle_r").qposadr] += 0.2
    mujoco.mj_kinematics(body.model, data)
    _, turned = poses.update(data, origin)
    assert {bones[i].name for i in turned} == {"talus_r", "calcn_r", "toes_r"}


@pytest.mark.parametrize("seed", range(4))
def test_tubes_cover_the_muscle_paths_in_every_posture(body: Body, seed: int) -> None:
    data, tubes = bent(body, seed), MuscleTubes(body.model)
    origin = np.array([0.3, -0.2, 0.0])
    tubes.follow(data, origin)
    segments, muscles = muscle_segments(body.model, data)
    shown = tubes.scale[:, 2] > 0.0
    assert shown.sum() == len(segments)
    assert tubes.size == most_segments(body.model).sum() >= len(segments)
    half = np.zeros((shown.sum(), 3))
    for i, (q, scale) in enumerate(zip(tubes.quaternion[shown], tubes.scale[shown], strict=True)):
        length = scale[2] - 0.5 * scale[0]
        half[i] = rotation(q.astype(np.float64))[:, 2] * 0.5 * length
    middle = tubes.position[shown] + origin
    # Instances are in the order of muscles, and of the pieces of each path, as segments are.
    assert np.allclose(middle - half, segments[:, 0], atol=1e-5)
    assert np.allclose(middle + half, segments[:, 1], atol=1e-5)
    assert np.bincount(muscles, minlength=body.model.nu).max() <= most_segments(body.model).max()


def test_activation_turns_blue_into_red_and_force_thickens(body: Body) -> None:
    data, tubes = bent(body, 1), MuscleTubes(body.model)
    tubes.follow(data, np.zeros(3))
    slack, relaxed = tubes.scale[:, 0].copy(), tubes.color.copy()
    assert (relaxed[:, 2] > relaxed[:, 0]).all()
    soleus = body.muscles.index("soleus_r")
    activation, force = np.zeros((2, len(body.muscles)))
    activation[soleus], force[soleus] = 1.0, 1500.0
    assert tubes.set_activation(activation)
    tubes.set_force(force)
    tubes.follow(data, np.zeros(3))
    changed = (tubes.color != relaxed).any(axis=1)
    assert (tubes.color[changed, 0] > tubes.color[changed, 2]).all()
    assert changed.sum() == most_segments(body.model)[soleus]
    thicker = tubes.scale[:, 0] > slack
    assert thicker.any()
    assert (changed | ~thicker).all()


def test_an_invisible_change_of_activation_is_no_change(body: Body) -> None:
    tubes = MuscleTubes(body.model)
    assert tubes.set_activation(np.full(len(body.muscles), 0.5))
    assert not tubes.set_activation(np.full(len(body.muscles), 0.501))


@pytest.mark.parametrize("bad", [np.nan, -3.0, 7.0, np.inf])
def test_activations_out_of_range_still_have_a_colour(body: Body, bad: float) -> None:
    tubes = MuscleTubes(body.model)
    tubes.set_activation(np.full(len(body.muscles), bad))
    assert tubes.color.dtype == np.uint8
