# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""A run of any stage as a person sees it: progress, logs, Ctrl-C, clear errors."""

import contextlib
import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer
from filelock import FileLock, Timeout
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from torch.utils.tensorboard import SummaryWriter

from kinesis_ros.console import CommandError
from kinesis_ros.core.motion import ClipError
from kinesis_ros.files import write_text
from kinesis_training.learning import Loop
from kinesis_training.parallel import present
from kinesis_training.runs import (
    METRICS_FILE,
    RunError,
    StageConfig,
    build,
    configuration_of,
    save_config,
)


def train(config: StageConfig, run: Path, millions: float) -> None:
    """Start a run, or continue it with the configuration it was started with.

    With a progress line, TensorBoard logs and a metrics file; Ctrl-C keeps the work.
    """
    with clear_errors():
        config = configuration_of(config, run)
        loop = build(config, run)
    try:
        with held(run):
            with clear_errors():
                resumed = loop.resume()
                if loop.ranks.leads:
                    save_config(config, run)
            _iterate(loop, run, round(millions * 1e6), resumed)
    finally:
        loop.env.close()


def _iterate(loop: Loop, run: Path, target: int, resumed: bool) -> None:
    """Go on until `target` of the loop's unit have been made in all; rank 0 shows how far it is."""
    if not loop.ranks.leads:
        try:
            loop.train(target)
        except KeyboardInterrupt:
            raise typer.Exit(1) from None
        return
    console, unit = Console(soft_wrap=True), loop.unit
    if resumed:
        done = f"{loop.count / 1e6:.2f} M {unit}"
        console.print(f"continuing {run} at {done}, with its configuration")
    bar = Progress(
        TextColumn(f"{{task.fields[millions]}} M {unit}"),
        BarColumn(bar_width=20),
        TimeRemainingColumn(),
        TextColumn("{task.fields[figures]}"),
        console=console,
    )
    metrics = run / METRICS_FILE
    with clear_errors():
        forget_rows(metrics, after=loop.iteration)
    # TensorBoard forgets, likewise, what came after the checkpoint that the run goes on from.
    with SummaryWriter(str(run), purge_step=loop.count + 1) as writer, bar:
        task = bar.add_task("training", total=target, completed=loop.count, millions="", figures="")
        reached = ""

        def log(progress: Any) -> None:  # noqa: ANN401 progress of any stage
            values = dataclasses.asdict(progress)
            with metrics.open("a") as stream:
                stream.write(json.dumps(values) + "\n")
            for name, value in values.items():
                writer.add_scalar(f"train/{name}", value, values[unit])
            nonlocal reached
            figures = "  ".join(f"{name} {values[name]:.4g}" for name in loop.columns)
            done = f"{values[unit] / 1e6:.2f}"
            reached = f" at {done} M {unit}  {figures}"
            bar.update(task, completed=values[unit], millions=done, figures=figures)
            if not console.is_terminal and progress.iteration % 10 == 0:
                console.print(f"{done} M {unit}  {figures}")
                console.file.flush()

        try:
            loop.train(target, log)
        except KeyboardInterrupt:
            console.print(f"stopped{reached}; the same command continues. Checkpoint in {run}")
            raise typer.Exit(1) from None
    console.print(f"done; checkpoint in {run}")


def forget_rows(metrics: Path, after: int) -> None:
    """Cut a metrics file after the iteration `after`, so that none is there twice.

    A run that was killed has written of iterations that its newest checkpoint does not know, and
    perhaps half a line.
    """
    if not metrics.exists():
        return
    kept = []
    for line in metrics.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            row = json.loads(line)
        except ValueError:
            continue
        if isinstance(row, dict) and row.get("iteration", after + 1) <= after:
            kept.append(line + "\n")
    write_text(metrics, "".join(kept))


@contextlib.contextmanager
def held(run: Path) -> Iterator[None]:
    """Keep other processes from training in a run folder; it is made if it does not exist.

    Of several ranks that train together, rank 0 keeps it for all.

    Raises:
        CommandError: another process is training in it.
    """
    if not present().leads:
        yield
        return
    run.mkdir(parents=True, exist_ok=True)
    lock = FileLock(run / ".lock", timeout=0.0)
    try:
        lock.acquire()
    except Timeout:
        raise CommandError(
            f"another process is training in '{run}': let it end, stop it, or choose another --run"
        ) from None
    try:
        yield
    finally:
        lock.release()


@contextlib.contextmanager
def clear_errors() -> Iterator[None]:
    """What is wrong with a run or its data, as the one line of a command."""
    try:
        yield
    except (RunError, ClipError, ValueError, OSError) as error:
        raise CommandError(str(error)) from error
