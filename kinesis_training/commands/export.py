# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""`kinesis export`: a run becomes the one ONNX file that the policy node loads."""

import os
from pathlib import Path
from typing import Annotated

import torch
import typer
from rich.console import Console

from kinesis_ros.commands.errors import CommandError
from kinesis_ros.core.body import load_body
from kinesis_ros.core.clip import ClipError
from kinesis_ros.core.policy import PolicyContractError, PolicyMetadata, PolicySession
from kinesis_training.exporting import export_coordinated, export_direct, provenance
from kinesis_training.run import (
    DistillationRunConfig,
    RunError,
    build_network,
    build_student,
    load_run_config,
    load_weights,
)


def export(
    run: Annotated[Path, typer.Argument(help="Run folder of finetune, skeleton or distil.")],
    out: Annotated[Path, typer.Option("--out", help="ONNX file to write.")] = Path("policy.onnx"),
) -> None:
    """Write a trained policy as ONNX, with its torch weights beside it (.pt).

    Example: kinesis export runs/finetune --out legs80_coordinated.onnx
    """
    try:
        config = load_run_config(run)
        weights = load_weights(run)
        body = load_body(config.body)
        if isinstance(config, DistillationRunConfig):
            student = build_student(config)
            student.load_state_dict(weights)
            metadata = PolicyMetadata.describe(body, "direct", 1.0, provenance(run, config.clips))
            export_direct(student, metadata, out)
        else:
            network = build_network(config)
            network.load_state_dict(weights)
            scale = config.imitation.action_scale
            metadata = PolicyMetadata.describe(
                body, "coordinated", scale, provenance(run, config.clips, config.labels)
            )
            export_coordinated(network.actor, metadata, out)
        session = PolicySession.load(out, body)
    except (RunError, ClipError, PolicyContractError) as error:
        raise CommandError(str(error)) from error
    except RuntimeError as error:  # weights of another network shape
        raise CommandError(f"weights in '{run}' do not fit its config.json: {error}") from error
    _save_weights(weights, out.with_suffix(".pt"))
    size = out.stat().st_size / 1e6
    Console().print(f"wrote {out} ({size:.1f} MB, {session.metadata.control}) and its weights")


def _save_weights(weights: dict[str, torch.Tensor], path: Path) -> None:
    beside = path.with_name(f".{path.name}.partial")
    torch.save({"network": weights}, beside)
    os.replace(beside, path)
