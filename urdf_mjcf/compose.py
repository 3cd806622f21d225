# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Composition of the musculoskeletal bodies from the `myo-sim` package with MjSpec.

Nothing of myo-sim is copied: each body is built from the installed package, its room is
replaced by a wide floor at z = 0, and the fast skeleton is cut from the very same spec.
"""

import contextlib
import re
import warnings
from collections.abc import Iterator

import mujoco
from myo_sim.build import compose as myo_compose

from urdf_mjcf.registry import STIFF_CONTACT_TIME, find_body

_COUPLED_KNEE_JOINT = re.compile(r"knee_angle_(?:beta_)?(?:translation|rotation)\d_[rl]$")
_FEET = re.compile(r"(calcn|toes)_[rl]$")
_NET_FORCE = 3  # reduction of a contact sensor: one wrench for all contacts, in world axes
_FLOOR_HALF_LENGTH = 500.0  # [m] a body walking at 1.5 m/s stays on it for five minutes


def build_spec(name: str, foot_contact_time: float = STIFF_CONTACT_TIME) -> mujoco.MjSpec:
    """Compose a body with muscles, standing on a plain floor at z = 0.

    Args:
        name: one of `registry.BODIES`.
        foot_contact_time: time constant of the contact between foot and floor [s].

    Returns:
        The uncompiled spec.

    Raises:
        UnknownBodyError: with the names that exist.
    """
    row = find_body(name)
    with quiet_composition():
        spec = row.build()
    _replace_room_by_floor(spec)
    _pad_feet(spec, foot_contact_time)
    _limit_activation(spec)
    _remove_what_nothing_reads(spec)
    _feel_the_floor(spec)
    spec.modelname = name
    return spec


def build_skeleton_spec(name: str, foot_contact_time: float = STIFF_CONTACT_TIME) -> mujoco.MjSpec:
    """Compose the body `name` without muscles, tendons, sensors and coupled knee joints.

    The knee's small coupled translations and rotations stay at their values for a straight
    leg, the patella is fixed. This halves the degrees of freedom: 34 to 20 for the legs.
    """
    spec = build_spec(name, foot_contact_time)
    for elements in (
        *(spec.actuators, spec.tendons, spec.sensors),
        *(spec.sites, spec.equalities, spec.pairs),
    ):
        for element in list(elements):
            spec.delete(element)
    for joint in list(spec.joints):
        if _COUPLED_KNEE_JOINT.match(joint.name):
            spec.delete(joint)
    return spec


@contextlib.contextmanager
def quiet_composition() -> Iterator[None]:
    """Silence MuJoCo's 'empty prefix' notes: myo-sim attaches its parts that way on purpose."""
    previous = mujoco.get_mju_user_warning()
    mujoco.set_mju_user_warning(lambda _message: None)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message=".*empty prefix.*")
            yield
    finally:
        mujoco.set_mju_user_warning(previous)


def build_from_myo_sim(name: str) -> mujoco.MjSpec:
    """A body that myo-sim's own registry has."""
    return myo_compose.build_spec(name)


def build_legs_and_back() -> mujoco.MjSpec:
    """Legs under the torso with its 210 muscles, as `myolegs` but not made passive."""
    spec = myo_compose.build_torso_spec(myo_compose.MODEL_REGISTRY["myolegs"])
    root = spec.body("Full Body")
    root.add_freejoint(name="root")
    frame = root.add_frame(name="legs_attach")
    spec.attach(myo_compose.build_legs_spec(), prefix="", suffix="", frame=frame)
    return spec


def _pad_feet(spec: mujoco.MjSpec, contact_time: float) -> None:
    # The floor's constant counts as much as the foot's: MuJoCo takes the mean of the two.
    geoms = [geom for body in spec.bodies if _FEET.match(body.name) for geom in body.geoms]
    for geom in (*geoms, spec.geom("floor")):
        geom.solref = [contact_time, 1.0]


def _limit_activation(spec: mujoco.MjSpec) -> None:
    # One Euler step of 1/150 s at full excitation would take a resting muscle to 1.33.
    for actuator in spec.actuators:
        actuator.actlimited = 1
        actuator.actrange = [0.0, 1.0]


def _remove_what_nothing_reads(spec: mujoco.MjSpec) -> None:
    """Delete sensors, and sites that no tendon passes, and spare work that one body does not need.

    Three quarters of the sites of the legs belong to muscles of the passive torso; moving them
    along is a thirtieth of a physics step. One body has no use for islands of constraints, and
    its few geoms collide faster without trees of bounding volumes: a twentieth.
    """
    used = set()
    for tendon in spec.tendons:
        for i in range(len(tendon.path)):
            wrap = tendon.path[i]
            if wrap.type == mujoco.mjtWrap.mjWRAP_SITE:
                used.add(wrap.target.name)
            if wrap.sidesite is not None:
                used.add(wrap.sidesite.name)
    for sensor in list(spec.sensors):
        spec.delete(sensor)
    for site in list(spec.sites):
        if site.name not in used:
            spec.delete(site)
    flags = mujoco.mjtDisableBit.mjDSBL_MIDPHASE | mujoco.mjtDisableBit.mjDSBL_ISLAND
    spec.option.disableflags |= int(flags)


def _feel_the_floor(spec: mujoco.MjSpec) -> None:
    """Add a sensor of the whole force that each foot exerts on the floor, in world axes."""
    for side in "rl":
        sensor = spec.add_sensor(
            name=f"floor_{side}",
            type=mujoco.mjtSensor.mjSENS_CONTACT,
            objtype=mujoco.mjtObj.mjOBJ_XBODY,  # the foot with its toes
            objname=f"calcn_{side}",
            reftype=mujoco.mjtObj.mjOBJ_GEOM,
            refname="floor",
        )
        sensor.intprm[0] = 1 << int(mujoco.mjtConDataField.mjCONDATA_FORCE)
        sensor.intprm[1], sensor.intprm[2] = _NET_FORCE, 1


def _replace_room_by_floor(spec: mujoco.MjSpec) -> None:
    # In the spec, before compile: a floor moved afterwards loses its contacts, because the
    # static bounding volumes are made when the model is compiled.
    for geom in list(spec.worldbody.geoms):
        spec.delete(geom)
    spec.worldbody.add_geom(
        name="floor",
        type=mujoco.mjtGeom.mjGEOM_PLANE,
        size=[_FLOOR_HALF_LENGTH, _FLOOR_HALF_LENGTH, 1.0],
        condim=3,
        contype=1,
        conaffinity=1,
        rgba=[0.82, 0.84, 0.86, 1.0],
    )
