# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Several processes train as one would: the same updates, the same checkpoints."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from kinesis_training.checkpoints import read_checkpoint
from kinesis_training.parallel import ALONE, Newest, Rows

PROGRAM = Path(__file__).with_name("two_ranks.py")
TIMEOUT = 300.0


def together(size: int, program: str, folder: Path) -> list[subprocess.Popen]:
    """Run a program of `two_ranks` in so many processes, until all have ended."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    place = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port), "WORLD_SIZE": str(size)}
    processes = [
        subprocess.Popen(
            [sys.executable, str(PROGRAM), program, str(folder)],
            env=os.environ | place | {"RANK": str(rank)},
            stderr=subprocess.PIPE,
            text=True,
        )
        for rank in range(size)
    ]
    try:
        for process in processes:
            process.wait(TIMEOUT)
    finally:
        for process in processes:
            process.kill()
    return processes


def ended_well(processes: list[subprocess.Popen]) -> None:
    for process in processes:
        assert process.stderr is not None
        assert process.returncode == 0, process.stderr.read()


def tensors(content: object, name: str = "") -> dict[str, torch.Tensor]:
    """All tensors in a checkpoint, by where they are."""
    if isinstance(content, torch.Tensor):
        return {name: content}
    if isinstance(content, dict):
        parts = [tensors(value, f"{name}/{key}") for key, value in content.items()]
        return {key: value for part in parts for key, value in part.items()}
    return {}


def assert_same_run(one: Path, other: Path) -> None:
    first, second = read_checkpoint(one), read_checkpoint(other)
    assert first is not None
    assert second is not None
    assert first["count"] == second["count"]
    mine, theirs = tensors(first), tensors(second)
    assert mine.keys() == theirs.keys()
    for name, value in mine.items():
        expected = theirs[name]
        if value.is_floating_point():
            torch.testing.assert_close(
                value, expected, rtol=1e-3, atol=1e-3, msg=lambda text, name=name: name + text
            )
        else:
            assert torch.equal(value, expected), name


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    """Two iterations of each loop, by one rank and by two."""
    folders = {size: tmp_path_factory.mktemp(f"ranks{size}") for size in (1, 2)}
    for size, folder in folders.items():
        ended_well(together(size, "loops", folder))
    return folders


@pytest.mark.parametrize("loop", ["trainer", "gate", "refiner"])
def test_two_ranks_learn_what_one_learns(loop: str, runs: dict[int, Path]) -> None:
    assert_same_run(runs[2] / loop, runs[1] / loop)


def test_a_run_goes_on_with_another_number_of_ranks(runs: dict[int, Path], tmp_path: Path) -> None:
    for before, after in ((2, 1), (1, 2), (1, 1)):
        shutil.copytree(runs[before], tmp_path / f"{before}{after}")
        ended_well(together(after, "continued", tmp_path / f"{before}{after}"))
    for loop in ("trainer", "gate", "refiner"):
        for numbers in ("21", "12"):
            assert_same_run(tmp_path / numbers / loop, tmp_path / "11" / loop)


def test_ranks_ask_each_other_for_sums_means_and_rows(tmp_path: Path) -> None:
    ended_well(together(2, "added", tmp_path))
    assert {path.name for path in tmp_path.iterdir()} == {"added0", "added1"}


def test_a_rank_that_dies_is_named_in_one_line_and_the_last_checkpoint_is_whole(
    tmp_path: Path,
) -> None:
    other, dead = together(2, "killed", tmp_path)
    assert dead.returncode == -signal.SIGKILL
    assert other.returncode == 1
    assert other.stderr is not None
    *_, line = other.stderr.read().strip().splitlines()
    assert line.startswith("rank 1 of 2 has failed, so training ends: the same command goes on")
    saved = read_checkpoint(tmp_path)
    assert saved is not None
    assert saved["iteration"] == 2


def test_a_signal_to_one_rank_ends_all_with_a_whole_checkpoint(tmp_path: Path) -> None:
    ended_well(together(2, "interrupted", tmp_path))
    assert {path.name for path in tmp_path.glob("interrupted*")} == {"interrupted0", "interrupted1"}
    saved = read_checkpoint(tmp_path)
    assert saved is not None
    assert saved["iteration"] == 2


def test_a_rank_alone_changes_nothing() -> None:
    values = torch.randn(7, 3)
    assert ALONE.total(values) is values
    assert ALONE.gathered(values) == [values]
    assert ALONE.share(7) == slice(0, 7)
    count, mean, variance = ALONE.moments(values)
    assert count == 7
    assert torch.equal(mean, values.mean(0))
    assert torch.equal(variance, values.var(0, unbiased=False))


@pytest.mark.parametrize("keep", [10, 12, 100])
def test_ranks_keep_the_newest_samples_between_them_and_draw_the_same_ones(keep: int) -> None:
    def newest(first: int, bodies: int) -> Newest:
        made = Newest(Rows(first, bodies, 5), keep, [torch.empty(0)])
        for steps in (range(2), range(2, 3), range(3, 6)):
            rows = [5.0 * step + body for step in steps for body in range(first, first + bodies)]
            made.add(torch.tensor(rows))
        return made

    alone, parts = newest(0, 5), [newest(0, 2), newest(2, 3)]
    held = torch.cat([part.columns[0] for part in parts]).sort().values
    assert held.tolist() == alone.columns[0].tolist() == list(map(float, range(30)))[-keep:]
    _, (expected,) = alone.draw(50, torch.Generator().manual_seed(1))
    drawn = torch.full((50,), torch.nan)
    for part in parts:
        which, (values,) = part.draw(50, torch.Generator().manual_seed(1))
        drawn[which] = values
    assert torch.equal(drawn, expected)
