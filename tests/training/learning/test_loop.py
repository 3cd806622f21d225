# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""However a run ends, it goes on as if nothing had happened; whatever lies there is told clearly.

The loop here learns nothing: it counts with random numbers, so that it takes milliseconds.
"""

import json
import os
import signal
import subprocess
import sys
import types
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from kinesis_ros.files import WriteError
from kinesis_training.checkpoints.checkpoint import FILE_NAME, CheckpointError
from kinesis_training.commands.running import forget_rows
from kinesis_training.learning import Loop


class Environment:
    """What a loop needs of an environment: its random state is one number."""

    corpus = types.SimpleNamespace(names=("walk",))

    def __init__(self) -> None:
        self.state = np.zeros(3)

    def reset(self) -> np.ndarray:
        return self.state

    def checkpoint(self) -> dict[str, np.ndarray]:
        return {"state": self.state.copy(), "random": np.zeros(1, np.uint64)}

    def restore(self, saved: dict[str, np.ndarray]) -> np.ndarray:
        self.state = saved["state"].copy()
        return self.state


class Counting(Loop):
    """Collects, then learns: between the two, half an iteration is done."""

    unit, columns = "steps", ()

    def __init__(self, folder: Path, minutes: float = 1e9) -> None:
        self.weights = torch.zeros(3)
        self.between: Any = lambda: None
        super().__init__(Environment(), folder, 0, minutes)  # type: ignore[arg-type]

    def iterate(self) -> int:
        self.env.state += torch.rand(3, generator=self._generator).numpy()  # type: ignore[attr-defined]
        self.between()
        self.weights = 0.9 * self.weights + torch.from_numpy(self.env.state).float()  # type: ignore[attr-defined]
        self.iteration += 1
        self.count += 1
        return self.iteration

    def _content(self) -> dict[str, Any]:
        return {"network": {"weights": self.weights}}

    def _restore(self, saved: dict[str, Any]) -> None:
        self.weights = saved["network"]["weights"]


def straight(folder: Path, total: int) -> torch.Tensor:
    loop = Counting(folder)
    loop.train(total)
    return loop.weights


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_equals_an_uninterrupted_one_bit_for_bit(
    number: signal.Signals, tmp_path: Path
) -> None:
    weights = torch.zeros(3)
    for _ in range(5):  # interrupted five times, each in the middle of an iteration
        loop = Counting(tmp_path / "broken")
        loop.resume()
        begun = loop.iteration

        def interrupt(loop: Counting = loop, begun: int = begun) -> None:
            if loop.iteration == begun + 1:
                os.kill(os.getpid(), number)

        loop.between = interrupt
        with pytest.raises(KeyboardInterrupt):
            loop.train(10)
        assert loop.iteration == begun + 2
        weights = loop.weights
    assert torch.equal(weights, straight(tmp_path / "straight", 10))


def test_a_second_signal_ends_at_once_and_nothing_half_done_is_kept(tmp_path: Path) -> None:
    loop = Counting(tmp_path)
    loop.train(4)

    def interrupt() -> None:
        for _ in range(2):
            os.kill(os.getpid(), signal.SIGINT)

    loop.between = interrupt
    with pytest.raises(KeyboardInterrupt):
        loop.train(8)
    again = Counting(tmp_path)
    assert again.resume()
    assert again.iteration == 4
    again.train(8)
    assert torch.equal(again.weights, straight(tmp_path / "straight", 8))


def test_an_error_within_an_iteration_leaves_the_last_whole_checkpoint(tmp_path: Path) -> None:
    loop = Counting(tmp_path)
    loop.train(4)

    def fail() -> None:
        raise RuntimeError("the body has exploded")

    loop.between = fail
    with pytest.raises(RuntimeError, match="exploded"):
        loop.train(8)
    again = Counting(tmp_path)
    assert again.resume()
    assert again.iteration == 4


def test_signals_belong_to_others_again_afterwards(tmp_path: Path) -> None:
    before = signal.getsignal(signal.SIGTERM)
    Counting(tmp_path).train(2)
    assert signal.getsignal(signal.SIGTERM) == before


KILLED = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, {folder!r})
from test_loop import Counting
loop = Counting(Path({run!r}), minutes=0.0)
loop.resume()
def between():
    if loop.iteration == {at}:
        os.kill(os.getpid(), signal.SIGKILL)
loop.between = between
loop.train(6)
"""


def test_a_killed_run_loses_one_checkpoint_interval_at_most(tmp_path: Path) -> None:
    run = tmp_path / "run"
    for at in (2, 4):
        program = KILLED.format(folder=str(Path(__file__).parent), run=str(run), at=at)
        done = subprocess.run([sys.executable, "-c", program], check=False, timeout=120.0)
        assert done.returncode == -signal.SIGKILL
        loop = Counting(run)
        assert loop.resume()
        assert loop.iteration == at
    loop.train(6)
    assert torch.equal(loop.weights, straight(tmp_path / "straight", 6))


@pytest.mark.parametrize("damage", ["truncated", "empty", "text", "foreign"])
def test_a_checkpoint_that_cannot_be_read_is_named_in_one_line(damage: str, tmp_path: Path) -> None:
    loop = Counting(tmp_path)
    loop.train(2)
    file = tmp_path / FILE_NAME
    whole = file.read_bytes()
    if damage == "foreign":
        torch.save(torch.zeros(3), file)
    else:
        file.write_bytes(
            {"truncated": whole[: len(whole) // 2], "empty": b"", "text": b"no"}[damage]
        )
    with pytest.raises(CheckpointError, match="damaged or no checkpoint of a run") as caught:
        Counting(tmp_path).resume()
    assert str(file) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_checkpoint_of_another_kind_of_run_is_refused(tmp_path: Path) -> None:
    torch.save({"network": {}}, tmp_path / FILE_NAME)
    with pytest.raises(ValueError, match="from another version"):
        Counting(tmp_path).resume()


def test_a_full_disk_leaves_the_last_whole_checkpoint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop = Counting(tmp_path)
    loop.train(2)
    before = (tmp_path / FILE_NAME).read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(torch, "save", full)
    with pytest.raises(WriteError, match="No space left on device"):
        loop.train(4)
    monkeypatch.undo()
    assert (tmp_path / FILE_NAME).read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == [FILE_NAME]


def test_metrics_have_every_iteration_once_after_a_kill(tmp_path: Path) -> None:
    metrics = tmp_path / "metrics.jsonl"
    rows = [json.dumps({"iteration": i, "steps": 10 * i}) for i in range(1, 6)]
    metrics.write_text("\n".join(rows) + '\n{"iteration": 6, "st')  # killed while it wrote
    forget_rows(metrics, after=3)
    assert metrics.read_text().splitlines() == rows[:3]
    forget_rows(tmp_path / "none.jsonl", after=3)
    assert not (tmp_path / "none.jsonl").exists()
