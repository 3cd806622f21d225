# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Options that several stages of training have."""

from pathlib import Path
from typing import Annotated

import typer

Clips = Annotated[
    list[Path],
    typer.Option("--clips", help="Folder of clips made by `kinesis import`; may be repeated."),
]
Run = Annotated[Path, typer.Option("--run", help="Run folder; continued if it exists.")]
Steps = Annotated[float, typer.Option("--steps", min=0.0, help="Millions of control steps in all.")]
Labels = Annotated[
    list[str] | None,
    typer.Option("--label", help="Use only clips of this kind; may be repeated."),
]
Initial = Annotated[
    Path | None, typer.Option("--from", help="Run folder or weights (.pt) to start from.")
]
InitialExpert = Annotated[
    int | None,
    typer.Option(
        "--expert",
        min=0,
        help="Which expert of the weights that --from names; without it, all and their gate.",
    ),
]
Seed = Annotated[int, typer.Option("--seed", help="Seed of everything random.")]
Envs = Annotated[int, typer.Option("--envs", min=1, help="Bodies simulated side by side.")]
Workers = Annotated[int, typer.Option("--workers", min=1, help="Threads that step them.")]
Horizon = Annotated[
    int, typer.Option("--horizon", min=8, help="Control steps per body and iteration.")
]
Distance = Annotated[
    float,
    typer.Option("--distance", min=0.01, help="Episodes fail beyond this mean distance [m]."),
]
Leash = Annotated[
    float,
    typer.Option(
        "--leash",
        min=0.0,
        max=1.0,
        help="Share of episodes whose clip waits for the body, as references of goals do.",
    ),
]
Noise = Annotated[
    float,
    typer.Option(
        "--noise", min=0.001, help="Exploration keeps at least this std, in units of the action."
    ),
]
Variation = Annotated[
    float,
    typer.Option(
        "--variation",
        min=0.0,
        max=2.0,
        help="How much bodies differ in mass, strength, lag and friction: 0 not at all.",
    ),
]
