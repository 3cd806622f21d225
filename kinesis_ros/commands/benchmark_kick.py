# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""`kinesis benchmark kick`: penalties, without and with a goalkeeper."""

import dataclasses
from typing import Annotated, Any

import typer
from rich.console import Console

from kinesis_ros.commands.benchmark_options import (
    Bodiless,
    JsonFile,
    Subject,
    print_rows,
    takes_subject,
    until_stopped,
)
from kinesis_ros.console import write_json

_SHOWN = 20  # failures
_COLUMNS = ("target_y", "crossing_y", "ball_speed_m_s", "goal", "standing", "why")


@takes_subject
def kick(
    subject: Subject,
    n: Annotated[int, typer.Option(min=1, help="Number of penalties.")] = 100,
    keeper: Annotated[bool, typer.Option("--keeper", help="Add a goalkeeper.")] = False,
    seed: Annotated[int, typer.Option(min=0, help="Seed of places and aims.")] = 0,
    bodiless: Bodiless = False,
    json_file: JsonFile = None,
) -> None:
    """Let the body take penalties and count the goals.

    With --reference, a body that is always exactly on its reference kicks the simulated ball.

    Example: kinesis benchmark kick --n 100 --keeper --json kick.json
    """
    from kinesis_ros.benchmarks import kick as protocol

    kicker = _kicker(subject, keeper=keeper, bodiless=bodiless)
    console = Console()
    tasks = list(protocol.tasks(n, seed, keeper=keeper))
    trials = [
        protocol.try_kick(kicker, task, keeper=keeper)
        for task in until_stopped(tasks, "kicking", console)
    ]
    s = protocol.summarise(trials, keeper=keeper)
    failed = [trial for trial in trials if not (trial.goal and trial.standing)]
    print_rows(console, "No goal, or fallen", failed, _COLUMNS, _SHOWN)
    speed = "-" if s.mean_ball_speed_m_s is None else f"{s.mean_ball_speed_m_s:.1f} m/s"
    error = "-" if s.median_aim_error_m is None else f"{s.median_aim_error_m:.2f} m"
    console.print(
        f"{s.n} penalties {'with' if keeper else 'without'} a keeper: {s.goals:.1%} goals, "
        f"{s.goals_by_reference_rule:.1%} by the reference rule, {s.standing:.1%} still standing, "
        f"ball {speed}, median aiming error {error}"
    )
    if json_file is not None:
        write_json(
            json_file,
            {
                "protocol": protocol.PROTOCOL,
                "trials": [dataclasses.asdict(trial) for trial in trials],
                "summary": dataclasses.asdict(s),
            },
        )


def _kicker(subject: Subject, *, keeper: bool, bodiless: bool) -> Any:  # noqa: ANN401 a Kicker
    from kinesis_ros.benchmarks.kick import BodyKicker, GhostKicker
    from kinesis_ros.core.body import load_body
    from kinesis_ros.core.plans import CAPABILITIES
    from kinesis_ros.core.rollout import GoalReference

    scene = "penalty_keeper" if keeper else "penalty"
    # Measured whether or not the table of capabilities says that the policy can do it.
    reference = GoalReference(able=dataclasses.replace(CAPABILITIES, kick=True))
    if bodiless:
        return GhostKicker(reference, load_body(subject.body, scene))
    return BodyKicker(subject.rollout(reference, scene))
