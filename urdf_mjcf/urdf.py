# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""A body as URDF: links with their bones, inertia and contact shapes, joints with their limits.

Links that are only a part of a joint's chain, and bodies without mass, have no <inertial>: a zero
one would be refused by some readers, an invented one would be wrong. `base_link` has none either,
as tf's root should not.
"""

import re
import urllib.parse
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import mujoco
import numpy as np

from kinesis_ros.files import write_text
from urdf_mjcf.links import BASE_LINK, LinkJoint, link_tree
from urdf_mjcf.meshes import mesh_file, unit_sphere, write_meshes, write_stl

MESH_FOLDER = "meshes"

_SPHERE_FILE = "unit_sphere.stl"
_LEAST_MASS = 1e-6  # [kg]
_TURN_SPEED, _SLIDE_SPEED = 25.0, 2.0  # [rad/s], [m/s] faster than people move
_FAR = 1e3  # [m]
_MESH = int(mujoco.mjtGeom.mjGEOM_MESH)
_SPHERE = int(mujoco.mjtGeom.mjGEOM_SPHERE)
_CAPSULE = int(mujoco.mjtGeom.mjGEOM_CAPSULE)
_ELLIPSOID = int(mujoco.mjtGeom.mjGEOM_ELLIPSOID)
_CYLINDER = int(mujoco.mjtGeom.mjGEOM_CYLINDER)
_BOX = int(mujoco.mjtGeom.mjGEOM_BOX)


def write_urdf(
    model: mujoco.MjModel,
    folder: Path,
    *,
    base: np.ndarray,
    mesh_prefix: str | None = None,
    effort: Mapping[str, float] | None = None,
) -> Path:
    """Write FOLDER/NAME.urdf and its meshes, where NAME is the model's.

    Args:
        model: a body on the floor, as `compose.build_spec` makes them.
        folder: is made if it does not exist.
        base: (4,) orientation of base_link in the root body, (w, x, y, z).
        mesh_prefix: what stands before the file names of the meshes, e.g.
            'package://my_robot/meshes/'; default: the folder as a file:// URI.
        effort: largest torque of the joints that have one of their own [N m]; others get 0.

    Returns:
        The URDF's path; it is written last.

    Raises:
        LinkTreeError: the model cannot be a URDF.
        OSError: a file cannot be written.
    """
    meshes = (folder / MESH_FOLDER).resolve()
    text = urdf_text(
        model, base=base, mesh_prefix=mesh_prefix or f"{meshes.as_uri()}/", effort=effort
    )
    meshes.mkdir(parents=True, exist_ok=True)
    write_meshes(model, {int(model.geom_dataid[g]) for g in _visuals(model)}, meshes)
    write_stl(meshes / _SPHERE_FILE, unit_sphere())
    path = folder / f"{_model_name(model)}.urdf"
    write_text(path, text)
    return path


def urdf_text(
    model: mujoco.MjModel,
    *,
    base: np.ndarray,
    mesh_prefix: str,
    effort: Mapping[str, float] | None = None,
) -> str:
    """The URDF alone; see `write_urdf`."""
    joints = link_tree(model, base)
    robot = ElementTree.Element("robot", name=_model_name(model))
    ElementTree.SubElement(robot, "link", name=BASE_LINK)
    shapes = _Shapes(model, mesh_prefix)
    for joint in joints:
        link = ElementTree.SubElement(robot, "link", name=joint.child)
        if joint.body >= 0:
            _add_inertial(link, model, joint.body)
            shapes.add(link, joint.body)
    for joint in joints:
        _add_joint(robot, joint, effort or {})
    ElementTree.indent(robot)
    return ElementTree.tostring(robot, encoding="unicode", xml_declaration=True) + "\n"


class _Shapes:
    """Adds what can be seen of a body, and what touches the floor."""

    def __init__(self, model: mujoco.MjModel, mesh_prefix: str) -> None:
        self._model, self._prefix = model, mesh_prefix
        self._visuals, self._contacts = set(_visuals(model)), set(_contacts(model))

    def add(self, link: ElementTree.Element, body: int) -> None:
        first = self._model.body_geomadr[body]
        for geom in range(first, first + self._model.body_geomnum[body]):
            if geom in self._visuals:
                self._add_bone(link, geom)
            elif geom in self._contacts:
                self._add_contact(link, geom)

    def _add_bone(self, link: ElementTree.Element, geom: int) -> None:
        model = self._model
        visual = ElementTree.SubElement(link, "visual")
        _add_origin(visual, model.geom_pos[geom], model.geom_quat[geom])
        self._add_mesh(visual, mesh_file(model, int(model.geom_dataid[geom])), None)
        material = model.geom_matid[geom]
        colour = model.mat_rgba[material] if material >= 0 else model.geom_rgba[geom]
        rgba = _numbers(np.round(colour.astype(float), 4))
        element = ElementTree.SubElement(visual, "material", name=f"rgba {rgba}".replace(" ", "_"))
        ElementTree.SubElement(element, "color", rgba=rgba)

    def _add_contact(self, link: ElementTree.Element, geom: int) -> None:
        """URDF has no capsules and no ellipsoids: three shapes, and a scaled sphere."""
        model = self._model
        kind, size = model.geom_type[geom], model.geom_size[geom]
        position, quaternion = model.geom_pos[geom], model.geom_quat[geom]
        if kind == _ELLIPSOID:
            shape = self._add_collision(link, position, quaternion)
            self._add_mesh(shape, _SPHERE_FILE, size)
        elif kind == _SPHERE:
            shape = self._add_collision(link, position, quaternion)
            _add_geometry(shape, "sphere", radius=size[:1])
        elif kind == _BOX:
            shape = self._add_collision(link, position, quaternion)
            _add_geometry(shape, "box", size=2.0 * size)
        else:
            shape = self._add_collision(link, position, quaternion)
            _add_geometry(shape, "cylinder", radius=size[:1], length=2.0 * size[1:2])
            for end in (-1.0, 1.0) if kind == _CAPSULE else ():
                tip = np.empty(3)
                mujoco.mju_rotVecQuat(tip, np.array([0.0, 0.0, end * size[1]]), quaternion)
                shape = self._add_collision(link, position + tip, quaternion)
                _add_geometry(shape, "sphere", radius=size[:1])

    def _add_collision(
        self, link: ElementTree.Element, position: np.ndarray, quaternion: np.ndarray
    ) -> ElementTree.Element:
        element = ElementTree.SubElement(link, "collision")
        _add_origin(element, position, quaternion)
        return element

    def _add_mesh(self, parent: ElementTree.Element, file: str, scale: np.ndarray | None) -> None:
        geometry = ElementTree.SubElement(parent, "geometry")
        mesh = ElementTree.SubElement(
            geometry, "mesh", filename=self._prefix + urllib.parse.quote(file)
        )
        if scale is not None:
            mesh.set("scale", _numbers(scale))


def _visuals(model: mujoco.MjModel) -> Iterator[int]:
    """Geoms that are bones."""
    for geom in range(model.ngeom):
        if model.geom_type[geom] == _MESH and model.geom_bodyid[geom] > 0:
            yield geom


def _contacts(model: mujoco.MjModel) -> Iterator[int]:
    """Geoms that can touch something; those that muscles wrap around cannot."""
    kinds = (_SPHERE, _CAPSULE, _ELLIPSOID, _CYLINDER, _BOX)
    for geom in range(model.ngeom):
        touches = model.geom_contype[geom] or model.geom_conaffinity[geom]
        if touches and model.geom_type[geom] in kinds:
            yield geom


def _add_inertial(link: ElementTree.Element, model: mujoco.MjModel, body: int) -> None:
    mass = model.body_mass[body]
    if mass < _LEAST_MASS:
        return
    inertial = ElementTree.SubElement(link, "inertial")
    _add_origin(inertial, model.body_ipos[body], model.body_iquat[body])
    ElementTree.SubElement(inertial, "mass", value=repr(float(mass)))
    ixx, iyy, izz = (repr(float(value)) for value in model.body_inertia[body])
    ElementTree.SubElement(
        inertial, "inertia", ixx=ixx, iyy=iyy, izz=izz, ixy="0", ixz="0", iyz="0"
    )


def _add_joint(robot: ElementTree.Element, joint: LinkJoint, effort: Mapping[str, float]) -> None:
    element = ElementTree.SubElement(robot, "joint", name=joint.name, type=joint.kind)
    _add_origin(element, joint.position, joint.quaternion)
    ElementTree.SubElement(element, "parent", link=joint.parent)
    ElementTree.SubElement(element, "child", link=joint.child)
    if joint.kind == "fixed":
        return
    ElementTree.SubElement(element, "axis", xyz=_numbers(joint.axis))
    speed = _SLIDE_SPEED if joint.kind == "prismatic" else _TURN_SPEED
    torque = repr(float(effort.get(joint.name, 0.0)))
    limit = ElementTree.SubElement(element, "limit", effort=torque, velocity=repr(speed))
    if joint.kind != "continuous":
        lower, upper = joint.limits or (-_FAR, _FAR)  # URDF has no slides without limits
        limit.set("lower", repr(lower))
        limit.set("upper", repr(upper))


def _add_geometry(parent: ElementTree.Element, kind: str, **sizes: np.ndarray) -> None:
    geometry = ElementTree.SubElement(parent, "geometry")
    ElementTree.SubElement(geometry, kind, {name: _numbers(size) for name, size in sizes.items()})


def _add_origin(parent: ElementTree.Element, position: np.ndarray, quaternion: np.ndarray) -> None:
    rpy = _roll_pitch_yaw(quaternion)
    ElementTree.SubElement(parent, "origin", xyz=_numbers(position), rpy=_numbers(rpy))


def _roll_pitch_yaw(quaternion: np.ndarray) -> np.ndarray:
    """URDF's fixed-axis angles (3,) of a rotation, exact near a pitch of a right angle too."""
    flat = np.empty(9)
    mujoco.mju_quat2Mat(flat, quaternion / np.linalg.norm(quaternion))
    m = flat.reshape(3, 3)
    yaw = np.arctan2(m[1, 0], m[0, 0])
    cosine, sine = np.cos(yaw), np.sin(yaw)
    pitch = np.arctan2(-m[2, 0], cosine * m[0, 0] + sine * m[1, 0])
    # What is left after yaw and pitch are undone, whatever yaw the gimbal lock has given.
    roll = np.arctan2(sine * m[0, 2] - cosine * m[1, 2], cosine * m[1, 1] - sine * m[0, 1])
    return np.array([roll, pitch, yaw])


def _numbers(values: Sequence[float] | np.ndarray) -> str:
    return " ".join(repr(float(value)) for value in values)


def _model_name(model: mujoco.MjModel) -> str:
    """The name that MuJoCo keeps at the start of its names."""
    name = model.names[: model.names.index(b"\0")].decode()
    return re.sub(r"[^A-Za-z0-9_.-]", "_", name) or "body"
