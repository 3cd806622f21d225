# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""`kinesis export`: a run becomes the one ONNX file that the policy node loads; gaits, too."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from kinesis_ros.commands.errors import CommandError
from kinesis_ros.core.body import load_body
from kinesis_ros.core.clip import ClipError
from kinesis_ros.core.gaits import GaitError, Gaits
from kinesis_ros.core.policy import PolicyContractError, PolicyMetadata, PolicySession
from kinesis_training.exporting import export_coordinated, export_direct, provenance
from kinesis_training.gait_network import INPUTS, OUTPUTS, export_gaits
from kinesis_training.run import load_student, trainable_parts
from kinesis_training.run_config import DistillationRunConfig, RunError, load_run_config
from kinesis_training.weights import WeightsError, load_mixture, save_weights


def export(
    run: Annotated[
        Path,
        typer.Argument(
            help="Run folder of skeleton, finetune, gate or distil; or gait coefficients (.npz) of "
            "`kinesis train generator`."
        ),
    ],
    out: Annotated[Path, typer.Option("--out", help="ONNX file to write.")] = Path("policy.onnx"),
) -> None:
    """Write a trained policy as ONNX, with its torch weights beside it (.pt), or gaits as ONNX.

    Example: kinesis export runs/finetune --out legs80_coordinated.onnx
    """
    if run.suffix == ".npz":
        _export_gaits(run, out)
    else:
        _export_policy(run, out)


def _export_gaits(file: Path, out: Path) -> None:
    try:
        export_gaits(Gaits.load(file), out)
    except GaitError as error:
        raise CommandError(str(error)) from error
    Console().print(f"wrote {out} ({', '.join(INPUTS)} -> {', '.join(OUTPUTS)})")


def _export_policy(run: Path, out: Path) -> None:
    try:
        config = load_run_config(run)
        body = load_body(config.body)
        origin = provenance(run, config.clips, config.labels)
        if isinstance(config, DistillationRunConfig):
            student = load_student(config, run)
            metadata = PolicyMetadata.describe(body, "direct", 1.0, origin)
            export_direct(student, metadata, out)
            weights = {"network": student.state_dict()}
        else:
            scale = config.imitation.action_scale
            metadata = PolicyMetadata.describe(body, "coordinated", scale, origin)
            mixture = load_mixture(run)
            export_coordinated(mixture, metadata, out)
            experts, gate = trainable_parts(run)
            weights = {"experts": experts, "gate": gate}
        session = PolicySession.load(out, body)
    except (RunError, WeightsError, ClipError, PolicyContractError) as error:
        raise CommandError(str(error)) from error
    except RuntimeError as error:  # weights of another network shape
        raise CommandError(f"weights in '{run}' do not fit its config.json: {error}") from error
    save_weights(weights, out.with_suffix(".pt"))
    size = out.stat().st_size / 1e6
    Console().print(f"wrote {out} ({size:.1f} MB, {session.metadata.control}) and its weights")
