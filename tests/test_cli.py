# Copyright 2026 The kinesis_ros authors
# SPDX-License-Identifier: Apache-2.0
"""The command line: it starts at once, lists and explains every command, and fails in one line."""

import importlib
import json
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from kinesis_ros import __version__, cli
from kinesis_ros.commands.doctor import Library
from kinesis_ros.console import BAD_INPUT, FAILED, CommandError

HEAVY = ("numpy", "numba", "mujoco", "torch", "rclpy", "onnxruntime", "scipy")


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Run `kinesis` in this process: exit status, standard output and error."""
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    captured = capsys.readouterr()
    assert isinstance(ended.value.code, int)
    return ended.value.code, captured.out, captured.err


def subcommands(name: str) -> list[list[str]]:
    """The ways to call a command: itself, and each of its own commands."""
    command = cli.load_command(name)
    return [[name], *([name, below] for below in getattr(command, "commands", {}))]


def test_help_lists_every_command_and_imports_none_of_them() -> None:
    code = (
        "import sys; from kinesis_ros.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: print(*(m for m in sys.argv[1:] if m in sys.modules), file=sys.stderr)"
    )
    result = subprocess.run(
        [sys.executable, "-c", code, *HEAVY], capture_output=True, text=True, check=True
    )
    assert result.stderr.split() == []
    for name in cli.COMMANDS:
        assert name in result.stdout


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_every_command_explains_itself_with_an_example(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    ways = subcommands(name)
    for way in ways:
        status, out, _ = run(capsys, *way, "--help")
        assert status == 0
        assert f"kinesis {' '.join(way)}" in out
        if len(ways) == 1 or len(way) > 1:
            assert "Example" in out, f"`kinesis {' '.join(way)} --help` has no example"


def test_units_in_brackets_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    for way in (["train", "skeleton"], ["sim"]):
        _, out, _ = run(capsys, *way, "--help")
        assert "[m]" in out or "[s]" in out, way


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_an_unknown_option_is_one_line_and_status_2(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    status, _, err = run(capsys, name, "--no-such-option")
    assert status == BAD_INPUT
    assert len(err.splitlines()) == 1
    assert "--no-such-option" in err
    assert f"kinesis {name} --help" in err


def test_a_misspelt_command_is_answered_with_the_nearest(
    capsys: pytest.CaptureFixture[str],
) -> None:
    status, out, err = run(capsys, "benchmrk")
    assert (status, out) == (BAD_INPUT, "")
    assert err.startswith("kinesis: No such command 'benchmrk'. Did you mean 'benchmark'?")


def test_without_a_command_the_help_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys)
    assert status == BAD_INPUT
    assert "doctor" in out
    assert err == ""


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "--version") == (0, f"kinesis_ros {__version__}\n", "")


@pytest.fixture
def command_that_raises(monkeypatch: pytest.MonkeyPatch) -> list[BaseException]:
    """Put a command `fail` in the place of `doctor` that raises what the test appends."""
    errors: list[BaseException] = []

    def fail() -> None:
        raise errors[0]

    doctor = importlib.import_module("kinesis_ros.commands.doctor")
    monkeypatch.setattr(doctor, "doctor", fail)
    return errors


@pytest.mark.parametrize("status", [BAD_INPUT, FAILED])
def test_a_command_error_is_one_line_with_its_status(
    status: int,
    command_that_raises: list[BaseException],
    capsys: pytest.CaptureFixture[str],
) -> None:
    command_that_raises.append(CommandError("clip 'a'\n  is broken", status))
    assert run(capsys, "doctor") == (status, "", "kinesis: clip 'a' is broken\n")


def test_a_command_may_exit_with_a_status_of_its_own(
    command_that_raises: list[BaseException], capsys: pytest.CaptureFixture[str]
) -> None:
    command_that_raises.append(typer.Exit(FAILED))
    assert run(capsys, "doctor") == (FAILED, "", "")


@pytest.mark.parametrize(
    ("module", "extra"), [("torch", "training"), ("rclpy.node", "ros"), ("viser", "viewer")]
)
def test_a_missing_extra_is_named_with_the_way_to_get_it(
    module: str,
    extra: str,
    command_that_raises: list[BaseException],
    capsys: pytest.CaptureFixture[str],
) -> None:
    command_that_raises.append(ModuleNotFoundError("not there", name=module))
    status, _, err = run(capsys, "doctor")
    assert status == BAD_INPUT
    assert len(err.splitlines()) == 1
    assert f"pip install 'kinesis_ros[{extra}]'" in err


def test_training_without_torch_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in [name for name in sys.modules if name.startswith("kinesis_training")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "kinesis_training", None)
    status, _, err = run(capsys, "train", "--help")
    assert status == BAD_INPUT
    assert "pip install 'kinesis_ros[training]'" in err


def test_any_other_missing_module_is_a_bug_and_shows(
    command_that_raises: list[BaseException],
) -> None:
    command_that_raises.append(ModuleNotFoundError("not there", name="kinesis_ros.lost"))
    with pytest.raises(ModuleNotFoundError):
        cli.main(["doctor"])


def test_doctor_reports_what_is_installed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "report.json"
    status, out, err = run(capsys, "doctor", "--json", str(path))
    report = json.loads(path.read_text())
    assert (status, err) == (0, "")
    assert report["ok"]
    found = {(finding["section"], finding["name"]): finding for finding in report["findings"]}
    assert found["system", "kinesis_ros"]["value"] == __version__
    for module in ("numpy", "numba", "mujoco", "myo_sim", "onnxruntime", "torch", "tf2_msgs"):
        assert ("libraries", module) in found
        assert module in out
    assert found["libraries", "numpy"]["value"] is not None
    assert found["middleware", "rmw"]["value"].startswith("rmw_")
    policies = [name for section, name in found if section == "shipped" and name.endswith(".onnx")]
    assert policies


@pytest.mark.parametrize("required", [True, False])
def test_doctor_says_how_to_get_what_is_missing(
    required: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = Library("no_such_module", "none", "dancing", "pip install 'x[dance]'", required)
    monkeypatch.setattr("kinesis_ros.commands.doctor._libraries", lambda: [missing])
    monkeypatch.setattr("kinesis_ros.commands.doctor._shipped", lambda _data: iter(()))
    status, out, err = run(capsys, "doctor")
    assert "pip install 'x[dance]'" in " ".join(out.split())
    assert status == (FAILED if required else 0)
    assert ("no_such_module" in err) == required


def test_doctor_fails_when_the_chosen_middleware_does_not_load(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RMW_IMPLEMENTATION", "rmw_of_somebody_else")
    status, out, err = run(capsys, "doctor")
    assert status == FAILED
    assert "RMW_IMPLEMENTATION" in out
    assert err.startswith("kinesis: missing or broken: rmw")


@pytest.mark.parametrize(
    ("library", "complaint"),
    [("_x.cpython-38-x86_64-linux-gnu.so", "is for Python 3.8, this is Python"), ("", "no luck")],
)
def test_doctor_says_why_a_ros_that_is_there_does_not_load(
    library: str,
    complaint: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    package = tmp_path / "rclpy"
    package.mkdir()
    (package / "__init__.py").write_text("raise ImportError('no luck')")
    if library:
        (package / library).touch()
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "rclpy", raising=False)
    monkeypatch.setattr("kinesis_ros.commands.doctor._libraries", lambda: [])
    monkeypatch.setattr("kinesis_ros.commands.doctor._shipped", lambda _data: iter(()))
    status, out, err = run(capsys, "doctor")
    assert complaint in " ".join(out.split())
    assert (status, err) == (FAILED, "kinesis: missing or broken: rclpy\n")


def test_doctor_names_a_report_that_cannot_be_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, _, err = run(capsys, "doctor", "--json", str(tmp_path / "no" / "report.json"))
    assert status == BAD_INPUT
    assert "cannot write" in err
