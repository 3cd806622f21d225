# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""`kinesis train people`: the curves of people that the physiology benchmark compares with."""

from pathlib import Path
from typing import Annotated

import typer

from kinesis_ros.console import CommandError
from kinesis_ros.physiology.people import PeopleError
from kinesis_training.fitting import people as sources


def people(
    measured: Annotated[
        Path, typer.Argument(help="Folder with the tables of Falisse 2019 and Santuz.")
    ],
    trial: Annotated[
        Path, typer.Argument(help="Folder of the OpenSim trial: example3DWalking/ and derived/.")
    ],
    out: Annotated[Path, typer.Option(help="Folder to write into.")] = Path(
        "kinesis_ros/data/physiology"
    ),
) -> None:
    """Make mean curves and bands of published measurements of people; none of it trains anything.

    Example: kinesis train people physiology motions/opensim --out curves
    """
    if not out.is_dir():
        raise CommandError(f"there is no folder '{out}'")
    try:
        for source, curves in sources.read_all(measured, trial):
            typer.echo(sources.write(out, source, curves))
    except (PeopleError, OSError) as error:
        raise CommandError(str(error)) from error
