# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""A body's URDF with base_link facing x, in a folder of the user's or in the cache.

The meshes of what is published on /robot_description are in the cache, under file:// URIs: RViz
on this machine finds them with and without a ROS installation. For RViz on another machine,
export the URDF into a ROS package and let robot_state_publisher publish that.
"""

import hashlib
from pathlib import Path

from kinesis_ros.core.body import ROOT_TO_BASE, Body
from kinesis_ros.files import cache_folder
from urdf_mjcf.urdf import urdf_text, write_urdf


def write_description(body: Body, folder: Path, mesh_prefix: str | None = None) -> Path:
    """Write FOLDER/BODY.urdf and FOLDER/meshes; the URDF's path.

    Args:
        body: any body.
        folder: is made if it does not exist.
        mesh_prefix: see `urdf_mjcf.urdf.write_urdf`.

    Raises:
        OSError: a file cannot be written.
    """
    effort = dict(zip(body.joints, body.gains.torque_limit.tolist(), strict=True))
    return write_urdf(body.model, folder, base=ROOT_TO_BASE, mesh_prefix=mesh_prefix, effort=effort)


def cached_description(body: Body, cache: Path | None = None) -> str:
    """URDF whose meshes are in the cache; they are written when it is needed first.

    Args:
        body: any body.
        cache: folder; default: in the user's cache.

    Raises:
        OSError: the cache cannot be written to.
    """
    folder = (cache or cache_folder("urdf")) / f"{body.name}-{_fingerprint(body)}"
    path = folder / f"{body.name}.urdf"
    if not path.exists():  # it is written after its meshes
        path = write_description(body, folder)
    return path.read_text(encoding="utf-8")


def _fingerprint(body: Body) -> str:
    """Changes with anything that the URDF or its meshes are made of."""
    digest = hashlib.sha256(urdf_text(body.model, base=ROOT_TO_BASE, mesh_prefix="").encode())
    digest.update(body.model.mesh_vert.tobytes())
    digest.update(body.model.mesh_face.tobytes())
    return digest.hexdigest()[:12]
