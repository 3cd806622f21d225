# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Flags that several stages of training have, and the fields that they set."""

import math
from pathlib import Path
from typing import Annotated

import typer

from kinesis_ros.console import Flag
from kinesis_ros.core.muscles import Weighting
from kinesis_training.runs.run_config import TRAINED

Run = Annotated[Path, typer.Option("--run", help="Run folder; continued if it exists.")]
Steps = Annotated[float, typer.Option("--steps", min=0.0, help="Millions of control steps in all.")]

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

CLIPS = Flag("clips", kind=Path, required=True)
LABELS = Flag("labels", ("--label",))
INITIAL = Flag("initial", ("--from",), kind=Path)
INITIAL_EXPERT = Flag("initial_expert", ("--expert",))
ENVS = Flag("num_envs", ("--envs",))
DISTANCE = Flag("imitation.termination_distance", ("--distance",))
LEASH = Flag("imitation.leash_share", ("--leash",))
EFFORT_PRICE = Flag("imitation.effort_weight", ("--effort-price",), limits=(0.0, None))
KINETICS = tuple(
    Flag(f"imitation.kinetics.{name}") for name in ("moments", "forces", "impact", "jerks")
)
NOISE = Flag(
    "ppo.lowest_log_std",
    ("--noise",),
    shown=lambda log_std: round(math.exp(log_std), 4),
    taken=lambda _, noise: math.log(noise),
    limits=(0.001, None),
    help="Smallest standard deviation of exploration, in units of the action.",
)
VARIATION = Flag(
    "imitation.randomisation",
    ("--variation",),
    kind=float,
    shown=lambda _: 1.0,
    taken=lambda bodies, share: bodies.scaled(share),
    limits=(0.0, 2.0),
    help="How much bodies differ in mass, strength, lag and friction; 0: not at all.",
)


def seed(learner: str) -> Flag:
    """Of a stage whose learner is configured in the field `learner`."""
    return Flag(f"{learner}.seed")


def horizon(learner: str) -> Flag:
    """Of a stage whose learner is configured in the field `learner`."""
    return Flag(f"{learner}.horizon")


def workers(learner: str) -> Flag:
    """Threads of the bodies, and of the gradient steps of the `learner`."""
    return Flag("workers", also=(f"{learner}.threads",))
