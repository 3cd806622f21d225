# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""From trained weights to the one ONNX file that is shipped."""

import contextlib
import io
import json
import logging
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import onnx
import torch
from torch import Tensor, nn

from kinesis_ros.core.policy import MUSCLE_SIGNALS, OBSERVATION_SIZE, PolicyMetadata
from kinesis_ros.core.policy.session import METADATA_KEY
from kinesis_ros.files import written_whole
from kinesis_training.clips import Corpus, load_clips
from kinesis_training.networks import DirectStudent, Mixture
from kinesis_training.runs.run_config import METRICS_FILE
from kinesis_training.runs.stages import find_stage


def export_coordinated(mixture: Mixture, metadata: PolicyMetadata, path: Path) -> None:
    """Write a coordinated policy with its metadata to an ONNX file."""
    write_onnx(
        mixture,
        {"observation": torch.zeros(2, OBSERVATION_SIZE)},
        ("action", "expert_weights"),
        metadata.to_json(),
        path,
    )


def export_direct(student: DirectStudent, metadata: PolicyMetadata, path: Path) -> None:
    """Write a direct muscle policy with its metadata to an ONNX file."""
    signals = MUSCLE_SIGNALS * len(metadata.muscles)
    write_onnx(
        student,
        {"observation": torch.zeros(2, OBSERVATION_SIZE), "muscle_state": torch.zeros(2, signals)},
        ("excitation", "expert_weights"),
        metadata.to_json(),
        path,
    )


def provenance(run: Path, clips: Sequence[str], labels: Sequence[str] = ()) -> dict[str, Any]:
    """Where a policy came from: commit, data, seed, steps and the last training metrics.

    Clip folders that are gone are named without a checksum.
    """
    record = run / METRICS_FILE
    metrics = record.read_text().splitlines() if record.exists() else []
    config = json.loads((run / "config.json").read_text())
    checksums = {}
    for folder in clips:
        loaded = load_clips(Path(folder), labels) if Path(folder).is_dir() else []
        checksums[Path(folder).name] = Corpus.of(loaded).checksum() if loaded else None
    return {
        "commit": (run / "commit.txt").read_text().strip(),
        "stage": config["stage"],
        "clips": checksums,
        "labels": list(labels),
        "seed": config[find_stage(config["stage"]).learner]["seed"],
        "last_metrics": json.loads(metrics[-1]) if metrics else {},
    }


def write_onnx(
    module: nn.Module,
    inputs: dict[str, Tensor],
    outputs: tuple[str, ...],
    metadata: str,
    path: Path,
) -> None:
    """Trace `module`, batch first and of any batch size, and write it with its metadata.

    Args:
        module: deterministic module.
        inputs: example inputs by name, each (batch, size).
        outputs: names of the outputs.
        metadata: JSON that goes into the file.
        path: of the ONNX file; replaced at once when complete.
    """
    batch = torch.export.Dim("batch")
    path.parent.mkdir(parents=True, exist_ok=True)
    with _quiet():
        program = torch.onnx.export(
            module.eval(),
            tuple(inputs.values()),
            input_names=list(inputs),
            output_names=list(outputs),
            dynamic_shapes=tuple({0: batch} for _ in inputs),
            dynamo=True,
        )
    if program is None:
        raise RuntimeError("torch.onnx.export returned no program")
    model = program.model_proto
    for node in model.graph.node:  # the exporter notes the source lines of the machine it ran on
        del node.metadata_props[:]
        node.doc_string = ""
    entry = model.metadata_props.add()
    entry.key, entry.value = METADATA_KEY, metadata
    onnx.checker.check_model(model)
    with written_whole(path) as beside:
        beside.write_bytes(model.SerializeToString())


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """The exporter reports its progress on standard output; a command has its own."""
    level = logging.getLogger("torch.onnx").level
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.getLogger("torch.onnx").setLevel(level)
