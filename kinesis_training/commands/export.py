# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""`kinesis export`: a run becomes the one ONNX file that the policy node loads; gaits, too."""

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from kinesis_ros.console import CommandError
from kinesis_ros.core.body import load_body
from kinesis_ros.core.gait import GaitError, Gaits
from kinesis_ros.core.motion import ClipError
from kinesis_ros.core.policy import (
    PolicyContractError,
    PolicyMetadata,
    PolicySession,
    read_metadata,
)
from kinesis_training.checkpoints import (
    Replacement,
    WeightsError,
    load_network,
    mean_network,
    read_replacements,
    replace_experts,
    save_weights,
)
from kinesis_training.checkpoints.weights import mixture
from kinesis_training.networks import DirectStudent
from kinesis_training.runs import (
    STAGES,
    RunError,
    StageConfig,
    export_coordinated,
    export_direct,
    export_gaits,
    find_stage,
    load_run_config,
    trainable_parts,
)
from kinesis_training.runs.exporting import provenance
from kinesis_training.runs.gait_network import INPUTS, OUTPUTS


def export(
    run: Annotated[
        Path,
        typer.Argument(
            help=f"Run folder of {', '.join(STAGES)}; exported weights (.pt) of a "
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
            help="Replace this expert of the mixture by another run's; may be repeated. Given "
            "twice for one number, the mean of their weights is taken.",
        ),
    ] = None,
    mean: Annotated[
        list[Path] | None,
        typer.Option(
            "--mean",
            metavar="RUN",
            help="Another run of distil to take the mean of the networks with; the experts stay "
            "those of the first run; may be repeated. The mean is steadier than each of them.",
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
        load_direct = config and find_stage(config.stage).load_direct
        if config and load_direct:
            if replacements:
                raise RunError(f"'{run}' holds a direct policy: distil it again from other experts")
            student = load_direct(config, run)
            weights, metadata = _export_direct(student, config, run, others, out)
        elif others:
            raise RunError(
                f"'{run}' is not a run of distil: give --expert twice for the mean of two"
            )
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
    student: DirectStudent, config: StageConfig, run: Path, others: Sequence[Path], out: Path
) -> tuple[dict[str, Any], PolicyMetadata]:
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


def _metadata_of(config: StageConfig, run: Path) -> PolicyMetadata:
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
