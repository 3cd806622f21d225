# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""Work is not lost: unwritable results are refused first, what is stopped reports what it has."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from rich.console import Console

from kinesis_ros import cli
from kinesis_ros.cli import LazyCommand, main
from kinesis_ros.commands.benchmark_options import until_stopped
from kinesis_ros.files import WriteError, check_writable


def kinesis(*arguments: object) -> int:
    with pytest.raises(SystemExit) as ended:
        main([str(argument) for argument in arguments])
    return int(ended.value.code or 0)


@pytest.mark.parametrize(
    "command",
    [
        *(["benchmark", "text"], ["benchmark", "push"], ["benchmark", "kick"], ["doctor"]),
        *(["benchmark", "generator"], ["benchmark", "speed"]),
    ],
    ids=" ".join,
)
def test_a_json_file_that_cannot_be_written_is_refused_before_the_run(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    command: list[str],
) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError("it ran")

    monkeypatch.setattr("kinesis_ros.core.rollout.Rollout.load", never)
    target = tmp_path / "missing" / "result.json"
    assert kinesis(*command, "--json", target) == 2
    assert f"cannot write '{target}'" in capsys.readouterr().err


def test_whether_a_file_can_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    check_writable(tmp_path / "a.json")
    assert not list(tmp_path.iterdir())
    with pytest.raises(WriteError, match="directory"):
        check_writable(tmp_path)
    with pytest.raises(WriteError, match=r"b\.json"):
        check_writable(tmp_path / "missing" / "b.json")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_who_stops_a_benchmark_gets_what_was_measured(
    capsys: pytest.CaptureFixture[str], number: signal.Signals
) -> None:
    before = signal.getsignal(number)
    done = []
    for case in until_stopped(range(10), "trying", Console(width=80)):
        done.append(case)
        if case == 2:
            os.kill(os.getpid(), number)
    assert done == [0, 1, 2]
    assert "stopped: trying, 3 of 10 done" in capsys.readouterr().out
    assert signal.getsignal(number) is before


def test_a_second_interrupt_ends_at_once() -> None:
    def measured() -> Iterator[int]:
        for case in until_stopped(range(10), "trying", Console(width=80)):
            os.kill(os.getpid(), signal.SIGINT)
            os.kill(os.getpid(), signal.SIGINT)
            yield case

    with pytest.raises(KeyboardInterrupt):
        list(measured())


def test_the_end_of_a_file_is_not_called_aborted(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> None:
        raise EOFError("a cache ended early")

    monkeypatch.setitem(cli.COMMANDS, "doctor", LazyCommand("unused:unused", "Broken."))

    def load(name: str) -> object:
        app = typer.Typer(add_completion=False)
        app.command()(broken)
        command = typer.main.get_command(app)
        command.name = name
        return command

    monkeypatch.setattr(cli, "load_command", load)
    with pytest.raises(EOFError, match="a cache ended early"):
        main(["doctor"])
    assert "aborted" not in capsys.readouterr().err
