# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""`kinesis export-urdf`: a body for RViz, MoveIt, Foxglove and whatever else reads URDF."""

from pathlib import Path
from typing import Annotated

import typer

from kinesis_ros.bodies import write_description
from kinesis_ros.console import FAILED, CommandError
from kinesis_ros.core.body import load_body
from urdf_mjcf.registry import BODY_NAMES, DEFAULT_BODY, UnknownBodyError
from urdf_mjcf.urdf import MESH_FOLDER


def export_urdf(
    out: Annotated[Path, typer.Option(help="Folder to write into; made if it does not exist.")],
    body: Annotated[
        str, typer.Option(help=f"Body to write. One of {', '.join(BODY_NAMES)}.")
    ] = DEFAULT_BODY,
    mesh_prefix: Annotated[
        str,
        typer.Option(
            help="Prefix of the meshes' file names, e.g. package://my_robot/meshes/. "
            "Default: the folder's file:// URI."
        ),
    ] = "",
) -> None:
    """Write a body as URDF, with the meshes of its bones as STL files beside it.

    The root is base_link. Joints have the names of /joint_states, which also gives the coupled
    coordinates of knee and spine: their polynomials are not linear, as <mimic> would need.

    Example: kinesis export-urdf --body full416 --out my_robot/urdf
    """
    if out.exists() and not out.is_dir():
        raise CommandError(f"'{out}' is a file; --out takes a folder")
    try:
        path = write_description(load_body(body), out, mesh_prefix or None)
    except UnknownBodyError as error:
        raise CommandError(str(error)) from error
    except OSError as error:
        raise CommandError(
            f"cannot write '{error.filename or out}': {error.strerror}", FAILED
        ) from error
    meshes = list((out / MESH_FOLDER).glob("*.stl"))
    size = 1e-6 * sum(mesh.stat().st_size for mesh in meshes)
    typer.echo(f"'{path}' with {len(meshes)} meshes, {size:.1f} MB")
