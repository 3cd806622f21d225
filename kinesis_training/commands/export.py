# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""`kinesis export`: a run becomes the one ONNX file that the policy node loads; gaits, too."""

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from kinesis_ros.commands.errors import CommandError
from kinesis_ros.core.body import load_body
from kinesis_ros.core.clip import ClipError
from kinesis_ros.core.gaits import GaitError, Gaits
from kinesis_ros.core.policy import (
    PolicyContractError,
    PolicyMetadata,
    PolicySession,
    read_metadata,
)
from kinesis_training.assembly import (
    Replacement,
    mean_network,
    read_replacements,
    replace_experts,
)
from kinesis_training.exporting import export_coordinated, export_direct, provenance
from kinesis_training.gait_network import INPUTS, OUTPUTS, export_gaits
from kinesis_training.run import load_student, trainable_parts
from kinesis_training.run_config import (
    AnyRunConfig,
    DistillationRunConfig,
    RunError,
    load_run_config,
)
from kinesis_training.weights import WeightsError, load_network, mixture, save_weights


def export(
    run: Annotated[
        Path,
        typer.Argument(
            help="Run folder of skeleton, finetune, gate or distil; exported weights (.pt) of a "
            "coordinated policy, its ONNX file beside them; or gait coefficients (.npz) of "
            "`kinesis train generator`."
        ),
    ],
    out: Annotated[Path, typer.Option("--out", help="ONNX file to write.")] = Path("policy.onnx"),
    expert: Annotated[
        list[str] | None,
        typer.Option(
            "--expert",
            metavar="NUMBER=RUN",
            help="Another run's expert in place of this one of the mixture; may be repeated. Given "
            "twice for one number: the mean of their weights.",
        ),
    ] = None,
    mean: Annotated[
        list[Path] | None,
        typer.Option(
            "--mean",
            metavar="RUN",
            help="Another run of distil whose network counts as well, the experts stay those of "
            "the first; may be repeated. The mean is steadier than each.",
        ),
    ] = None,
) -> None:
    """Write a trained policy as ONNX, with its torch weights beside it (.pt), or gaits as ONNX.

    Examples:
        kinesis export runs/finetune --out legs80_coordinated.onnx

        kinesis export legs80_coordinated.pt --expert 1=runs/backward --out better.onnx

        kinesis export runs/distil --mean runs/distil2 --out legs80_direct.onnx
    """
    try:
        if run.suffix == ".npz":
            _export_gaits(run, out)
        else:
            _export_policy(run, out, read_replacements(expert or ()), mean or ())
    except (GaitError, RunError, WeightsError, ClipError, PolicyContractError) as error:
        raise CommandError(str(error)) from error


def _export_gaits(file: Path, out: Path) -> None:
    export_gaits(Gaits.load(file), out)
    Console().print(f"wrote {out} ({', '.join(INPUTS)} -> {', '.join(OUTPUTS)})")


def _export_policy(
    run: Path, out: Path, replacements: Sequence[Replacement], others: Sequence[Path]
) -> None:
    config = None if run.suffix == ".pt" else load_run_config(run)
    try:
        if isinstance(config, DistillationRunConfig):
            if replacements:
                raise RunError(f"'{run}' holds a direct policy: distil it again from other experts")
            weights, metadata = _export_direct(config, run, others, out)
        elif others:
            raise RunError(f"'{run}' is no run of distil: give --expert twice for the mean of two")
        else:
            metadata = _metadata_beside(run) if config is None else _metadata_of(config, run)
            weights, metadata = _export_mixture(run, metadata, replacements, out)
        session = PolicySession.load(out, load_body(metadata.body))
    except RuntimeError as error:  # weights of another network shape
        raise RunError(f"weights in '{run}' do not fit: {error}") from error
    save_weights(weights, out.with_suffix(".pt"))
    size = out.stat().st_size / 1e6
    Console().print(f"wrote {out} ({size:.1f} MB, {session.metadata.control}) and its weights")


def _export_direct(
    config: DistillationRunConfig, run: Path, others: Sequence[Path], out: Path
) -> tuple[dict[str, Any], PolicyMetadata]:
    student = load_student(config, run)
    origin = provenance(run, config.clips, config.labels)
    if others:
        networks = {str(folder): load_network(folder) for folder in (run, *others)}
        student.load_state_dict(mean_network(networks, ("layers.", "normaliser.")))
        origin["mean_with"] = [_origin(other) for other in others]
    body = load_body(config.body)
    metadata = PolicyMetadata.describe(body, "direct", 1.0, origin, config.embodiment)
    export_direct(student, metadata, out)
    return {"network": student.state_dict()}, metadata


def _export_mixture(
    run: Path, metadata: PolicyMetadata, replacements: Sequence[Replacement], out: Path
) -> tuple[dict[str, Any], PolicyMetadata]:
    experts, gate = trainable_parts(run)
    experts = replace_experts(experts, replacements)
    origin = metadata.provenance | _origins(replacements, metadata.provenance)
    metadata = dataclasses.replace(metadata, provenance=origin)
    export_coordinated(mixture(experts, gate, str(run)), metadata, out)
    return {"experts": experts, "gate": gate}, metadata


def _metadata_of(config: AnyRunConfig, run: Path) -> PolicyMetadata:
    """Of a coordinated policy in a run folder."""
    origin = provenance(run, config.clips, config.labels)
    scale = config.imitation.action_scale
    body = load_body(config.body)
    return PolicyMetadata.describe(body, "coordinated", scale, origin, config.embodiment)


def _metadata_beside(weights: Path) -> PolicyMetadata:
    """Of exported weights: it stands in the ONNX file beside them."""
    metadata = read_metadata(weights.with_suffix(".onnx"))
    if metadata.control != "coordinated":
        raise RunError(
            f"'{weights}' holds a {metadata.control} policy: it has no experts to replace"
        )
    return metadata


def _origins(replacements: Sequence[Replacement], before: dict[str, Any]) -> dict[str, Any]:
    """Where the experts came from that were replaced, by their numbers."""
    if not replacements:
        return {}
    origins: dict[str, Any] = {}
    for replacement in replacements:
        origins.setdefault(str(replacement.expert), []).append(_origin(replacement.source))
    return {"experts": before.get("experts", {}) | origins}


def _origin(source: Path) -> dict[str, Any]:
    """Where the weights in a run folder or a file come from."""
    if not source.is_dir():
        return {"weights": source.name}
    config = load_run_config(source)
    return provenance(source, config.clips, config.labels)
