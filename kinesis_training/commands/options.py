# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Options that several stages of training have."""

from pathlib import Path
from typing import Annotated

import typer

from kinesis_ros.core.coordination import Weighting
from kinesis_training.run_config import TRAINED

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
_INHERITED = "default: as what --from names, or else {}."
Effort = Annotated[
    float | None,
    typer.Option(
        "--effort",
        min=0.001,
        help="Load sharing: weight of squared activation against squared torque error; "
        + _INHERITED.format(TRAINED.coordination.effort),
    ),
]
MuscleWeighting = Annotated[
    Weighting | None,
    typer.Option(
        "--weighting",
        help="Load sharing: what a muscle's activation costs; "
        + _INHERITED.format(TRAINED.coordination.weighting),
    ),
]
ContactTime = Annotated[
    float | None,
    typer.Option(
        "--contact-time",
        min=0.005,
        max=0.5,
        help="Time constant of the contact between foot and floor [s]; "
        + _INHERITED.format(TRAINED.foot_contact_time),
    ),
]
EffortPrice = Annotated[
    float,
    typer.Option("--effort-price", min=0.0, help="Reward lost per mean squared activation."),
]
Moments = Annotated[
    float,
    typer.Option(
        "--moments", min=0.0, help="Reward of joint moments like people's where the clip walks."
    ),
]
Forces = Annotated[
    float,
    typer.Option(
        "--forces", min=0.0, help="Reward of ground reactions like people's where the clip walks."
    ),
]
Impact = Annotated[
    float,
    typer.Option(
        "--impact", min=0.0, help="Price of a vertical force above people's [1/body weight]."
    ),
]
Jerks = Annotated[
    float,
    typer.Option("--jerks", min=0.0, help="Price of moments that change quickly, above 6 Hz."),
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
