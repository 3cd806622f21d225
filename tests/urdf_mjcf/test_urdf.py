# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The URDF moves as MuJoCo's model does, read by a library that knows nothing of MuJoCo."""

import io
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import mujoco
import numpy as np
import pytest

from kinesis_ros.core.body import ROOT_TO_BASE, load_body
from urdf_mjcf.links import BASE_LINK, LinkPoses, LinkTreeError, link_name, link_tree
from urdf_mjcf.meshes import unit_sphere
from urdf_mjcf.registry import BODY_NAMES
from urdf_mjcf.urdf import urdf_text, write_urdf

yourdfpy = pytest.importorskip("yourdfpy", reason="yourdfpy is not installed: pip install yourdfpy")

# Everything that the bodies do not have: anchors off the origin, references, a fixed body.
ODD = """
<mujoco model="odd one">
  <worldbody>
    <geom name="floor" type="plane" size="1 1 1"/>
    <body name="trunk" pos="0 0 1">
      <freejoint/>
      <geom size="0.1"/>
      <body name="upper arm" pos="0.1 0.2 0.3" euler="20 30 40">
        <joint name="swing" axis="1 2 3" pos="0.05 -0.02 0.01" ref="30" range="-90 90"/>
        <joint name="reach" type="slide" axis="0 1 1" ref="0.2"/>
        <joint name="twist" axis="0 0 1" pos="-0.1 0.1 0.2"/>
        <geom type="capsule" size="0.03 0.1" pos="0 0 0.1"/>
        <body name="cuff" pos="0 0 0.1" euler="0 90 0">
          <geom type="box" size="0.1 0.2 0.3"/>
          <body name="hand" pos="0 0 0.2" euler="0 90 90">
            <joint name="wrist" axis="0 1 0" pos="0 0 -0.02"/>
            <geom type="ellipsoid" size="0.03 0.05 0.1" mass="0.4" euler="10 20 30"/>
          </body>
        </body>
      </body>
    </body>
  </worldbody>
</mujoco>
"""


@pytest.fixture(params=[*BODY_NAMES, "odd"])
def model(request: pytest.FixtureRequest) -> mujoco.MjModel:
    if request.param == "odd":
        return mujoco.MjModel.from_xml_string(ODD)
    return load_body(request.param).model


def random_pose(model: mujoco.MjModel, rng: np.random.Generator) -> mujoco.MjData:
    """Anywhere, with every coordinate anywhere in its range, coupled ones included."""
    data = mujoco.MjData(model)
    for joint in range(model.njnt):
        address = model.jnt_qposadr[joint]
        if model.jnt_type[joint] == mujoco.mjtJoint.mjJNT_FREE:
            data.qpos[address : address + 3] = rng.normal(size=3)
            quaternion = rng.normal(size=4)
            data.qpos[address + 3 : address + 7] = quaternion / np.linalg.norm(quaternion)
        else:
            limited = model.jnt_limited[joint]
            low, high = model.jnt_range[joint] if limited else (-3.0, 3.0)
            data.qpos[address] = rng.uniform(low, high)
    mujoco.mj_kinematics(model, data)
    return data


def transform(position: np.ndarray, quaternion: np.ndarray) -> np.ndarray:
    rotation = np.empty(9)
    mujoco.mju_quat2Mat(rotation, quaternion)
    matrix = np.eye(4)
    matrix[:3, :3], matrix[:3, 3] = rotation.reshape(3, 3), position
    return matrix


def base_to_world(model: mujoco.MjModel, data: mujoco.MjData) -> np.ndarray:
    root = 1 + int(np.flatnonzero(model.body_parentid[1:] == 0)[0])
    return transform(data.xpos[root], data.xquat[root]) @ transform(np.zeros(3), ROOT_TO_BASE)


def load(text: str) -> Any:  # noqa: ANN401 a class of an optional library
    return yourdfpy.URDF.load(io.BytesIO(text.encode()), load_meshes=False)


def test_every_link_is_where_mujoco_has_it(model: mujoco.MjModel) -> None:
    robot = load(urdf_text(model, base=ROOT_TO_BASE, mesh_prefix=""))
    moving = [model.joint(i) for i in range(model.njnt) if model.jnt_type[i] != 0]
    assert set(robot.actuated_joint_names) == {joint.name for joint in moving}
    rng = np.random.default_rng(1)
    for _ in range(3):
        data = random_pose(model, rng)
        robot.update_cfg({joint.name: data.qpos[joint.qposadr[0]] for joint in moving})
        to_world = base_to_world(model, data)
        for body in range(1, model.nbody):
            found = to_world @ robot.get_transform(link_name(model, body), BASE_LINK)
            wanted = transform(data.xpos[body], data.xquat[body])
            np.testing.assert_allclose(found, wanted, atol=1e-9)


def test_link_poses_are_those_of_the_urdf(model: mujoco.MjModel) -> None:
    joints = link_tree(model, ROOT_TO_BASE)
    poses = LinkPoses(joints)
    data = random_pose(model, np.random.default_rng(2))
    to_world = {BASE_LINK: base_to_world(model, data)}
    for joint, position, quaternion in zip(joints, *poses.of(data.qpos), strict=True):
        to_world[joint.child] = to_world[joint.parent] @ transform(position, quaternion)
        if joint.body >= 0:
            wanted = transform(data.xpos[joint.body], data.xquat[joint.body])
            np.testing.assert_allclose(to_world[joint.child], wanted, atol=1e-12)


def test_nothing_of_the_mass_is_lost(model: mujoco.MjModel) -> None:
    robot = load(urdf_text(model, base=ROOT_TO_BASE, mesh_prefix=""))
    inertials = [link.inertial for link in robot.robot.links if link.inertial is not None]
    mass = sum(inertial.mass for inertial in inertials)
    assert mass == pytest.approx(model.body_subtreemass[0], rel=1e-12)
    assert min(inertial.mass for inertial in inertials) > 0.0
    for inertial in inertials:
        largest, *others = sorted(np.diag(inertial.inertia), reverse=True)
        assert 0.0 < largest <= sum(others) * (1.0 + 1e-6)


def test_limits_are_those_of_the_model_and_efforts_those_that_were_asked_for() -> None:
    body = load_body("legs80")
    torque = dict(zip(body.joints, body.gains.torque_limit, strict=True))
    robot = load(urdf_text(body.model, base=ROOT_TO_BASE, mesh_prefix="", effort=torque))
    for name, joint in robot.joint_map.items():
        if joint.type != "fixed":
            low, high = body.model.joint(name).range  # all of them are limited
            assert (joint.limit.lower, joint.limit.upper) == (low, high)
            assert joint.limit.effort == torque.get(name, 0.0)


def test_bones_are_where_mujoco_has_them(tmp_path: Path) -> None:
    model = load_body("legs80").model
    path = write_urdf(model, tmp_path, base=ROOT_TO_BASE)
    robot = yourdfpy.URDF.load(str(path), load_collision_meshes=True)
    data = random_pose(model, np.random.default_rng(3))
    moving = [model.joint(i) for i in range(1, model.njnt)]
    robot.update_cfg({joint.name: data.qpos[joint.qposadr[0]] for joint in moving})
    mujoco.mj_forward(model, data)
    to_world = base_to_world(model, data)
    meshes = [g for g in range(model.ngeom) if model.geom_type[g] == mujoco.mjtGeom.mjGEOM_MESH]
    assert len(robot.scene.geometry) == len(meshes)
    boxes = []
    for node in robot.scene.graph.nodes_geometry:
        to_base, geometry = robot.scene.graph.get(node, BASE_LINK)
        points = robot.scene.geometry[geometry].vertices
        boxes.append(_bounds(points, to_world @ to_base))
    for geom in meshes:
        mesh = model.geom_dataid[geom]
        start = model.mesh_vertadr[mesh]
        points = model.mesh_vert[start : start + model.mesh_vertnum[mesh]]
        place = np.eye(4)
        place[:3, :3], place[:3, 3] = data.geom_xmat[geom].reshape(3, 3), data.geom_xpos[geom]
        distance = np.abs(np.array(boxes) - _bounds(points, place)).max(axis=1)
        assert distance.min() < 1e-6  # [m] STL has single precision


def _bounds(points: np.ndarray, place: np.ndarray) -> np.ndarray:
    world = points @ place[:3, :3].T + place[:3, 3]
    return np.concatenate([world.min(axis=0), world.max(axis=0)])


def test_contact_shapes_are_as_large_as_mujocos(tmp_path: Path) -> None:
    model = mujoco.MjModel.from_xml_string(ODD)
    path = write_urdf(model, tmp_path, base=ROOT_TO_BASE)
    robot = yourdfpy.URDF.load(
        str(path),
        build_collision_scene_graph=True,
        load_collision_meshes=True,
        force_collision_mesh=False,
    )
    volume = sum(mesh.volume for mesh in robot.collision_scene.geometry.values())
    capsule = np.pi * 0.03**2 * 0.2 + 2 * 4 / 3 * np.pi * 0.03**3  # both ends are whole balls
    boxes = 8 * 0.1 * 0.2 * 0.3 + 4 / 3 * np.pi * 0.1**3
    ellipsoid = 4 / 3 * np.pi * 0.03 * 0.05 * 0.1
    # Balls are polyhedra here.
    assert volume == pytest.approx(capsule + boxes + ellipsoid, rel=0.01)


def test_meshes_are_found_by_uri_and_by_package(tmp_path: Path) -> None:
    model = load_body("legs80").model
    text = write_urdf(model, tmp_path / "with blank", base=ROOT_TO_BASE).read_text()
    robot = load(text)
    files = {v.geometry.mesh.filename for link in robot.robot.links for v in link.visuals}
    assert files
    for file in files:
        assert urlsplit(file).scheme == "file"
        assert Path(unquote(urlsplit(file).path)).stat().st_size > 84
    other = urdf_text(model, base=ROOT_TO_BASE, mesh_prefix="package://my_robot/meshes/")
    assert 'filename="package://my_robot/meshes/' in other
    assert "file://" not in other


def test_a_sphere_is_round_and_closed() -> None:
    triangles = unit_sphere()
    np.testing.assert_allclose(np.linalg.norm(triangles, axis=-1), 1.0, atol=1e-12)
    a, b, c = np.moveaxis(triangles, 1, 0)
    normals = np.cross(b - a, c - a)
    assert (np.sum(normals * a, axis=1) > 0.0).all()  # outwards
    np.testing.assert_allclose(normals.sum(axis=0), 0.0, atol=1e-12)


@pytest.mark.parametrize(
    ("world", "complaint"),
    [
        ('<body name="a"><geom size="1"/></body>', "free joint must stand in the world.*: a"),
        ("", "there is: none"),
        (
            '<body name="a"><freejoint/><geom size="1"/>'
            '<body name="b"><joint name="ball" type="ball"/><geom size="1"/></body></body>',
            "joint 'ball' is neither a hinge nor a slide",
        ),
        (
            '<body name="a"><freejoint/><geom size="1"/>'
            '<body name="b"><joint name="c"/><joint/><geom size="1"/>'
            '<body name="c_link"><geom size="1"/></body></body></body>',
            "several links would be called 'c_link'",
        ),
    ],
)
def test_a_model_that_is_no_such_tree_is_refused(world: str, complaint: str) -> None:
    model = mujoco.MjModel.from_xml_string(f"<mujoco><worldbody>{world}</worldbody></mujoco>")
    with pytest.raises(LinkTreeError, match=complaint):
        link_tree(model, ROOT_TO_BASE)
